#include "service/watch_store.h"

#include "data/codec/json_text.h"

namespace scoreway {
namespace {

constexpr int kTriesMax = 20;
constexpr char kStateSort[] = "s";

Partition WatchesPartition() { return {"watch", "all"}; }
Partition StatePartition(std::string_view model) { return {"watch_state", std::string(model)}; }

// What cannot be read is damage, or a newer program's writing.
template <typename T>
Result<T> Stored(Result<T> parsed, std::string_view model) {
  if (parsed.ok()) return parsed;
  return Error{Code::kCorrupt, "a stored watch cannot be read: " + parsed.error().ToString(),
               "watch of '" + std::string(model) + "'"};
}

Error NotWatched(std::string_view model) {
  return {Code::kNotFound, "is not watched", "model '" + std::string(model) + "'"};
}

}  // namespace

Result<std::vector<Watch>> WatchStore::List() {
  std::vector<Watch> watches;
  ScanRange all;
  all.row_count_max = 1000;
  SCOREWAY_RETURN_IF_ERROR(ForEachRow(store_, WatchesPartition(), all, [&](const Row& row) -> Status {
    SCOREWAY_ASSIGN_OR_RETURN(Watch watch, Stored(ParseWatch(row.sort, row.value), row.sort));
    watches.push_back(std::move(watch));
    return {};
  }));
  return watches;
}

Result<Watch> WatchStore::Get(std::string_view model) {
  SCOREWAY_RETURN_IF_ERROR(CheckModelName(model));
  SCOREWAY_ASSIGN_OR_RETURN(const auto text, store_.Get(WatchesPartition(), model));
  if (!text) return NotWatched(model);
  return Stored(ParseWatch(model, *text), model);
}

Result<Watch> WatchStore::Set(Watch watch, const std::string& who) {
  SCOREWAY_RETURN_IF_ERROR(CheckWatch(watch));
  SCOREWAY_ASSIGN_OR_RETURN(const auto text, store_.Get(WatchesPartition(), watch.model));
  watch.revision = 1;
  if (text) {
    SCOREWAY_ASSIGN_OR_RETURN(const Watch before, Stored(ParseWatch(watch.model, *text), watch.model));
    watch.revision = before.revision + 1;
  }
  watch.changed_micros = clock_.NowMicros();
  watch.who = who;
  SCOREWAY_RETURN_IF_ERROR(store_.Apply(WatchesPartition(), PutIfUnchanged(watch.model, JsonText(watch), text)));
  return watch;
}

Status WatchStore::Remove(std::string_view model) {
  SCOREWAY_RETURN_IF_ERROR(CheckModelName(model));
  SCOREWAY_ASSIGN_OR_RETURN(const auto text, store_.Get(WatchesPartition(), model));
  if (!text) return NotWatched(model);
  SCOREWAY_RETURN_IF_ERROR(store_.Apply(WatchesPartition(), DeleteIfEquals(std::string(model), *text)));
  SCOREWAY_ASSIGN_OR_RETURN(const auto state, store_.Get(StatePartition(model), kStateSort));
  if (!state) return {};
  return store_.Apply(StatePartition(model), DeleteIfEquals(kStateSort, *state));
}

Result<WatchState> WatchStore::GetState(std::string_view model) {
  SCOREWAY_ASSIGN_OR_RETURN(const auto text, store_.Get(StatePartition(model), kStateSort));
  if (!text) return WatchState();
  return Stored(ParseWatchState(*text), model);
}

Result<WatchState> WatchStore::Update(std::string_view model, const std::function<Status(WatchState*)>& change) {
  for (int tries = 0;; ++tries) {
    SCOREWAY_ASSIGN_OR_RETURN(const auto text, store_.Get(StatePartition(model), kStateSort));
    WatchState state;
    if (text) {
      SCOREWAY_ASSIGN_OR_RETURN(state, Stored(ParseWatchState(*text), model));
    }
    SCOREWAY_RETURN_IF_ERROR(change(&state));
    Status status = store_.Apply(StatePartition(model), PutIfUnchanged(kStateSort, JsonText(state), text));
    if (status.ok()) return state;
    if (status.code() != Code::kConflict || tries + 1 >= kTriesMax) return status;
  }
}

}  // namespace scoreway
