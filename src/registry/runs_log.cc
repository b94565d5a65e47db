// Log: the bytes first, the checkpoint's row last.
#include <utility>

#include "registry/model_names.h"
#include "registry/named_values.h"
#include "registry/pending_rows.h"
#include "registry/registry_rows.h"
#include "registry/runs.h"
#include "registry/stored_run.h"
#include "store/random_id.h"

namespace scoreway {
namespace {

constexpr int kTriesMax = 1000;
constexpr size_t kCheckpointBytesMax = 8 << 10;
constexpr int kLogsPerPrune = 16;
constexpr size_t kBucketsSeenMax = 10'000;

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

// Whether the step may have another artifact.
Status CheckReplacing(const LogRequest& request, const CheckpointInfo& info) {
  if (info.version != 0) {
    return Status(Code::kAlreadyExists,
                  "the step's bytes became version " + std::to_string(info.version) + ", and are not replaced",
                  CheckpointPlace(request.name, request.run, request.step));
  }
  if (info.artifact == CheckpointInfo::Artifact::kNone || request.replace) return {};
  return IsThereAlready(request, "artifact");
}

Status AddReference(const LogRequest& request, CheckpointInfo* info) {
  if (request.reference.empty() || request.reference == info->reference) return {};
  SCOREWAY_RETURN_IF_ERROR(CheckReplacing(request, *info));
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
  if (!is_restored) SCOREWAY_RETURN_IF_ERROR(CheckReplacing(request, info));
  info.artifact = CheckpointInfo::Artifact::kKept;
  info.artifact_sha256 = artifact.sha256;
  info.artifact_bytes = artifact.size;
  info.format = request.format;
  info.reference.clear();
  row->log_id = log_id;
  return {};
}

// The bytes that were there are replaced.
bool LetsGo(const CheckpointInfo& before, const CheckpointInfo& now) {
  return before.has_bytes() && before.artifact_sha256 != now.artifact_sha256;
}

}  // namespace

// One log on its way: what stays the same while it tries to write its row.
struct Runs::LogPlan {
  const LogRequest& request;
  BlobWriter* writer;  // null: no bytes
  BlobInfo artifact;
  std::string log_id;
  PendingRow pending;
  bool is_kept;     // the bytes are a blob with this log's reference
  bool is_brought;  // and the step's row has them

  std::string reference() const { return CheckpointReference(request.name, request.run, log_id); }
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
    if (writer != nullptr) SCOREWAY_RETURN_IF_ERROR(AddArtifact(request, artifact, log_id, &row));
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
    if (LetsGo(stored.row.info, row.info)) {
      const PendingRow release{PendingRow::Kind::kRelease, stored.row.info.artifact_sha256, now_micros};
      batch.writes.push_back(Put(UnfinishedSort(stored.row.log_id), release.Encode()));
      if (!brings_bytes) batch.writes.push_back(Delete(KeptSort(request.step)));
    }
    return batch;
  }
};

Result<LogAnswer> Runs::Log(const LogRequest& request, BlobWriter* artifact) {
  SCOREWAY_RETURN_IF_ERROR(CheckLog(request));
  const std::string place = CheckpointPlace(request.name, request.run, request.step);
  if (artifact != nullptr && !request.reference.empty()) {
    return Error{Code::kInvalidArgument, "a checkpoint has bytes or a reference to them, not both", place};
  }
  SCOREWAY_ASSIGN_OR_RETURN(const StoredRun run, ReadStoredRun(store_, request.name, request.run));
  if (run.run.state != RunInfo::State::kRunning) {
    return Status(Code::kConflict, "the run has " + std::string(StateName(run.run.state)) + "; it takes no more",
                  RunPlace(request.name, request.run));
  }
  LogPlan plan{request, artifact, artifact == nullptr ? BlobInfo() : artifact->Seal(), RandomId(), {}, false, false};
  plan.pending = {PendingRow::Kind::kPush, plan.artifact.sha256, clock_.NowMicros()};
  Result<LogAnswer> answer = Status(Code::kConflict, {});
  for (int tries = 0; tries < kTriesMax; ++tries) {
    answer = LogOnce(&plan);
    if (answer.code() != Code::kConflict) break;
    if (plan.is_kept) SCOREWAY_RETURN_IF_ERROR(CheckPending(plan));
  }
  // What may have been written after all is left to Prune.
  const bool is_certain = answer.code() != Code::kDeadlineExceeded && answer.code() != Code::kInternal;
  if (plan.is_kept && !plan.is_brought && is_certain) {
    (void)ReleaseUnfinished(plan.bucket(), plan.reference(), plan.log_id, plan.artifact.sha256);
  }
  if (answer.code() == Code::kConflict) {
    return Status(Code::kUnavailable, "too many log the same step at once", place);
  }
  if (answer.ok() && plan.is_brought) PruneNowAndThen(run.run, request.prune_now);
  return answer;
}

// kConflict: somebody else has changed the step meanwhile.
Result<LogAnswer> Runs::LogOnce(LogPlan* plan) {
  const LogRequest& request = plan->request;
  SCOREWAY_ASSIGN_OR_RETURN(const StoredCheckpoint stored,
                            ReadStoredCheckpoint(store_, request.name, request.run, request.step));
  const int64_t now = clock_.NowMicros();
  SCOREWAY_ASSIGN_OR_RETURN(CheckpointRow row, plan->Merged(stored, now));
  std::string text = row.Encode();
  if (stored.text == text) return LogAnswer{std::move(row.info), false};
  if (text.size() > kCheckpointBytesMax) {
    return Error{Code::kResourceExhausted,
                 "what is said about a checkpoint has more than " + std::to_string(kCheckpointBytesMax) + " bytes",
                 CheckpointPlace(request.name, request.run, request.step)};
  }
  const Partition bucket = plan->bucket();
  const bool brings_bytes = row.log_id == plan->log_id;
  const WriteBatch row_batch = plan->RowBatch(stored, row, std::move(text), now);
  if (plan->is_kept) {
    SCOREWAY_RETURN_IF_ERROR(store_.Apply(row_batch));
  } else {
    // Without conditions, before the bytes: so that what a crash leaves can be
    // found.
    std::vector<WriteBatch> batches;
    if (!HasSeen(bucket)) batches.push_back(plan->Bucket());
    if (brings_bytes) {
      batches.push_back({bucket, {Put(UnfinishedSort(plan->log_id), plan->pending.Encode())}});
      SCOREWAY_RETURN_IF_ERROR(
          blobs_.Finish(*plan->writer, plan->reference(), {batches, {&row_batch, 1}}, &plan->is_kept));
    } else {
      batches.push_back(row_batch);
      SCOREWAY_RETURN_IF_ERROR(store_.Apply(batches, nullptr));
    }
  }
  NoteSeen(bucket);
  plan->is_brought = brings_bytes;
  if (LetsGo(stored.row.info, row.info)) {
    const std::string& old_id = stored.row.log_id;
    (void)ReleaseUnfinished(bucket, CheckpointReference(request.name, request.run, old_id), old_id,
                            stored.row.info.artifact_sha256);
  }
  return LogAnswer{std::move(row.info), true};
}

bool Runs::HasSeen(const Partition& bucket) {
  const std::lock_guard lock(mutex_);
  return buckets_seen_.contains(bucket.key);
}

void Runs::NoteSeen(const Partition& bucket) {
  const std::lock_guard lock(mutex_);
  if (buckets_seen_.size() >= kBucketsSeenMax) buckets_seen_.clear();
  buckets_seen_.insert(bucket.key);
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
