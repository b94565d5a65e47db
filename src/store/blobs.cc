#include "store/blobs.h"

#include <algorithm>
#include <iterator>

#include "store/blob_cleaning.h"
#include "store/blob_layout.h"

namespace scoreway {
namespace {

// A conflict means that somebody else got on with the same blob; so many in a row mean that something is wrong.
constexpr int kTriesMax = 1000;

std::string BlobPlace(std::string_view sha256) { return "artifact " + std::string(sha256); }

Status NoSuchBlob(std::string_view sha256) {
  return Status(Code::kNotFound, "there is no such artifact", BlobPlace(sha256));
}

// The write may have happened or may happen yet.
bool IsUncertain(Code code) { return code == Code::kDeadlineExceeded || code == Code::kInternal; }

template <typename Step>
Status UntilNoConflict(std::string_view sha256, Step step) {
  for (int tries = 0; tries < kTriesMax; ++tries) {
    Status status = step();
    if (status.code() != Code::kConflict) return status;
  }
  return Status(Code::kUnavailable, "too many writers change the same artifact at once", BlobPlace(sha256));
}

WriteBatch ReferenceBatch(const BlobManifest& manifest, Write reference) {
  WriteBatch batch{BlobPartition(manifest.sha256), {}};
  batch.writes.push_back(PutIfEquals(kManifestSort, manifest.Changed().Encode(), manifest.Encode()));
  batch.writes.push_back(std::move(reference));
  return batch;
}

}  // namespace

Result<std::optional<BlobManifest>> Blobs::FindManifest(std::string_view sha256) {
  SCOREWAY_ASSIGN_OR_RETURN(const auto value, store_.Get(BlobPartition(sha256), kManifestSort));
  if (!value) return std::optional<BlobManifest>();
  SCOREWAY_ASSIGN_OR_RETURN(BlobManifest manifest, BlobManifest::Decode(sha256, *value));
  return manifest.is_dropping ? std::nullopt : std::optional(std::move(manifest));
}

Result<std::optional<BlobManifest>> Blobs::FindToWrite(std::string_view sha256) {
  SCOREWAY_ASSIGN_OR_RETURN(const auto value, store_.Get(BlobPartition(sha256), kManifestSort));
  if (!value) return std::optional<BlobManifest>();
  SCOREWAY_ASSIGN_OR_RETURN(BlobManifest manifest, BlobManifest::Decode(sha256, *value));
  if (!manifest.is_dropping) return std::optional(std::move(manifest));
  SCOREWAY_RETURN_IF_ERROR(FinishDrop(manifest));
  return std::optional<BlobManifest>();
}

Status Blobs::Finish(BlobWriter& writer, std::string_view reference, const Around& around, bool* is_kept) {
  bool kept = false;
  Status status;
  for (int tries = 0; tries < kTriesMax; ++tries) {
    status = FinishOnce(writer, reference, around, &kept);
    if (status.code() != Code::kConflict || kept) break;
  }
  if (is_kept != nullptr) *is_kept = kept;
  return status;
}

Status Blobs::FinishOnce(BlobWriter& writer, std::string_view reference, const Around& around, bool* is_kept) {
  const BlobInfo& info = writer.Seal();
  SCOREWAY_ASSIGN_OR_RETURN(const auto existing, FindToWrite(info.sha256));
  std::vector<WriteBatch> batches(around.before.begin(), around.before.end());
  const size_t begun_count = batches.size();
  size_t sealed_count = begun_count;  // so many batches until the upload is sealed
  if (existing) {
    batches.push_back(ReferenceBatch(*existing, scoreway::Put(ReferenceSort(reference), "")));
  } else {
    std::ranges::move(writer.ChunksAndSeal(), std::back_inserter(batches));
    sealed_count = batches.size();
    batches.push_back(writer.FirstManifest(reference));
  }
  const size_t kept_count = batches.size();
  if (!existing) batches.push_back(writer.CloseUpload());
  batches.insert(batches.end(), around.after.begin(), around.after.end());

  size_t applied = 0;
  Status status = store_.Apply(batches, &applied);
  *is_kept = applied >= kept_count;
  if (IsUncertain(status.code())) writer.LeaveToCollector();
  if (existing) {
    // After an uncertain try the blob that is found may be this writer's.
    if (existing->upload_id == writer.id_) writer.NoteFinished();
    return status;
  }
  if (applied > begun_count) writer.NoteBegun();
  if (applied >= sealed_count) writer.NoteSealed();
  if (*is_kept) writer.NoteFinished();
  if (status.code() == Code::kConflict && applied < sealed_count) {
    return Status(Code::kUnavailable, "the upload took so long that it was given up: send it again",
                  BlobPlace(info.sha256));
  }
  return status;
}

Result<BlobInfo> Blobs::Put(std::string_view bytes, std::string_view reference) {
  BlobWriter writer(store_, clock_);
  SCOREWAY_RETURN_IF_ERROR(writer.Append(bytes));
  SCOREWAY_RETURN_IF_ERROR(Finish(writer, reference));
  return writer.Seal();
}

Result<std::optional<BlobInfo>> Blobs::Find(std::string_view sha256) {
  SCOREWAY_ASSIGN_OR_RETURN(const auto manifest, FindManifest(sha256));
  if (!manifest) return std::optional<BlobInfo>();
  return std::optional(BlobInfo{manifest->sha256, manifest->size});
}

Result<std::string_view> Blobs::CheckChunk(const BlobManifest& manifest, uint32_t index,
                                           const std::optional<std::string>& stored) {
  const std::string place = BlobPlace(manifest.sha256) + ": chunk " + std::to_string(index);
  if (!stored) {
    SCOREWAY_ASSIGN_OR_RETURN(const auto live, FindManifest(manifest.sha256));
    if (!live || live->upload_id != manifest.upload_id) return NoSuchBlob(manifest.sha256);
    return Status(Code::kCorrupt, "a stored chunk is missing", place);
  }
  auto bytes = DecodeChunk(*stored);
  if (!bytes.ok()) return AtPlace(place, bytes.error());
  return bytes;
}

Result<std::unique_ptr<BlobReader>> Blobs::Open(std::string_view sha256) {
  SCOREWAY_ASSIGN_OR_RETURN(auto manifest, FindManifest(sha256));
  if (!manifest) return NoSuchBlob(sha256);
  return std::make_unique<BlobReader>(*this, std::move(*manifest));
}

Status Blobs::Read(std::string_view sha256, const std::function<Status(std::string_view chunk)>& sink) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::unique_ptr<BlobReader> reader, Open(sha256));
  while (true) {
    SCOREWAY_ASSIGN_OR_RETURN(const std::string chunk, reader->Next());
    if (chunk.empty()) return {};
    SCOREWAY_RETURN_IF_ERROR(sink(chunk));
  }
}

