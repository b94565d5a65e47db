#include "store/blob_reader.h"

#include <utility>

#include "store/blobs.h"

namespace scoreway {

Result<std::string> BlobReader::Next() {
  if (next_ == manifest_.chunk_count) return std::string();
  if (fetched_next_ == fetched_.size()) SCOREWAY_RETURN_IF_ERROR(Fetch());
  std::optional<std::string>& stored = fetched_[fetched_next_++];
  SCOREWAY_ASSIGN_OR_RETURN(const std::string_view bytes, blobs_.CheckChunk(manifest_, next_, stored));
  sha256_.Update(bytes);
  if (++next_ == manifest_.chunk_count && sha256_.FinishHex() != manifest_.sha256) {
    return Status(Code::kCorrupt, "the stored bytes do not have the SHA-256 they are stored under",
                  "artifact " + manifest_.sha256);
  }
  const size_t frame_bytes = stored->size() - bytes.size();
  std::string chunk = std::move(*stored);
  chunk.erase(0, frame_bytes);
  return chunk;
}

BlobReader::Chunks BlobReader::Read(uint32_t begin) const {
  return blobs_.store_.GetEach(ChunkRows(manifest_.upload_id, begin, manifest_.chunk_count));
}

Status BlobReader::Fetch() {
  SCOREWAY_ASSIGN_OR_RETURN(fetched_, ahead_.valid() ? ahead_.get() : Read(next_));
  fetched_next_ = 0;
  const uint32_t after = next_ + static_cast<uint32_t>(fetched_.size());
  if (after < manifest_.chunk_count) ahead_ = std::async(std::launch::async, [this, after] { return Read(after); });
  return {};
}

}  // namespace scoreway
