#include "service/models.h"

#include "base/utc_time.h"

namespace scoreway {

void WriteJson(const ModelInfo& model, JsonWriter* json) {
  json->BeginObject();
  json->StringField("name", model.name);
  json->IntField("latest_version", model.latest_version);
  json->IntField("version_count", model.version_count);
  json->Key("aliases");
  json->BeginObject();
  for (const auto& [alias, version] : model.aliases) json->IntField(alias, version);
  json->EndObject();
  json->StringField("created", FormatUtc(model.created_micros));
  json->EndObject();
}

Status DeleteVersion(const Service& service, const std::string& name, int64_t version, bool force,
                     const Change& change) {
  SCOREWAY_RETURN_IF_ERROR(service.registry->DeleteVersion(name, version, force, change));
  return service.serving == nullptr ? Status() : service.serving->Refresh(name);
}

Status DeleteModel(const Service& service, const std::string& name, bool force, const Change& change) {
  SCOREWAY_RETURN_IF_ERROR(service.registry->DeleteModel(name, force, change));
  return service.serving == nullptr ? Status() : service.serving->Refresh(name);
}

}  // namespace scoreway