Result<std::string> Blobs::ReadAll(std::string_view sha256, uint64_t size_max) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::unique_ptr<BlobReader> reader, Open(sha256));
  if (reader->size() > size_max) {
    return Status(Code::kResourceExhausted, "the artifact has more than " + std::to_string(size_max) + " bytes",
                  BlobPlace(sha256));
  }
  std::string bytes;
  bytes.reserve(reader->size());
  while (true) {
    SCOREWAY_ASSIGN_OR_RETURN(const std::string chunk, reader->Next());
    if (chunk.empty()) return bytes;
    bytes += chunk;
  }
}

Status Blobs::AddReference(std::string_view sha256, std::string_view reference) {
  return UntilNoConflict(sha256, [&]() -> Status {
    SCOREWAY_ASSIGN_OR_RETURN(const auto manifest, FindToWrite(sha256));
    if (!manifest) return NoSuchBlob(sha256);
    return store_.Apply(ReferenceBatch(*manifest, scoreway::Put(ReferenceSort(reference), "")));
  });
}

Status Blobs::Release(std::string_view sha256, std::string_view reference) {
  return UntilNoConflict(sha256, [&] { return ReleaseOnce(sha256, reference); });
}

Status Blobs::ReleaseOnce(std::string_view sha256, std::string_view reference) {
  SCOREWAY_ASSIGN_OR_RETURN(auto manifest, FindToWrite(sha256));
  if (!manifest) return {};
  const Partition partition = BlobPartition(sha256);
  SCOREWAY_ASSIGN_OR_RETURN(const auto held, store_.Get(partition, ReferenceSort(reference)));
  if (held) {
    SCOREWAY_RETURN_IF_ERROR(store_.Apply(ReferenceBatch(*manifest, Delete(ReferenceSort(reference)))));
    *manifest = manifest->Changed();
  }
  ScanRange any = ScanPrefix(kReferencePrefix);
  any.row_count_max = 1;
  SCOREWAY_ASSIGN_OR_RETURN(const ScanPage others, store_.Scan(partition, any));
  if (!others.rows.empty()) return {};
  // A reference added since the manifest was read has changed it, and this loses.
  BlobManifest dropping = manifest->Changed();
  dropping.is_dropping = true;
  SCOREWAY_RETURN_IF_ERROR(store_.Apply(partition, PutIfEquals(kManifestSort, dropping.Encode(), manifest->Encode())));
  return FinishDrop(dropping);
}

