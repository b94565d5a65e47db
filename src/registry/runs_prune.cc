// Letting bytes go, keeping those that became versions, and removing what is left over.
#include <algorithm>
#include <limits>
#include <span>
#include <utility>

#include "registry/checkpoint_cursor.h"
#include "registry/model_names.h"
#include "registry/pending_rows.h"
#include "registry/registry_rows.h"
#include "registry/runs.h"
#include "registry/stored_run.h"
#include "store/random_id.h"

namespace scoreway {
namespace {

constexpr int kTriesMax = 1000;
constexpr size_t kStepsPerRead = 100;
constexpr int64_t kLeftoverAgeMicros = int64_t{3600} * 1'000'000;  // no log takes so long

// The steps in a bucket whose bytes a rule may let go.
Status ReadKept(Store& store, const Partition& bucket, std::vector<int64_t>* steps) {
  return ForEachRow(store, bucket, ScanPrefix(kKeptPrefix), [&](const Row& row) -> Status {
    SCOREWAY_ASSIGN_OR_RETURN(const int64_t step, NumberOfSort(bucket, row.sort, kKeptPrefix));
    steps->push_back(step);
    return {};
  });
}

// With the metric, if there is one.
Result<std::vector<RetentionCandidate>> Candidates(Store& store, const RunInfo& run, const std::string& metric,
                                                   std::span<const int64_t> steps) {
  std::vector<RetentionCandidate> candidates;
  for (const int64_t step : steps) candidates.push_back({step, std::numeric_limits<double>::quiet_NaN()});
  if (metric.empty()) return candidates;
  for (size_t begin = 0; begin < steps.size(); begin += kStepsPerRead) {
    const auto part = steps.subspan(begin, std::min(kStepsPerRead, steps.size() - begin));
    SCOREWAY_ASSIGN_OR_RETURN(const auto rows, ReadCheckpoints(store, run.name, run.number, part));
    size_t at = begin;
    for (const CheckpointRow& row : rows) {
      while (candidates[at].step != row.info.step) ++at;
      const auto found = row.info.metrics.find(metric);
      if (found != row.info.metrics.end()) candidates[at].metric = found->second;
    }
  }
  return candidates;
}

}  // namespace

// The row of what is unfinished goes last: until then the work can be done again from the start.
Status Runs::ReleaseUnfinished(const Partition& bucket, std::string_view reference, std::string_view log_id,
                               std::string_view sha256) {
  SCOREWAY_RETURN_IF_ERROR(blobs_.Release(sha256, reference));
  return store_.Apply(bucket, Delete(UnfinishedSort(log_id)));
}

Result<PruneCounts> Runs::Prune(std::string_view name, int64_t number, const RetentionRules* given) {
  SCOREWAY_ASSIGN_OR_RETURN(const StoredRun stored, ReadStoredRun(store_, name, number));
  const RunInfo& run = stored.run;
  const RetentionRules& rules = given == nullptr ? run.retention : *given;
  SCOREWAY_RETURN_IF_ERROR(CheckRetention(rules));
  PruneCounts counts;
  std::vector<int64_t> kept;
  BucketCursor buckets(store_, name, number, 0, false);
  while (true) {
    SCOREWAY_ASSIGN_OR_RETURN(const auto bucket, buckets.Next());
    if (!bucket) break;
    SCOREWAY_RETURN_IF_ERROR(CollectUnfinished(run, *bucket, &counts));
    if (!rules.empty()) SCOREWAY_RETURN_IF_ERROR(ReadKept(store_, CheckpointPartition(name, number, *bucket), &kept));
  }
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<RetentionCandidate> candidates,
                            Candidates(store_, run, rules.keep_best > 0 ? rules.metric : "", kept));
  for (const int64_t step : StepsToPrune(rules, candidates)) {
    SCOREWAY_RETURN_IF_ERROR(PruneStep(run, step, &counts));
  }
  return counts;
}

