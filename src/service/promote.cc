#include "service/promote.h"

#include "base/utc_time.h"

namespace scoreway {
namespace {

// The registry has changed whatever comes of this; a version that cannot be loaded shows when it is asked for.
void Follow(const Service& service, const std::string& name) {
  if (service.serving != nullptr) (void)service.serving->Refresh(name);
}

void WriteVersion(std::string_view key, int64_t version, JsonWriter* json) {
  json->Key(key);
  version == 0 ? json->Null() : json->Int(version);
}

}  // namespace

Result<std::vector<AliasEvent>> MoveAliases(const Service& service, const std::string& name,
                                            std::span<const AliasMove> moves, const Change& change) {
  SCOREWAY_ASSIGN_OR_RETURN(std::vector<AliasEvent> events, service.registry->SetAliases(name, moves, change));
  Follow(service, name);
  return events;
}

Result<AliasEvent> RollbackAlias(const Service& service, const std::string& name, const std::string& alias,
                                 const Change& change) {
  SCOREWAY_ASSIGN_OR_RETURN(AliasEvent event, service.registry->Rollback(name, alias, change));
  Follow(service, name);
  return event;
}

void WriteJson(const AliasEvent& event, JsonWriter* json) {
  json->BeginObject();
  json->IntField("sequence", event.sequence);
  json->StringField("time", FormatUtc(event.time_micros));
  json->StringField("alias", event.alias);
  WriteVersion("from", event.from, json);
  WriteVersion("to", event.to, json);
  json->StringField("who", event.who);
  json->StringField("why", event.why);
  json->EndObject();
}

}  // namespace scoreway
