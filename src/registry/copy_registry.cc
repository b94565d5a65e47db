#include "registry/copy_registry.h"

#include <optional>
#include <utility>
#include <vector>

#include "registry/cursors.h"
#include "registry/registry_model.h"
#include "registry/registry_rows.h"
#include "registry/run_rows.h"
#include "registry/version_profiles.h"
#include "store/blobs.h"

namespace scoreway {
namespace {

// Of the rows written in one batch, small ones all.
constexpr size_t kBatchRows = 50;

class RegistryCopy {
 public:
  RegistryCopy(Store& from, Store& to, const Clock& clock, const CopyProgress& on_progress)
      : from_(from),
        to_(to),
        clock_(clock),
        from_blobs_(from, clock),
        to_blobs_(to, clock),
        on_progress_(on_progress) {}

  Result<CopyCounts> Run();

 private:
  Status CopyModel(const std::string& name);
  // True if the target's model is the same already; kConflict if it is another one.
  Result<bool> IsComplete(const std::string& name, const StoredHead& head);
  Status CopyVersions(const std::string& name);
  Status CopyArtifact(const std::string& sha256, const std::string& reference);
  Status CopyProfiles(const std::string& name);
  Status CopyRuns(const std::string& name);
  // kConflict if the target has another run of this number.
  Status CheckSameRun(const std::string& name, int64_t run);
  Status CopyRun(const std::string& name, int64_t run);
  Status CopyCheckpoints(const std::string& name, int64_t run, int64_t bucket);
  Status CopyCheckpointRows(const Partition& partition, int64_t step, const Row& row);
  Status CopyMetadata(const std::string& name, const VersionRow& version);
  // The rows of a partition but for those with the prefix, and `last` after all others.
  Status CopyRows(const Partition& partition, std::string_view skipped_prefix, std::string_view last);
  Status PutAll(const Partition& partition, std::vector<Write>* writes);

