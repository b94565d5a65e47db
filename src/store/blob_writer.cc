#include "store/blob_writer.h"

#include <algorithm>

#include "base/check.h"
#include "store/blob_cleaning.h"
#include "store/random_id.h"

namespace scoreway {
namespace {

// So many go to the store at once, in any order. Fewer than a bucket has, so that one with chunks follows no empty one.
constexpr size_t kPendingChunksMax = 8;
static_assert(kPendingChunksMax <= kChunksPerBucket);

}  // namespace

BlobWriter::BlobWriter(Store& store, const Clock& clock)
    : store_(store), id_(RandomId()), start_micros_(clock.NowMicros()) {}

BlobWriter::~BlobWriter() {
  if (!is_upload_open_ || is_finished_) return;
  // What cannot be removed now is left to Blobs::CollectUploads, hence no error to report.
  if (RemoveChunks(store_, id_, chunk_count_).ok()) (void)store_.Apply(CloseUpload());
}

WriteBatch BlobWriter::UploadBatch(Write write) const {
  WriteBatch batch{UploadPartition(id_), {}};
  batch.writes.push_back(std::move(write));
  return batch;
}

UploadRow BlobWriter::SealedRow() const { return {UploadRow::State::kSealed, start_micros_, info_.sha256}; }

void BlobWriter::CutChunk(std::string_view bytes) {
  WriteBatch batch{ChunkPartition(id_, chunk_count_ / kChunksPerBucket), {}, true};
  batch.writes.push_back(Put(ChunkSort(chunk_count_), EncodeChunk(bytes)));
  pending_.push_back(std::move(batch));
  ++chunk_count_;
}

Status BlobWriter::Append(std::string_view bytes) {
  SCOREWAY_CHECK(!is_sealed_);
  sha256_.Update(bytes);
  info_.size += bytes.size();
  while (!bytes.empty()) {
    const size_t taken = std::min(bytes.size(), kChunkBytes - partial_.size());
    if (taken == kChunkBytes) {
      CutChunk(bytes.substr(0, taken));
    } else {
      partial_.append(bytes.substr(0, taken));
    }
    bytes.remove_prefix(taken);
    if (partial_.size() == kChunkBytes) {
      CutChunk(partial_);
      partial_.clear();
    }
    if (pending_.size() >= kPendingChunksMax) SCOREWAY_RETURN_IF_ERROR(Flush());
  }
  return {};
}

Status BlobWriter::Flush() {
  if (!is_upload_open_) {
    // The row comes before the first chunk, so that no chunk is ever without a row that leads to it.
    const UploadRow open{UploadRow::State::kOpen, start_micros_, {}};
    pending_.insert(pending_.begin(), UploadBatch(PutIfAbsent(id_, open.Encode())));
    is_upload_open_ = true;
  }
  SCOREWAY_RETURN_IF_ERROR(store_.Apply(pending_, nullptr));
  pending_.clear();
  return {};
}

const BlobInfo& BlobWriter::Seal() {
  if (is_sealed_) return info_;
  is_sealed_ = true;
  if (!partial_.empty()) CutChunk(partial_);
  partial_ = {};
  info_.sha256 = sha256_.FinishHex();
  return info_;
}

Result<std::string> BlobWriter::ReadBack() {
  Seal();
  if (!pending_.empty()) SCOREWAY_RETURN_IF_ERROR(Flush());
  std::string bytes;
  bytes.reserve(info_.size);
  for (uint32_t index = 0; index < chunk_count_;) {
    SCOREWAY_ASSIGN_OR_RETURN(const auto stored, store_.GetEach(ChunkRows(id_, index, chunk_count_)));
    for (const auto& value : stored) {
      if (!value) {
        return Status(Code::kUnavailable, "the upload took so long that it was given up: send it again",
                      "artifact " + info_.sha256);
      }
      SCOREWAY_ASSIGN_OR_RETURN(const std::string_view chunk, DecodeChunk(*value));
      bytes += chunk;
      ++index;
    }
  }
  return bytes;
}

std::vector<WriteBatch> BlobWriter::ChunksAndSeal() const {
  std::vector<WriteBatch> batches;
  if (is_upload_sealed_) return batches;
  const std::string open = UploadRow{UploadRow::State::kOpen, start_micros_, {}}.Encode();
  if (!is_upload_open_) batches.push_back(UploadBatch(Put(id_, open)));
  batches.insert(batches.end(), pending_.begin(), pending_.end());
  // Fails if the upload was collected as too old, in which case its chunks are gone.
  batches.push_back(UploadBatch(PutIfEquals(id_, SealedRow().Encode(), open)));
  return batches;
}

void BlobWriter::NoteSealed() {
  is_upload_open_ = true;
  is_upload_sealed_ = true;
  pending_.clear();
}

WriteBatch BlobWriter::FirstManifest(std::string_view reference) const {
  const BlobManifest manifest{info_.sha256, false, 0, info_.size, chunk_count_, id_};
  WriteBatch batch{BlobPartition(info_.sha256), {}};
  batch.writes.push_back(PutIfAbsent(kManifestSort, manifest.Encode()));
  batch.writes.push_back(Put(ReferenceSort(reference), ""));
  return batch;
}

WriteBatch BlobWriter::CloseUpload() const { return UploadBatch(Delete(id_)); }

}  // namespace scoreway
