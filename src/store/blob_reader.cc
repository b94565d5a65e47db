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

Status BlobReader::Fetch() {
  const std::vector<RowAddress> rows = ChunkRows(manifest_.upload_id, next_, manifest_.chunk_count);
  SCOREWAY_ASSIGN_OR_RETURN(fetched_, blobs_.store_.GetEach(rows));
  fetched_next_ = 0;
  return {};
}

}  // namespace scoreway