  Store& from_;
  Store& to_;
  const Clock& clock_;
  Blobs from_blobs_;
  Blobs to_blobs_;
  const CopyProgress& on_progress_;
  CopyCounts counts_;
};

Result<CopyCounts> RegistryCopy::Run() {
  NameCursor names(from_, {});
  while (true) {
    SCOREWAY_ASSIGN_OR_RETURN(const auto name, names.Next());
    if (!name) return counts_;
    SCOREWAY_RETURN_IF_ERROR(CopyModel(*name));
    on_progress_(counts_);
  }
}

Result<bool> RegistryCopy::IsComplete(const std::string& name, const StoredHead& head) {
  SCOREWAY_ASSIGN_OR_RETURN(const StoredHead target, ReadHead(to_, name));
  if (!target.text) return false;
  VersionCursor versions(to_, name, 0);
  while (true) {
    SCOREWAY_ASSIGN_OR_RETURN(const auto version, versions.Next());
    if (!version) break;
    const auto source = ReadVersionRow(from_, name, version->number);
    if (source.ok() && source->row.push_id == version->row.push_id) continue;
    if (!source.ok() && source.code() != Code::kNotFound) return source.error();
    return Status(Code::kConflict, "the target has a model of this name that is no copy of the source's",
                  VersionPlace(name, version->number));
  }
  SCOREWAY_ASSIGN_OR_RETURN(const StoredAliases target_aliases, ReadAliases(to_, name));
  SCOREWAY_ASSIGN_OR_RETURN(const StoredAliases aliases, ReadAliases(from_, name));
  return target.text == head.text && target_aliases.text == aliases.text;
}

Status RegistryCopy::CopyModel(const std::string& name) {
  const Partition partition = ModelPartition(name);
  SCOREWAY_ASSIGN_OR_RETURN(const uint64_t before, from_.ChangeCount(partition));
  SCOREWAY_ASSIGN_OR_RETURN(const StoredHead head, ReadHead(from_, name));
  SCOREWAY_RETURN_IF_ERROR(CopyRuns(name));
  SCOREWAY_RETURN_IF_ERROR(CopyProfiles(name));
  if (!head.text) return {};  // runs only, or a first push that never came to its end
  SCOREWAY_ASSIGN_OR_RETURN(const bool is_complete, IsComplete(name, head));
  ++counts_.models;
  if (is_complete) return {};
  SCOREWAY_RETURN_IF_ERROR(CopyVersions(name));
  // Pushes under way and releases still to be made are the source's own affair.
  SCOREWAY_RETURN_IF_ERROR(CopyRows(partition, kPendingPrefix, kHeadSort));
  SCOREWAY_RETURN_IF_ERROR(to_.Apply(NamesPartition(NameBucket(name)), Put(name, "")));
  SCOREWAY_ASSIGN_OR_RETURN(const uint64_t after, from_.ChangeCount(partition));
  if (before == after) return {};
  return Status(Code::kConflict, "the source changed while it was copied: copy again", ModelPlace(name));
}

Status RegistryCopy::CopyVersions(const std::string& name) {
  VersionCursor versions(from_, name, 0);
  while (true) {
    SCOREWAY_ASSIGN_OR_RETURN(const auto version, versions.Next());
    if (!version) return {};
    if (version->row.state == VersionInfo::State::kReady) {
      const std::string reference = ArtifactReference(name, version->row.push_id);
      SCOREWAY_RETURN_IF_ERROR(CopyArtifact(version->row.sha256, reference));
    }
    SCOREWAY_RETURN_IF_ERROR(CopyMetadata(name, version->row));
    ++counts_.versions;
    on_progress_(counts_);
  }
}

Status RegistryCopy::CopyArtifact(const std::string& sha256, const std::string& reference) {
  SCOREWAY_ASSIGN_OR_RETURN(const auto there, to_blobs_.Find(sha256));
  if (there) {
    ++counts_.artifacts_there;
    return to_blobs_.AddReference(sha256, reference);
  }
  BlobWriter writer(to_, clock_);
  const auto append = [&](std::string_view chunk) -> Status {
    counts_.bytes += chunk.size();
    on_progress_(counts_);
    return writer.Append(chunk);
  };
  SCOREWAY_RETURN_IF_ERROR(from_blobs_.Read(sha256, append));  // checks every chunk and the whole
  SCOREWAY_RETURN_IF_ERROR(to_blobs_.Finish(writer, reference));
  ++counts_.artifacts;
  return {};
}

// Those that were copied before may have been set anew since.
Status RegistryCopy::CopyProfiles(const std::string& name) {
  const Partition partition = ProfilesPartition(name);
  return ForEachRow(from_, partition, {}, [&](const Row& row) -> Status {
    SCOREWAY_ASSIGN_OR_RETURN(const auto before, to_.Get(partition, row.sort));
    if (before == row.value) return {};
    SCOREWAY_ASSIGN_OR_RETURN(const ProfileBlob blob, BlobOfProfile(partition, row));
    SCOREWAY_RETURN_IF_ERROR(CopyArtifact(blob.sha256, blob.reference));
    SCOREWAY_RETURN_IF_ERROR(to_.Apply(partition, PutIfUnchanged(row.sort, row.value, before)));
    if (!before) return {};
    SCOREWAY_ASSIGN_OR_RETURN(const ProfileBlob replaced, BlobOfProfile(partition, {row.sort, *before}));
    return to_blobs_.Release(replaced.sha256, replaced.reference);
  });
}

// The number of the last run comes last. Idempotency keys of runs live a week only, and stay behind. Runs that were
// copied before may have gone on since.
Status RegistryCopy::CopyRuns(const std::string& name) {
  const Partition numbers = RunNumbersPartition(name);
  SCOREWAY_ASSIGN_OR_RETURN(const auto last, from_.Get(numbers, kLastRunSort));
  if (!last) return {};
  SCOREWAY_ASSIGN_OR_RETURN(const int64_t count, ParseStoredVersion(numbers, *last));
  for (int64_t run = 1; run <= count; ++run) SCOREWAY_RETURN_IF_ERROR(CopyRun(name, run));
  SCOREWAY_RETURN_IF_ERROR(to_.Apply(NamesPartition(NameBucket(name)), Put(name, "")));
  return to_.Apply(numbers, Put(kLastRunSort, *last));
}

Status RegistryCopy::CheckSameRun(const std::string& name, int64_t run) {
  const Partition partition = RunPartition(name, run);
  SCOREWAY_ASSIGN_OR_RETURN(const auto copied, to_.Get(partition, kRunInfoSort));
  SCOREWAY_ASSIGN_OR_RETURN(const auto value, from_.Get(partition, kRunInfoSort));
  if (!copied || !value) return {};
  SCOREWAY_ASSIGN_OR_RETURN(const RunInfo copy, DecodeRun(name, run, *copied));
  SCOREWAY_ASSIGN_OR_RETURN(const RunInfo source, DecodeRun(name, run, *value));
  if (copy.created_micros == source.created_micros && copy.who == source.who) return {};
  return Status(Code::kConflict, "the target has a run of this number that is no copy of the source's",
                RunPlace(name, run));
}

Status RegistryCopy::CopyRun(const std::string& name, int64_t run) {
  SCOREWAY_RETURN_IF_ERROR(CheckSameRun(name, run));
  const Partition partition = RunPartition(name, run);
  SCOREWAY_RETURN_IF_ERROR(ForEachRow(from_, partition, ScanPrefix(kBucketPrefix), [&](const Row& row) -> Status {
    SCOREWAY_ASSIGN_OR_RETURN(const int64_t bucket, NumberOfSort(partition, row.sort, kBucketPrefix));
    return CopyCheckpoints(name, run, bucket);
  }));
  return CopyRows(partition, {}, kRunInfoSort);
}

// Bytes before the rows that say they are there, and what a row of the target no longer says after it.
Status RegistryCopy::CopyCheckpoints(const std::string& name, int64_t run, int64_t bucket) {
  const Partition partition = CheckpointPartition(name, run, bucket);
  return ForEachRow(from_, partition, ScanPrefix(kCheckpointPrefix), [&](const Row& row) -> Status {
    SCOREWAY_ASSIGN_OR_RETURN(const auto old_value, to_.Get(partition, row.sort));
    if (old_value == row.value) return {};
    SCOREWAY_ASSIGN_OR_RETURN(const int64_t step, NumberOfSort(partition, row.sort, kCheckpointPrefix));
    const auto checkpoint = CheckpointRow::Decode(step, row.value);
    if (!checkpoint.ok()) return DamagedRow(partition, row.sort, checkpoint.error());
    const std::string reference = CheckpointReference(name, run, checkpoint->log_id);
    if (checkpoint->info.has_bytes()) {
      SCOREWAY_RETURN_IF_ERROR(CopyArtifact(checkpoint->info.artifact_sha256, reference));
    }
    SCOREWAY_RETURN_IF_ERROR(CopyCheckpointRows(partition, step, row));
    if (!old_value) return {};
    const auto old = CheckpointRow::Decode(step, *old_value);
    if (!old.ok()) return DamagedRow(partition, row.sort, old.error());
    if (!old->info.has_bytes()) return {};
    if (checkpoint->info.has_bytes() && old->log_id == checkpoint->log_id) return {};
    return to_blobs_.Release(old->info.artifact_sha256, CheckpointReference(name, run, old->log_id));
  });
}

// The checkpoint's row, and that which says that its bytes are kept if the source has it.
Status RegistryCopy::CopyCheckpointRows(const Partition& partition, int64_t step, const Row& row) {
  SCOREWAY_ASSIGN_OR_RETURN(const auto kept, from_.Get(partition, KeptSort(step)));
  std::vector<Write> writes;
  writes.push_back(Put(row.sort, row.value));
  writes.push_back(kept ? Put(KeptSort(step), *kept) : Delete(KeptSort(step)));
  return PutAll(partition, &writes);
}

Status RegistryCopy::CopyMetadata(const std::string& name, const VersionRow& version) {
  return CopyRows(MetadataPartition(name, version.push_id), {}, {});
}

Status RegistryCopy::PutAll(const Partition& partition, std::vector<Write>* writes) {
  if (writes->empty()) return {};
  WriteBatch batch{partition, std::move(*writes)};
  writes->clear();
  return to_.Apply(batch);
}

Status RegistryCopy::CopyRows(const Partition& partition, std::string_view skipped_prefix, std::string_view last) {
  std::vector<Write> writes;
  std::optional<std::string> last_value;
  ScanRange range;
  range.row_count_max = kBatchRows;
  do {
    SCOREWAY_ASSIGN_OR_RETURN(ScanPage page, from_.Scan(partition, range));
    for (Row& row : page.rows) {
      if (!skipped_prefix.empty() && row.sort.starts_with(skipped_prefix)) continue;
      if (!last.empty() && row.sort == last) {
        last_value = std::move(row.value);
      } else {
        writes.push_back(Put(std::move(row.sort), std::move(row.value)));
      }
    }
    SCOREWAY_RETURN_IF_ERROR(PutAll(partition, &writes));
    range.page_token = page.next_page_token;
  } while (!range.page_token.empty());
  if (!last_value) return {};
  return to_.Apply(partition, Put(std::string(last), *last_value));
}

}  // namespace

Result<CopyCounts> CopyRegistry(Store& from, Store& to, const Clock& clock, const CopyProgress& on_progress) {
  return RegistryCopy(from, to, clock, on_progress).Run();
}

}  // namespace scoreway
