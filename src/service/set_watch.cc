#include "service/set_watch.h"

#include "service/watch_store.h"

namespace scoreway {

Result<Watch> SetWatch(const Service& service, const Watch& watch, const std::string& who) {
  SCOREWAY_RETURN_IF_ERROR(CheckWatch(watch));
  // A name that is mistyped would never be looked at, and nobody would know.
  if (auto found = service.registry->GetModel(watch.model); !found.ok()) return std::move(found).error();
  return WatchStore(*service.records).Set(watch, who);
}

}  // namespace scoreway
