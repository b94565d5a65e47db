#include "gateways/http/upload.h"

#include <algorithm>
#include <utility>

#include "gateways/http/gateway.h"

namespace scoreway::http {
namespace {

constexpr size_t kMetadataBytesMax = size_t{1} << 20;
constexpr size_t kSampleBytesMax = size_t{64} << 20;

Status Append(std::string_view bytes, size_t size_max, std::string_view name, std::string* text) {
  if (bytes.size() > size_max - text->size()) {
    return Status(Code::kResourceExhausted, "has more than " + std::to_string(size_max) + " bytes",
                  "part '" + std::string(name) + "'");
  }
  text->append(bytes);
  return {};
}

}  // namespace

Result<std::unique_ptr<Upload>> Upload::Begin(const Request& head, NewWriter new_writer, uint64_t memory_bytes_max) {
  SCOREWAY_ASSIGN_OR_RETURN(const auto boundary, BoundaryOf(head.Header("content-type").value_or("")));
  std::unique_ptr<Upload> upload(new Upload(std::move(new_writer), memory_bytes_max));
  if (boundary) upload->form_.emplace(*boundary, static_cast<MultipartReader::Listener*>(upload.get()));
  return upload;
}

Status Upload::Take(std::string_view bytes) { return form_ ? form_->Feed(bytes) : TakeArtifact(bytes); }

Status Upload::End() { return form_ ? form_->End() : Status(); }

Status Upload::OnPart(std::string_view name) {
  constexpr std::string_view kNames[] = {"artifact", "metadata", "rows", "expected", "sample"};
  const auto known = std::ranges::find(kNames, name);
  const std::string place = "part '" + std::string(name.substr(0, 100)) + "'";
  if (known == std::end(kNames)) {
    return Status(Code::kInvalidArgument, "unknown; known are artifact, metadata, rows, expected and sample", place);
  }
  part_ = static_cast<PartName>(known - std::begin(kNames));
  const unsigned bit = 1U << static_cast<unsigned>(part_);
  if ((parts_seen_ & bit) != 0) return Status(Code::kInvalidArgument, "comes twice", place);
  parts_seen_ |= bit;
  return {};
}

Status Upload::OnData(std::string_view bytes) {
  switch (part_) {
    case PartName::kArtifact: return TakeArtifact(bytes);
    case PartName::kMetadata: return Append(bytes, kMetadataBytesMax, "metadata", &metadata_);
    case PartName::kRows: return Append(bytes, kSampleBytesMax, "rows", &rows_);
    case PartName::kExpected: return Append(bytes, kSampleBytesMax, "expected", &expected_);
    case PartName::kSample: return Append(bytes, kSampleBytesMax, "sample", &sample_);
  }
  return {};
}

Status Upload::TakeArtifact(std::string_view bytes) {
  artifact_bytes_ += bytes.size();
  if (writer_ != nullptr) return Store(bytes);
  if (artifact_bytes_ <= memory_bytes_max_) {
    bytes_->append(bytes);
    return {};
  }
  writer_ = new_writer_();
  head_ = bytes_->substr(0, kHeadBytesMax);
  head_.append(bytes.substr(0, kHeadBytesMax - head_.size()));
  SCOREWAY_RETURN_IF_ERROR(Store(*bytes_));
  bytes_.reset();
  return Store(bytes);
}

Status Upload::Store(std::string_view bytes) {
  Status status = writer_->Append(bytes);
  is_store_fault_ = !status.ok();
  return status;
}

bool TakePiece(BodyTaker& taker, std::string_view bytes, Response* response) {
  const Status status = taker.Take(bytes);
  if (status.ok()) return true;
  taker.is_store_fault() ? WriteStorageError(status.error(), response) : WriteError(status.error(), response);
  return false;
}

Upload* EndUpload(Call& call) {
  auto* upload = static_cast<Upload*>(call.exchange.state.get());
  if (!TakePiece(*upload, call.request().body(), &call.response())) return nullptr;
  const Status status = upload->End();
  if (status.ok()) return upload;
  WriteError(status.error(), &call.response());
  return nullptr;
}

}  // namespace scoreway::http
