// Push: artifact and metadata first, the version row last.
#include <algorithm>
#include <utility>

#include "registry/pending_rows.h"
#include "registry/registry.h"
#include "registry/registry_model.h"
#include "registry/registry_rows.h"
#include "store/random_id.h"

namespace scoreway {
namespace {

constexpr int kTriesMax = 1000;
constexpr size_t kIdempotencyBytesMax = 200;

Status CheckRequest(const PushRequest& request) {
  SCOREWAY_RETURN_IF_ERROR(CheckModelName(request.name));
  for (const std::string& alias : request.aliases) SCOREWAY_RETURN_IF_ERROR(CheckAliasName(alias));
  if (request.idempotency_key.size() > kIdempotencyBytesMax) {
    return Status(Code::kInvalidArgument,
                  "the idempotency key has more than " + std::to_string(kIdempotencyBytesMax) + " bytes",
                  ModelPlace(request.name));
  }
  return CheckMetadata(request.metadata);
}

}  // namespace

// One push on its way: what stays the same while it tries to get a number.
struct Registry::PushPlan {
  const PushRequest& request;
  BlobInfo artifact;
  std::string push_id;
  PendingRow pending;
  std::string metadata_json;

  // Without conditions, before the artifact: so that what a crash leaves can be found.
  std::vector<WriteBatch> Before() const {
    return {
        {NamesPartition(NameBucket(request.name)), {Put(request.name, "")}},
        {ModelPartition(request.name), {Put(PendingSort(push_id), pending.Encode())}},
        {MetadataPartition(request.name, push_id), {Put(kMetadataSort, metadata_json)}},
    };
  }
};

struct Registry::PlannedVersion {
  int64_t number = 0;
  WriteBatch batch;
  std::vector<AliasEvent> events;
};

std::mutex& Registry::NameLock(std::string_view name) {
  return name_locks_[std::hash<std::string_view>()(name) % name_locks_.size()];
}

Result<PushAnswer> Registry::Push(const PushRequest& request, std::string_view artifact) {
  SCOREWAY_RETURN_IF_ERROR(CheckRequest(request));
  BlobWriter writer(store_, clock_);
  SCOREWAY_RETURN_IF_ERROR(writer.Append(artifact));
  return Push(request, writer);
}

Result<PushAnswer> Registry::Push(const PushRequest& request, BlobWriter& artifact) {
  SCOREWAY_RETURN_IF_ERROR(CheckRequest(request));
  PushPlan plan{request, artifact.Seal(), RandomId(), {}, {}};
  plan.pending = {PendingRow::Kind::kPush, plan.artifact.sha256, clock_.NowMicros()};
  SCOREWAY_ASSIGN_OR_RETURN(plan.metadata_json, EncodeMetadata(request.name, request.metadata));

  const std::lock_guard lock(NameLock(request.name));
  const std::vector<WriteBatch> before = plan.Before();
  bool is_kept = false;
  for (int tries = 0; tries < kTriesMax; ++tries) {
    SCOREWAY_ASSIGN_OR_RETURN(auto earlier, FindByKey(plan));
    if (earlier) {
      if (is_kept) GiveUpPush(plan);
      return std::move(*earlier);
    }
    SCOREWAY_ASSIGN_OR_RETURN(const PlannedVersion version, PlanVersion(plan));
    const std::string reference = ArtifactReference(request.name, plan.push_id);
    Status status = is_kept ? store_.Apply(version.batch)
                            : blobs_.Finish(artifact, reference, {before, {&version.batch, 1}}, &is_kept);
    if (status.ok()) {
      CatalogueMoves(request.name, version.events);
      (void)WriteCatalogue(request.name, version.number);  // what fails now, RepairCatalogue writes
      return PushAnswer{version.number, plan.artifact.sha256, true};
    }
    if (status.code() != Code::kConflict || !is_kept) return status;
    SCOREWAY_RETURN_IF_ERROR(CheckStillPending(plan));
  }
  return Status(Code::kUnavailable, "too many writers push versions of the same model at once",
                ModelPlace(request.name));
}

Result<std::optional<PushAnswer>> Registry::FindByKey(const PushPlan& plan) {
  const PushRequest& request = plan.request;
  if (request.idempotency_key.empty()) return std::optional<PushAnswer>();
  const Partition partition = ModelPartition(request.name);
  SCOREWAY_ASSIGN_OR_RETURN(const auto value, store_.Get(partition, IdempotencySort(request.idempotency_key)));
  if (!value) return std::optional<PushAnswer>();
  SCOREWAY_ASSIGN_OR_RETURN(const int64_t number, ParseStoredVersion(partition, *value));
  SCOREWAY_ASSIGN_OR_RETURN(const StoredVersion stored, ReadVersionRow(store_, request.name, number));
  if (stored.row.sha256 != plan.artifact.sha256) {
    return Status(Code::kAlreadyExists,
                  "the idempotency key was used for version " + std::to_string(number) + ", which has other bytes",
                  ModelPlace(request.name));
  }
  return std::optional(PushAnswer{number, stored.row.sha256, false});
}

// The one batch that makes the version visible: number, version, aliases and the end of the pending row.
Result<Registry::PlannedVersion> Registry::PlanVersion(const PushPlan& plan) {
  const PushRequest& request = plan.request;
  const int64_t now = clock_.NowMicros();
  SCOREWAY_ASSIGN_OR_RETURN(StoredHead head, ReadHead(store_, request.name));
  if (!head.text) head.row.created_micros = now;
  if (request.metadata.parent_version < 0 || request.metadata.parent_version > head.row.last_number) {
    return Status(Code::kInvalidArgument,
                  "the parent version " + std::to_string(request.metadata.parent_version) + " does not exist",
                  ModelPlace(request.name));
  }
  HeadRow next = head.row;
  const int64_t number = ++next.last_number;
  ++next.ready_count;
  next.is_deleted = false;
  const VersionRow version{plan.push_id, VersionInfo::State::kReady, now, plan.artifact.sha256, plan.artifact.size};

  PlannedVersion planned{number, {ModelPartition(request.name), {}}, {}};
  WriteBatch& batch = planned.batch;
  batch.writes.push_back(PutIfUnchanged(kHeadSort, next.Encode(), head.text));
  batch.writes.push_back(PutIfAbsent(VersionSort(number), version.Encode()));
  batch.writes.push_back(DeleteIfEquals(PendingSort(plan.push_id), plan.pending.Encode()));
  if (!request.idempotency_key.empty()) {
    batch.writes.push_back(PutIfAbsent(IdempotencySort(request.idempotency_key), std::to_string(number)));
  }
  if (!request.aliases.empty()) {
    std::vector<AliasMove> moves;
    for (const std::string& alias : request.aliases) moves.push_back({alias, number, std::nullopt});
    SCOREWAY_ASSIGN_OR_RETURN(StoredAliases aliases, ReadAliases(store_, request.name));
    SCOREWAY_ASSIGN_OR_RETURN(planned.events, aliases.table.Apply(moves, request.change, now));
    AppendAliasWrites(aliases, planned.events, &batch);
  }
  return planned;
}

Status Registry::CheckStillPending(const PushPlan& plan) {
  SCOREWAY_ASSIGN_OR_RETURN(const auto value, store_.Get(ModelPartition(plan.request.name), PendingSort(plan.push_id)));
  if (value == plan.pending.Encode()) return {};
  return Status(Code::kUnavailable, "the push took so long that it was given up: push again",
                ModelPlace(plan.request.name));
}

// Another push with the same key was first. What cannot be removed now is left to Collect.
void Registry::GiveUpPush(const PushPlan& plan) {
  PendingRow abandoned = plan.pending;
  abandoned.kind = PendingRow::Kind::kAbandoned;
  const Partition partition = ModelPartition(plan.request.name);
  const std::string sort = PendingSort(plan.push_id);
  if (!store_.Apply(partition, PutIfEquals(sort, abandoned.Encode(), plan.pending.Encode())).ok()) return;
  (void)FinishPending(plan.request.name, plan.push_id, plan.artifact.sha256, true);
}

}  // namespace scoreway
