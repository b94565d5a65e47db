// BlobReader: the bytes of one blob, chunk by chunk, for those who take them at their own pace.
#pragma once

#include <cstdint>
#include <future>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/sha256.h"
#include "store/blob_layout.h"

namespace scoreway {

class Blobs;

// Made by Blobs::Open; the Blobs must outlive it. One thread at a time. While the chunks of one request are given, the
// store is asked for those of the next, by a thread that lives as long as the request.
class BlobReader {
 public:
  BlobReader(Blobs& blobs, BlobManifest manifest) : blobs_(blobs), manifest_(std::move(manifest)) {}
  BlobReader(const BlobReader&) = delete;
  BlobReader& operator=(const BlobReader&) = delete;

  uint64_t size() const { return manifest_.size; }
  const std::string& sha256() const { return manifest_.sha256; }

  // The next bytes, at most 1 MiB, checked against their CRC; empty at the end. The last are given only if the whole
  // has the SHA-256 that it should. kNotFound if the blob has been removed meanwhile, kCorrupt for damage.
  Result<std::string> Next();

 private:
  using Chunks = Result<std::vector<std::optional<std::string>>>;

  Chunks Read(uint32_t begin) const;
  Status Fetch();

  Blobs& blobs_;
  const BlobManifest manifest_;
  Sha256 sha256_;
  uint32_t next_ = 0;                                // chunk to be given
  std::vector<std::optional<std::string>> fetched_;  // those from next_ on, from fetched_next_ on
  size_t fetched_next_ = 0;
  std::future<Chunks> ahead_;  // those after the fetched ones, if there are any
};

}  // namespace scoreway