Status Runs::PruneStep(const RunInfo& run, int64_t step, PruneCounts* counts) {
  SCOREWAY_ASSIGN_OR_RETURN(const StoredCheckpoint stored, ReadStoredCheckpoint(store_, run.name, run.number, step));
  const CheckpointInfo& info = stored.row.info;
  if (!stored.text || !info.has_bytes() || info.version != 0) return {};
  CheckpointRow pruned = stored.row;
  pruned.info.artifact = CheckpointInfo::Artifact::kPruned;
  const PendingRow release{PendingRow::Kind::kRelease, info.artifact_sha256, clock_.NowMicros()};
  const Partition bucket = PartitionOfStep(run.name, run.number, step);
  WriteBatch batch{bucket, {}};
  batch.writes.push_back(PutIfEquals(CheckpointSort(step), pruned.Encode(), *stored.text));
  batch.writes.push_back(Delete(KeptSort(step)));
  batch.writes.push_back(Put(UnfinishedSort(stored.row.log_id), release.Encode()));
  const Status status = store_.Apply(batch);
  if (status.code() == Code::kConflict) return {};  // it was just promoted or replaced: the next time will tell
  if (!status.ok()) return status.error();
  ++counts->checkpoints;
  counts->bytes += info.artifact_bytes;
  const std::string reference = CheckpointReference(run.name, run.number, stored.row.log_id);
  return ReleaseUnfinished(bucket, reference, stored.row.log_id, info.artifact_sha256);
}

Status Runs::CollectUnfinished(const RunInfo& run, int64_t number, PruneCounts* counts) {
  const Partition bucket = CheckpointPartition(run.name, run.number, number);
  const auto finish = [&](std::string_view log_id, const PendingRow& pending) {
    return ReleaseUnfinished(bucket, CheckpointReference(run.name, run.number, log_id), log_id, pending.sha256);
  };
  SCOREWAY_ASSIGN_OR_RETURN(const size_t finished, CollectPending(store_, bucket, kUnfinishedPrefix,
                                                                  clock_.NowMicros() - kLeftoverAgeMicros, finish));
  counts->leftovers += finished;
  return {};
}

Result<CheckpointInfo> Runs::MarkPromoted(std::string_view name, int64_t run, int64_t step, int64_t version) {
  const Partition bucket = PartitionOfStep(name, run, step);
  for (int tries = 0; tries < kTriesMax; ++tries) {
    SCOREWAY_ASSIGN_OR_RETURN(const StoredCheckpoint stored, ReadPresentCheckpoint(store_, name, run, step));
    CheckpointRow row = stored.row;
    if (row.info.version == version) return std::move(row.info);
    if (row.info.version != 0) {
      return Status(Code::kConflict, "the checkpoint became version " + std::to_string(row.info.version) + " already",
                    CheckpointPlace(name, run, step));
    }
    row.info.version = version;
    WriteBatch batch{bucket, {}};
    std::string restored_id;
    if (row.info.artifact == CheckpointInfo::Artifact::kPruned) {
      SCOREWAY_ASSIGN_OR_RETURN(restored_id, RestoreBytes(name, run, &row, &batch));
    }
    batch.writes.push_back(PutIfEquals(CheckpointSort(step), row.Encode(), *stored.text));
    batch.writes.push_back(Delete(KeptSort(step)));
    const Status status = store_.Apply(batch);
    if (status.ok()) return std::move(row.info);
    if (!restored_id.empty()) {
      (void)ReleaseUnfinished(bucket, CheckpointReference(name, run, restored_id), restored_id,
                              row.info.artifact_sha256);
    }
    if (status.code() != Code::kConflict) return status.error();
  }
  return Status(Code::kUnavailable, "too many change the same checkpoint at once", CheckpointPlace(name, run, step));
}

// A rule let the bytes go while they became a version; that has them yet.
Result<std::string> Runs::RestoreBytes(std::string_view name, int64_t run, CheckpointRow* row, WriteBatch* batch) {
  const std::string id = RandomId();
  const Partition bucket = PartitionOfStep(name, run, row->info.step);
  const PendingRow pending{PendingRow::Kind::kPush, row->info.artifact_sha256, clock_.NowMicros()};
  SCOREWAY_RETURN_IF_ERROR(store_.Apply(bucket, Put(UnfinishedSort(id), pending.Encode())));
  const Status status = blobs_.AddReference(row->info.artifact_sha256, CheckpointReference(name, run, id));
  if (status.code() == Code::kNotFound) {
    // The version is deleted as well: there is nothing to keep.
    SCOREWAY_RETURN_IF_ERROR(store_.Apply(bucket, Delete(UnfinishedSort(id))));
    return std::string();
  }
  if (!status.ok()) return status.error();
  row->info.artifact = CheckpointInfo::Artifact::kKept;
  row->log_id = id;
  batch->writes.push_back(DeleteIfEquals(UnfinishedSort(id), pending.Encode()));
  return id;
}

}  // namespace scoreway
