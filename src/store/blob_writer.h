// BlobWriter: takes the bytes of one blob piece by piece; Blobs::Finish makes the blob of them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/sha256.h"
#include "store/blob_layout.h"
#include "store/store.h"

namespace scoreway {

struct BlobInfo {
  std::string sha256;
  uint64_t size = 0;
};

// Holds at most a few chunks in memory; the rest is in the store, named by an upload of its own and visible to nobody.
// Dropped without a Finish, it removes what it has written as far as the store answers. One thread at a time.
class BlobWriter {
 public:
  // The store and clock must outlive the writer.
  BlobWriter(Store& store, const Clock& clock);
  ~BlobWriter();
  BlobWriter(const BlobWriter&) = delete;
  BlobWriter& operator=(const BlobWriter&) = delete;

  // The Store's errors; after one the writer is of no more use.
  Status Append(std::string_view bytes);
  // Ends the bytes: no Append after it. The same answer each time.
  const BlobInfo& Seal();
  // All bytes again, for whoever must look at them before the blob is finished. Ends them, as Seal does.
  Result<std::string> ReadBack();

 private:
  friend class Blobs;

  void CutChunk(std::string_view bytes);
  Status Flush();
  WriteBatch UploadBatch(Write write) const;
  UploadRow SealedRow() const;

  // For Blobs::Finish. The batches to be applied in this order, and what it then reports back:
  std::vector<WriteBatch> ChunksAndSeal() const;  // all that is not yet in the store
  void NoteBegun() { is_upload_open_ = true; }
  void NoteSealed();
  WriteBatch FirstManifest(std::string_view reference) const;
  WriteBatch CloseUpload() const;
  void NoteFinished() { is_finished_ = true; }
  void LeaveToCollector() { is_finished_ = true; }  // the chunks may be in use

  Store& store_;
  const std::string id_;
  const int64_t start_micros_;
  Sha256 sha256_;
  BlobInfo info_;
  bool is_sealed_ = false;         // no more bytes come
  bool is_upload_open_ = false;    // the row of the upload may be in the store
  bool is_upload_sealed_ = false;  // and says that all chunks are there
  bool is_finished_ = false;       // the chunks belong to a blob, or may
  uint32_t chunk_count_ = 0;
  std::string partial_;              // the bytes of the next chunk
  std::vector<WriteBatch> pending_;  // chunks not yet in the store
};

}  // namespace scoreway
