// Log: the bytes first, the checkpoint's row last.
#include <utility>

#include "registry/model_names.h"
#include "registry/named_values.h"
#include "registry/registry_rows.h"
#include "registry/runs.h"
#include "registry/stored_run.h"
#include "store/random_id.h"

namespace scoreway {
namespace {

constexpr int kTriesMax = 1000;
constexpr size_t kCheckpointBytesMax = 8 << 10;
constexpr int kLogsPerPrune = 16;

Status CheckLog(const LogRequest& request) {
  SCOREWAY_RETURN_IF_ERROR(CheckModelName(request.name));
  const std::string place = CheckpointPlace(request.name, request.run, request.step);
  if (request.step < 0 || request.step > kStepMax) {
    return Status(Code::kInvalidArgument, "a step is a number from 0 to " + std::to_string(kStepMax), place);
  }
  if (request.metrics.size() > Runs::kMetricsMax) {
    return Status(Code::kInvalidArgument, "a checkpoint has at most " + std::to_string(Runs::kMetricsMax) + " metrics",
                  place);
  }
  SCOREWAY_RETURN_IF_ERROR(CheckNamedValues("metrics", request.metrics));
  SCOREWAY_RETURN_IF_ERROR(CheckText("format", request.format));
  return CheckText("reference", request.reference);
}

// NaN is the same as NaN.
bool IsSame(double a, double b) { return a == b || (a != a && b != b); }

Error IsThereAlready(const LogRequest& request, const std::string& what) {
  return {Code::kAlreadyExists, "the step was logged before with another " + what + "; replace overwrites it",
          CheckpointPlace(request.name, request.run, request.step)};
}

Status AddMetrics(const LogRequest& request, CheckpointInfo* info) {
  for (const auto& [name, value] : request.metrics) {
    const auto [at, is_new] = info->metrics.emplace(name, value);
    if (is_new || IsSame(at->second, value)) continue;
    if (!request.replace) return IsThereAlready(request, "value of the metric '" + name + "'");
    at->second = value;
  }
  if (info->metrics.size() <= Runs::kMetricsMax) return {};
  return Status(Code::kInvalidArgument, "a checkpoint has at most " + std::to_string(Runs::kMetricsMax) + " metrics",
                CheckpointPlace(request.name, request.run, request.step));
}

Status AddReference(const LogRequest& request, CheckpointInfo* info) {
  if (request.reference.empty() || request.reference == info->reference) return {};
  if (info->artifact != CheckpointInfo::Artifact::kNone && !request.replace) {
    return IsThereAlready(request, "artifact");
  }
  info->artifact = CheckpointInfo::Artifact::kElsewhere;
  info->reference = request.reference;
  info->artifact_sha256.clear();
  info->artifact_bytes = 0;
  info->format = request.format;
  return {};
}

Status AddArtifact(const LogRequest& request, const BlobInfo& artifact, const std::string& log_id, CheckpointRow* row) {
  CheckpointInfo& info = row->info;
  if (info.has_bytes() && info.artifact_sha256 == artifact.sha256) return {};
  const bool is_restored = info.artifact_sha256 == artifact.sha256;  // a retry after a rule let them go
  if (info.artifact != CheckpointInfo::Artifact::kNone && !is_restored && !request.replace) {
    return IsThereAlready(request, "artifact");
  }
  info.artifact = CheckpointInfo::Artifact::kKept;
  info.artifact_sha256 = artifact.sha256;
  info.artifact_bytes = artifact.size;
  info.format = request.format;
  info.reference.clear();
  row->log_id = log_id;
  return {};
}

}  // namespace

// One log on its way: what stays the same while it tries to write its row.
struct Runs::LogPlan {
  const LogRequest& request;
  const BlobInfo* artifact;  // null: none
  std::string log_id;
  PendingRow pending;