// The manifest goes last, so that whoever meets it can finish what a crash has broken off.
Status Blobs::FinishDrop(const BlobManifest& manifest) {
  SCOREWAY_RETURN_IF_ERROR(RemoveChunks(store_, manifest.upload_id, manifest.chunk_count));
  Status status = store_.Apply(BlobPartition(manifest.sha256), DeleteIfEquals(kManifestSort, manifest.Encode()));
  return status.code() == Code::kConflict ? Status() : std::move(status);  // another one has finished it
}

Result<size_t> Blobs::CollectUploads(int64_t age_micros) {
  size_t collected = 0;
  const auto collect = [&](const Partition& partition, const Row& row) -> Status {
    SCOREWAY_ASSIGN_OR_RETURN(const bool removed, CollectUpload(partition, row));
    collected += removed ? 1 : 0;
    return {};
  };
  SCOREWAY_RETURN_IF_ERROR(VisitUploads(age_micros, collect));
  return collected;
}

Result<size_t> Blobs::CountUploads(int64_t age_micros) {
  size_t count = 0;
  SCOREWAY_RETURN_IF_ERROR(VisitUploads(age_micros, [&](const Partition&, const Row&) -> Status {
    ++count;
    return {};
  }));
  return count;
}

Status Blobs::VisitUploads(int64_t age_micros, const std::function<Status(const Partition&, const Row&)>& visit) {
  for (const char digit : std::string_view("0123456789abcdef")) {
    const Partition partition = UploadPartition(std::string_view(&digit, 1));
    SCOREWAY_RETURN_IF_ERROR(ForEachRow(store_, partition, {}, [&](const Row& row) -> Status {
      SCOREWAY_ASSIGN_OR_RETURN(const UploadRow upload, UploadRow::Decode(row.value));
      if (clock_.NowMicros() - upload.start_micros < age_micros) return {};
      return visit(partition, row);
    }));
  }
  return {};
}

// An open upload is first marked as collected, so that its writer cannot seal it any more. Between sealing and manifest
// a writer makes no pause that comes near the age, so a sealed upload that old has its manifest or never gets it.
Result<bool> Blobs::CollectUpload(const Partition& partition, const Row& row) {
  SCOREWAY_ASSIGN_OR_RETURN(UploadRow upload, UploadRow::Decode(row.value));
  std::string value = row.value;
  if (upload.state == UploadRow::State::kOpen) {
    upload.state = UploadRow::State::kCollected;
    value = upload.Encode();
    Status status = store_.Apply(partition, PutIfEquals(row.sort, value, row.value));
    if (status.code() == Code::kConflict) return false;
    SCOREWAY_RETURN_IF_ERROR(std::move(status));
  }
  bool is_in_use = false;
  if (upload.state == UploadRow::State::kSealed) {
    SCOREWAY_ASSIGN_OR_RETURN(const auto manifest, FindManifest(upload.sha256));
    is_in_use = manifest && manifest->upload_id == row.sort;
  }
  if (!is_in_use) {
    SCOREWAY_ASSIGN_OR_RETURN(const uint32_t buckets, CountChunkBuckets(store_, row.sort));
    SCOREWAY_RETURN_IF_ERROR(RemoveChunks(store_, row.sort, buckets * kChunksPerBucket));
  }
  SCOREWAY_RETURN_IF_ERROR(store_.Apply(partition, Delete(row.sort)));
  return !is_in_use;
}

}  // namespace scoreway
