// Moving aliases, and their history.
#include <algorithm>
#include <utility>

#include "registry/registry.h"
#include "registry/registry_model.h"
#include "registry/registry_rows.h"

namespace scoreway {
namespace {

constexpr int kTriesMax = 1000;
constexpr size_t kEventPageRows = 200;

// The target must be there; the batch asks for it unchanged, so that it cannot be deleted in between.
Status CheckTarget(Store& store, std::string_view name, int64_t number, WriteBatch* checks) {
  SCOREWAY_ASSIGN_OR_RETURN(StoredVersion target, ReadReadyVersion(store, name, number));
  const std::string sort = VersionSort(number);
  const bool is_known = std::ranges::any_of(checks->writes, [&](const Write& write) { return write.sort == sort; });
  if (!is_known) checks->writes.push_back(CheckEquals(sort, std::move(target.text)));
  return {};
}

// The model's events below a sequence number (0: all), the last one first; `visit` returns false to stop.
Status VisitEvents(Store& store, std::string_view name, int64_t below, const std::function<bool(AliasEvent&&)>& visit) {
  const Partition partition = ModelPartition(name);
  ScanRange range = ScanPrefix(kEventPrefix);
  if (below > 0) range.end = EventSort(below);
  range.reverse = true;
  range.row_count_max = kEventPageRows;
  do {
    SCOREWAY_ASSIGN_OR_RETURN(const ScanPage page, store.Scan(partition, range));
    for (const Row& row : page.rows) {
      auto event = DecodeEvent(row.value);
      if (!event.ok()) return DamagedRow(partition, row.sort, event.error());
      if (!visit(std::move(*event))) return {};
    }
    range.page_token = page.next_page_token;
  } while (!range.page_token.empty());
  return {};
}

}  // namespace

// Reads, lets `update` change the table and name what must be so, and writes if nothing has changed meanwhile.
Result<std::vector<AliasEvent>> Registry::UpdateAliases(std::string_view name, const AliasUpdate& update) {
  SCOREWAY_RETURN_IF_ERROR(CheckModelName(name));
  const std::lock_guard lock(NameLock(name));
  for (int tries = 0; tries < kTriesMax; ++tries) {
    SCOREWAY_RETURN_IF_ERROR(ReadLiveHead(store_, name));
    SCOREWAY_ASSIGN_OR_RETURN(StoredAliases aliases, ReadAliases(store_, name));
    WriteBatch batch{ModelPartition(name), {}};
    auto events = update(&aliases.table, &batch);
    if (!events.ok()) return AtPlace(ModelPlace(name), events.error());
    if (events->empty()) return events;
    AppendAliasWrites(aliases, *events, &batch);
    const Status status = store_.Apply(batch);
    if (status.ok()) {
      CatalogueMoves(name, *events);
      return events;
    }
    if (status.code() != Code::kConflict) return status.error();
  }
  return Status(Code::kUnavailable, "too many writers move aliases of the same model at once", ModelPlace(name));
}

Result<std::vector<AliasEvent>> Registry::SetAliases(std::string_view name, std::span<const AliasMove> moves,
                                                     const Change& change) {
  return UpdateAliases(name, [&](AliasTable* table, WriteBatch* checks) -> Result<std::vector<AliasEvent>> {
    for (const AliasMove& move : moves) {
      if (move.to != 0) SCOREWAY_RETURN_IF_ERROR(CheckTarget(store_, name, move.to, checks));
    }
    return table->Apply(moves, change, clock_.NowMicros());
  });
}

Result<AliasEvent> Registry::Rollback(std::string_view name, std::string_view alias, const Change& change) {
  SCOREWAY_RETURN_IF_ERROR(CheckAliasName(alias));
  const auto step_back = [&](AliasTable* table, WriteBatch* checks) -> Result<std::vector<AliasEvent>> {
    for (const int64_t to : table->Before(alias)) {
      if (to == table->Find(alias)) continue;
      Status status = CheckTarget(store_, name, to, checks);
      if (status.code() == Code::kNotFound) continue;  // deleted since
      SCOREWAY_RETURN_IF_ERROR(std::move(status));
      return table->StepBack(alias, to, change, clock_.NowMicros());
    }
    return Status(Code::kNotFound, "the alias '" + std::string(alias) + "' has no earlier version to go back to");
  };
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<AliasEvent> events, UpdateAliases(name, step_back));
  return *std::ranges::find(events, alias, &AliasEvent::alias);
}

Result<ListPage<AliasEvent>> Registry::AliasHistory(std::string_view name, std::string_view alias,
                                                    const ListOptions& options) {
  SCOREWAY_RETURN_IF_ERROR(CheckModelName(name));
  SCOREWAY_RETURN_IF_ERROR(CheckListOptions(options));
  SCOREWAY_ASSIGN_OR_RETURN(const int64_t below, ParseNumberToken(options.page_token));
  SCOREWAY_RETURN_IF_ERROR(ReadLiveHead(store_, name));
  ListPage<AliasEvent> page;
  SCOREWAY_RETURN_IF_ERROR(VisitEvents(store_, name, below, [&](AliasEvent&& event) {
    if (!alias.empty() && event.alias != alias) return true;
    if (page.items.size() == options.count_max) {
      page.next_page_token = std::to_string(page.items.back().sequence);
      return false;
    }
    page.items.push_back(std::move(event));
    return true;
  }));
  return page;
}

Result<int64_t> Registry::AliasAsOf(std::string_view name, std::string_view alias, int64_t time_micros) {
  SCOREWAY_RETURN_IF_ERROR(CheckModelName(name));
  SCOREWAY_RETURN_IF_ERROR(CheckAliasName(alias));
  SCOREWAY_RETURN_IF_ERROR(ReadLiveHead(store_, name));
  int64_t version = 0;
  SCOREWAY_RETURN_IF_ERROR(VisitEvents(store_, name, 0, [&](AliasEvent&& event) {
    if (event.alias != alias || event.time_micros > time_micros) return true;
    version = event.to;
    return false;
  }));
  return version;
}

}  // namespace scoreway
