#include "service/set_watch.h"

#include "service/watch_store.h"

namespace scoreway {

Result<Watch> SetWatch(const Service& service, const Watch& watch, const std::string& who) {
  SCOREWAY_RETURN_IF_ERROR(CheckWatch(watch));
  // A name that is mistyped would never be looked at, and nobody would know.
  if (auto found = service.registry->GetModel(watch.model); !found.ok()) return std::move(found).error();
  WatchStore watches(*service.records);
  SCOREWAY_ASSIGN_OR_RETURN(Watch set, watches.Set(watch, who));
  // The next look may be as far off as the watch before it wanted.
  const auto look_now = [](WatchState* state) -> Status {
    state->next_look_micros = 0;
    return {};
  };
  SCOREWAY_RETURN_IF_ERROR(watches.Update(watch.model, look_now).status());
  return set;
}

}  // namespace scoreway
