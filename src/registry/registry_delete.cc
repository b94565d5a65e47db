// Deleting, and removing what is left over.
#include <algorithm>
#include <utility>

#include "registry/cursors.h"
#include "registry/pending_rows.h"
#include "registry/registry.h"
#include "registry/registry_model.h"
#include "registry/registry_rows.h"

namespace scoreway {
namespace {

constexpr int kTriesMax = 1000;

std::string Joined(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

Status StillInUse(std::string_view what, const std::vector<std::string>& aliases, std::string place) {
  return Status(Code::kConflict,
                "aliases point at " + std::string(what) + ": " + Joined(aliases) + "; move them first, or force it",
                std::move(place));
}

Status TooContended(std::string_view name) {
  return Status(Code::kUnavailable, "too many writers change the same model at once", ModelPlace(name));
}

// Removes the aliases that point at the version.
Result<std::vector<AliasEvent>> RemoveAliases(const std::vector<std::string>& aliases, const Change& change,
                                              int64_t now_micros, AliasTable* table) {
  std::vector<AliasMove> moves;
  for (const std::string& alias : aliases) moves.push_back({alias, 0, std::nullopt});
  // Said to stay where it is, or it would be moved to where champion was: the version that goes.
  if (std::ranges::find(aliases, kPrevious) == aliases.end()) moves.push_back({kPrevious, table->Find(kPrevious), {}});
  return table->Apply(moves, change, now_micros);
}

}  // namespace

Status Registry::DeleteVersion(std::string_view name, int64_t number, bool force, const Change& change) {
  SCOREWAY_RETURN_IF_ERROR(CheckModelName(name));
  const std::lock_guard lock(NameLock(name));
  for (int tries = 0; tries < kTriesMax; ++tries) {
    SCOREWAY_ASSIGN_OR_RETURN(const StoredHead head, ReadLiveHead(store_, name));
    SCOREWAY_ASSIGN_OR_RETURN(const StoredVersion version, ReadReadyVersion(store_, name, number));
    SCOREWAY_ASSIGN_OR_RETURN(StoredAliases aliases, ReadAliases(store_, name));
    const std::vector<std::string> users = aliases.table.Of(number);
    if (!users.empty() && !force) return StillInUse("the version", users, VersionPlace(name, number));

    const int64_t now = clock_.NowMicros();
    HeadRow next_head = head.row;
    --next_head.ready_count;
    VersionRow tombstone = version.row;
    tombstone.state = VersionInfo::State::kDeleted;
    const PendingRow release{PendingRow::Kind::kRelease, version.row.sha256, now};
    WriteBatch batch{ModelPartition(name), {}};
    batch.writes.push_back(PutIfUnchanged(kHeadSort, next_head.Encode(), head.text));
    batch.writes.push_back(PutIfEquals(VersionSort(number), tombstone.Encode(), version.text));
    batch.writes.push_back(Put(PendingSort(version.row.push_id), release.Encode()));
    SCOREWAY_ASSIGN_OR_RETURN(const auto events, RemoveAliases(users, change, now, &aliases.table));
    AppendAliasWrites(aliases, events, &batch);
    const Status status = store_.Apply(batch);
    if (status.code() == Code::kConflict) continue;
    if (!status.ok()) return status.error();
    CatalogueMoves(name, events);
    (void)WriteCatalogue(name, number);
    // The version is gone; if its artifact cannot be released now, Collect does it.
    (void)FinishPending(name, version.row.push_id, version.row.sha256, false);
    return {};
  }
  return TooContended(name);
}

Status Registry::DeleteModel(std::string_view name, bool force, const Change& change) {
  SCOREWAY_RETURN_IF_ERROR(CheckModelName(name));
  for (int tries = 0; tries < kTriesMax; ++tries) {
    SCOREWAY_ASSIGN_OR_RETURN(const StoredHead head, ReadLiveHead(store_, name));
    SCOREWAY_ASSIGN_OR_RETURN(const StoredAliases aliases, ReadAliases(store_, name));
    std::vector<std::string> set;
    for (const auto& [alias, version] : aliases.table.All()) set.push_back(alias);
    if (!set.empty() && !force) return StillInUse("versions of the model", set, ModelPlace(name));
    if (head.row.ready_count == 0) {
      HeadRow tombstone = head.row;
      tombstone.is_deleted = true;
      Status status = store_.Apply(ModelPartition(name), PutIfUnchanged(kHeadSort, tombstone.Encode(), head.text));
      if (status.code() == Code::kConflict) continue;
      return status;
    }
    VersionCursor versions(store_, name, 0);
    while (true) {
      SCOREWAY_ASSIGN_OR_RETURN(const auto version, versions.Next());
      if (!version) break;
      if (version->row.state == VersionInfo::State::kDeleted) continue;
      Status status = DeleteVersion(name, version->number, force, change);
      if (!status.ok() && status.code() != Code::kNotFound) return status;
    }
  }
  return TooContended(name);
}

// The pending row goes last: until then the work can be done again from the start.
Status Registry::FinishPending(std::string_view name, std::string_view push_id, std::string_view sha256, bool is_push) {
  SCOREWAY_RETURN_IF_ERROR(blobs_.Release(sha256, ArtifactReference(name, push_id)));
  // The metadata of a deleted version stays with its tombstone.
  if (is_push) SCOREWAY_RETURN_IF_ERROR(store_.Apply(MetadataPartition(name, push_id), Delete(kMetadataSort)));
  return store_.Apply(ModelPartition(name), Delete(PendingSort(push_id)));
}

Result<size_t> Registry::CollectModel(const std::string& name, int64_t age_micros) {
  const auto finish = [&](std::string_view push_id, const PendingRow& pending) {
    return FinishPending(name, push_id, pending.sha256, pending.kind != PendingRow::Kind::kRelease);
  };
  return CollectPending(store_, ModelPartition(name), kPendingPrefix, clock_.NowMicros() - age_micros, finish);
}

Result<CollectCounts> Registry::Collect(int64_t age_micros) {
  CollectCounts counts;
  SCOREWAY_ASSIGN_OR_RETURN(counts.uploads, blobs_.CollectUploads(age_micros));
  NameCursor names(store_, {});
  while (true) {
    SCOREWAY_ASSIGN_OR_RETURN(const auto name, names.Next());
    if (!name) return counts;
    SCOREWAY_ASSIGN_OR_RETURN(const size_t artifacts, CollectModel(*name, age_micros));
    counts.artifacts += artifacts;
  }
}

}  // namespace scoreway
