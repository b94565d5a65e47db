// Upload: a body that brings a model's file, as it comes: the file alone, or a form of parts.
//
//     artifact   the file
//     metadata   what is said about it, as JSON
//     rows       CSV rows to score, and
//     expected   CSV of the training library's answers for them
//     sample     CSV rows that it was trained on, for its reference profile
//
// A file stays in memory up to a size; a larger one goes on to the store as it comes, where nobody sees it yet. So a
// server needs little memory for many uploads. One thread at a time.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "gateways/http/body_taker.h"
#include "gateways/http/multipart.h"
#include "store/blob_writer.h"

namespace scoreway::http {

class Upload final : public BodyTaker, private MultipartReader::Listener {
 public:
  using NewWriter = std::function<std::unique_ptr<BlobWriter>()>;

  // Of how a file begins, this much is kept for whoever wants to tell its format.
  static constexpr size_t kHeadBytesMax = size_t{1} << 20;

  // INVALID_ARGUMENT for a multipart type that we do not take.
  static Result<std::unique_ptr<Upload>> Begin(const Request& head, NewWriter new_writer, uint64_t memory_bytes_max);

  // The next bytes of the body. INVALID_ARGUMENT for a body that is no form where one was announced, an unknown part or
  // one that comes twice; RESOURCE_EXHAUSTED for parts that are too large; the Store's errors.
  Status Take(std::string_view bytes) override;
  // The body is whole: after this the parts are.
  Status End();
  bool is_store_fault() const override { return is_store_fault_; }

  bool has_artifact() const { return artifact_bytes_ > 0; }
  // The artifact, if it stayed in memory; else null, and it is in the writer.
  const std::shared_ptr<std::string>& bytes() const { return bytes_; }
  BlobWriter& writer() { return *writer_; }
  // How it begins.
  std::string_view head() const { return writer_ == nullptr ? std::string_view(*bytes_) : std::string_view(head_); }

  const std::string& metadata() const { return metadata_; }
  const std::string& rows() const { return rows_; }
  const std::string& expected() const { return expected_; }
  const std::string& sample() const { return sample_; }

 private:
  enum class PartName : uint8_t { kArtifact, kMetadata, kRows, kExpected, kSample };

  Upload(NewWriter new_writer, uint64_t memory_bytes_max)
      : new_writer_(std::move(new_writer)), memory_bytes_max_(memory_bytes_max) {}

  Status OnPart(std::string_view name) override;
  Status OnData(std::string_view bytes) override;
  Status TakeArtifact(std::string_view bytes);
  Status Store(std::string_view bytes);

  const NewWriter new_writer_;
  const uint64_t memory_bytes_max_;
  std::optional<MultipartReader> form_;  // none: the body is the artifact
  PartName part_ = PartName::kArtifact;
  unsigned parts_seen_ = 0;  // a bit each
  uint64_t artifact_bytes_ = 0;
  std::shared_ptr<std::string> bytes_ = std::make_shared<std::string>();
  std::unique_ptr<BlobWriter> writer_;
  bool is_store_fault_ = false;
  std::string head_;
  std::string metadata_, rows_, expected_, sample_;
};

struct Call;

// The upload of a request that is whole; its parts are read to the end. Null: it was answered with an error.
Upload* EndUpload(Call& call);

}  // namespace scoreway::http
