#include "open_records.h"

#include <chrono>

#include "flag_duration.h"

namespace scoreway {

Result<OpenedRecords> OpenRecords(const RegistryOptions& registry, const RecordPlaceOptions& place,
                                  WhenMissing when_missing) {
  SCOREWAY_ASSIGN_OR_RETURN(const int64_t ttl, ReadDuration("--log-keep", place.keep));
  OpenedRecords opened;
  SCOREWAY_ASSIGN_OR_RETURN(opened.registry, OpenRegistry(registry));
  SCOREWAY_ASSIGN_OR_RETURN(opened.log_store, OpenLogStore(registry, place.store, when_missing));
  Store& store = opened.log_store == nullptr ? *opened.registry.store : *opened.log_store;
  opened.records = std::make_unique<Records>(store, SystemClock(), RecordsOptions{.ttl_micros = ttl});
  opened.traffic = std::make_unique<Traffic>(*opened.registry.store, SystemClock(), std::chrono::milliseconds(0));
  opened.profiles = std::make_unique<VersionProfiles>(*opened.registry.store, SystemClock());
  opened.challenges = std::make_unique<Challenges>(*opened.registry.store);
  return opened;
}

}  // namespace scoreway
