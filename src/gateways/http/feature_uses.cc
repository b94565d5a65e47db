#include "gateways/http/feature_uses.h"

#include "data/codec/json_writer.h"

namespace scoreway::http {
namespace {

void WriteUses(std::span<const FeatureUse> uses, JsonWriter* json) {
  json->BeginArray();
  for (const FeatureUse& use : uses) {
    json->BeginObject();
    json->StringField("view", use.view);
    json->UintField("looked_up", use.looked_up);
    json->UintField("found", use.found);
    json->Key("oldest_seconds");
    use.oldest_micros < 0 ? json->Null() : json->Double(static_cast<double>(use.oldest_micros) / 1e6);
    json->BoolField("failed", use.failed);
    json->EndObject();
  }
  json->EndArray();
}

}  // namespace

void AppendFeatureUses(std::span<const FeatureUse> uses, std::string* body) {
  if (uses.empty()) return;
  body->append(",\"features\":");
  JsonWriter json(body);
  WriteUses(uses, &json);
}

void AddFeatureUsesHeader(std::span<const FeatureUse> uses, Response* response) {
  if (uses.empty()) return;
  std::string text;
  JsonWriter json(&text);
  WriteUses(uses, &json);
  response->AddHeader("X-Scoreway-Features", text);
}

}  // namespace scoreway::http