  Partition bucket() const { return PartitionOfStep(request.name, request.run, request.step); }
  WriteBatch Bucket() const {
    return {RunPartition(request.name, request.run), {Put(BucketSort(request.step / kStepsPerBucket), "")}};
  }
  // The row as it shall be.
  Result<CheckpointRow> Merged(const StoredCheckpoint& stored, int64_t now_micros) const {
    CheckpointRow row = stored.row;
    if (!stored.text) row.info.created_micros = now_micros;
    SCOREWAY_RETURN_IF_ERROR(AddMetrics(request, &row.info));
    SCOREWAY_RETURN_IF_ERROR(scoreway::AddReference(request, &row.info));
    if (artifact != nullptr) SCOREWAY_RETURN_IF_ERROR(AddArtifact(request, *artifact, log_id, &row));
    return row;
  }
  // The one batch that makes it visible.
  WriteBatch RowBatch(const StoredCheckpoint& stored, const CheckpointRow& row, std::string text,
                      int64_t now_micros) const {
    WriteBatch batch{bucket(), {}};
    batch.writes.push_back(PutIfUnchanged(CheckpointSort(request.step), std::move(text), stored.text));
    const bool brings_bytes = row.log_id == log_id;
    if (brings_bytes) {
      batch.writes.push_back(DeleteIfEquals(UnfinishedSort(log_id), pending.Encode()));
      batch.writes.push_back(Put(KeptSort(request.step), ""));
    }
    if (stored.row.info.has_bytes() && row.info.artifact_sha256 != stored.row.info.artifact_sha256) {
      const PendingRow release{PendingRow::Kind::kRelease, stored.row.info.artifact_sha256, now_micros};
      batch.writes.push_back(Put(UnfinishedSort(stored.row.log_id), release.Encode()));
      if (!brings_bytes) batch.writes.push_back(Delete(KeptSort(request.step)));
    }
    return batch;
  }
};

Result<LogAnswer> Runs::Log(const LogRequest& request, BlobWriter* artifact) {
  SCOREWAY_RETURN_IF_ERROR(CheckLog(request));
  if (artifact != nullptr && !request.reference.empty()) {
    return Error{Code::kInvalidArgument, "a checkpoint has bytes or a reference to them, not both",
                 CheckpointPlace(request.name, request.run, request.step)};
  }
  SCOREWAY_ASSIGN_OR_RETURN(const StoredRun run, ReadStoredRun(store_, request.name, request.run));
  if (run.run.state != RunInfo::State::kRunning) {
    return Status(Code::kConflict, "the run has " + std::string(StateName(run.run.state)) + "; it takes no more",
                  RunPlace(request.name, request.run));
  }
  LogPlan plan{request, artifact == nullptr ? nullptr : &artifact->Seal(), RandomId(), {}};
  if (plan.artifact != nullptr) plan.pending = {PendingRow::Kind::kPush, plan.artifact->sha256, clock_.NowMicros()};
  const WriteBatch before[] = {plan.Bucket(),
                               {plan.bucket(), {Put(UnfinishedSort(plan.log_id), plan.pending.Encode())}}};
  const std::string reference = CheckpointReference(request.name, request.run, plan.log_id);
  const Partition bucket = plan.bucket();
  const auto give_up = [&] { (void)ReleaseUnfinished(bucket, reference, plan.log_id, plan.artifact->sha256); };

  bool is_kept = false;
  for (int tries = 0; tries < kTriesMax; ++tries) {
    SCOREWAY_ASSIGN_OR_RETURN(const StoredCheckpoint stored,
                              ReadStoredCheckpoint(store_, request.name, request.run, request.step));
    const int64_t now = clock_.NowMicros();
    auto merged = plan.Merged(stored, now);
    if (!merged.ok()) {
      if (is_kept) give_up();
      return merged.error();
    }
    std::string text = merged->Encode();
    if (stored.text == text) {
      if (is_kept) give_up();
      return LogAnswer{std::move(merged->info), false};
    }
    if (text.size() > kCheckpointBytesMax) {
      if (is_kept) give_up();
      return Error{Code::kResourceExhausted,
                   "what is said about a checkpoint has more than " + std::to_string(kCheckpointBytesMax) + " bytes",
                   CheckpointPlace(request.name, request.run, request.step)};
    }
    const bool brings_bytes = merged->log_id == plan.log_id;
    const bool replaces =
        stored.row.info.has_bytes() && merged->info.artifact_sha256 != stored.row.info.artifact_sha256;
    const WriteBatch row = plan.RowBatch(stored, *merged, std::move(text), now);
    Status status;
    if (!brings_bytes) {
      const WriteBatch batches[] = {plan.Bucket(), row};
      status = store_.Apply(batches, nullptr);
    } else if (is_kept) {
      status = store_.Apply(row);
    } else {
      status = blobs_.Finish(*artifact, reference, {before, {&row, 1}}, &is_kept);
    }
    if (status.ok()) {
      if (is_kept && !brings_bytes) give_up();
      if (replaces) {
        const std::string& old_id = stored.row.log_id;
        (void)ReleaseUnfinished(bucket, CheckpointReference(request.name, request.run, old_id), old_id,
                                stored.row.info.artifact_sha256);
      }
      if (brings_bytes) PruneNowAndThen(run.run, request.prune_now);
      return LogAnswer{std::move(merged->info), true};
    }
    if (status.code() != Code::kConflict) return status;
    if (is_kept) SCOREWAY_RETURN_IF_ERROR(CheckPending(plan));
  }
  return Status(Code::kUnavailable, "too many log the same step at once",
                CheckpointPlace(request.name, request.run, request.step));
}

Status Runs::CheckPending(const LogPlan& plan) {
  SCOREWAY_ASSIGN_OR_RETURN(const auto value, store_.Get(plan.bucket(), UnfinishedSort(plan.log_id)));
  if (value == plan.pending.Encode()) return {};
  return Status(Code::kUnavailable, "the log took so long that it was given up: log again",
                CheckpointPlace(plan.request.name, plan.request.run, plan.request.step));
}

void Runs::PruneNowAndThen(const RunInfo& run, bool now) {
  if (run.retention.empty()) return;
  {
    const std::lock_guard lock(mutex_);
    int& logs = logs_since_prune_[{run.name, run.number}];
    now = now || ++logs >= kLogsPerPrune;
    if (now) logs_since_prune_.erase({run.name, run.number});
  }
  // The checkpoint is stored whatever comes of this; the next one tries again.
  if (now) (void)Prune(run.name, run.number);
}

}  // namespace scoreway
