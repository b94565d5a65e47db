#include "registry/version_info.h"

#include <cmath>
#include <utility>

#include "base/utc_time.h"
#include "base/utf8.h"
#include "registry/json_members.h"

namespace scoreway {
namespace {

void WriteTexts(std::string_view key, const std::map<std::string, std::string>& texts, JsonWriter* json) {
  json->Key(key);
  json->BeginObject();
  for (const auto& [name, text] : texts) json->StringField(name, text);
  json->EndObject();
}

void WriteMetrics(const std::map<std::string, double>& metrics, JsonWriter* json) {
  json->Key("metrics");
  json->BeginObject();
  for (const auto& [name, value] : metrics) {
    if (std::isinf(value)) {
      json->StringField(name, value > 0 ? "Infinity" : "-Infinity");
    } else {
      json->DoubleField(name, value);
    }
  }
  json->EndObject();
}

void WriteDescribing(const VersionMetadata& metadata, JsonWriter* json) {
  json->StringField("format", metadata.format);
  json->StringField("source_library", metadata.source_library);
  json->StringField("source_library_version", metadata.source_library_version);
  json->StringField("engine", metadata.engine);
  json->StringField("producer", metadata.producer);
  json->StringField("description", metadata.description);
  json->StringField("training_data", metadata.training_data);
  json->Key("parent_version");
  metadata.parent_version == 0 ? json->Null() : json->Int(metadata.parent_version);
  json->UintField("model_bytes", metadata.model_bytes);
  WriteMetrics(metadata.metrics, json);
  WriteTexts("parameters", metadata.parameters, json);
  WriteTexts("tags", metadata.tags, json);
}

Status CheckText(std::string_view what, std::string_view text) {
  if (IsUtf8(text)) return {};
  return Status(Code::kInvalidArgument, "the text is not UTF-8", std::string(what));
}

template <typename Map>
Status CheckNames(std::string_view what, const Map& entries) {
  for (const auto& [name, value] : entries) {
    if (name.empty()) return Status(Code::kInvalidArgument, "an entry has an empty name", std::string(what));
    SCOREWAY_RETURN_IF_ERROR(CheckText(what, name));
    if constexpr (std::is_same_v<std::decay_t<decltype(value)>, std::string>) {
      SCOREWAY_RETURN_IF_ERROR(CheckText(std::string(what) + "." + name, value));
    }
  }
  return {};
}

Status CheckJsonText(std::string_view what, std::string_view json) {
  if (json.empty() || IsJson(json)) return {};
  return Status(Code::kInvalidArgument, "the text is not JSON", std::string(what));
}

}  // namespace

std::string_view StateName(VersionInfo::State state) {
  return state == VersionInfo::State::kReady ? "ready" : "deleted";
}

Status CheckMetadata(const VersionMetadata& metadata) {
  const std::pair<std::string_view, std::string_view> texts[] = {
      {"format", metadata.format},
      {"source_library", metadata.source_library},
      {"source_library_version", metadata.source_library_version},
      {"engine", metadata.engine},
      {"producer", metadata.producer},
      {"description", metadata.description},
      {"training_data", metadata.training_data},
  };
  for (const auto& [what, text] : texts) SCOREWAY_RETURN_IF_ERROR(CheckText(what, text));
  SCOREWAY_RETURN_IF_ERROR(CheckJsonText("signature", metadata.signature_json));
  SCOREWAY_RETURN_IF_ERROR(CheckJsonText("parity", metadata.parity_json));
  SCOREWAY_RETURN_IF_ERROR(CheckNames("metrics", metadata.metrics));
  SCOREWAY_RETURN_IF_ERROR(CheckNames("parameters", metadata.parameters));
  return CheckNames("tags", metadata.tags);
}

std::string MetadataToJson(const VersionMetadata& metadata) {
  std::string text;
  JsonWriter json(&text);
  json.BeginObject();
  WriteDescribing(metadata, &json);
  json.StringField("signature", metadata.signature_json);
  json.StringField("parity", metadata.parity_json);
  json.EndObject();
  return text;
}

Result<VersionMetadata> MetadataFromJson(std::string_view json) {
  JsonMembers members(json);
  VersionMetadata metadata;
  members.Read("format", &metadata.format);
  members.Read("source_library", &metadata.source_library);
  members.Read("source_library_version", &metadata.source_library_version);
  members.Read("engine", &metadata.engine);
  members.Read("producer", &metadata.producer);
  members.Read("description", &metadata.description);
  members.Read("training_data", &metadata.training_data);
  members.Read("parent_version", &metadata.parent_version);
  members.Read("model_bytes", &metadata.model_bytes);
  members.Read("signature", &metadata.signature_json);
  members.Read("parity", &metadata.parity_json);
  members.Read("metrics", &metadata.metrics);
  members.Read("parameters", &metadata.parameters);
  members.Read("tags", &metadata.tags);
  SCOREWAY_RETURN_IF_ERROR(members.status());
  return metadata;
}

void WriteJson(const VersionInfo& version, JsonWriter* json) {
  json->BeginObject();
  json->StringField("name", version.name);
  json->IntField("version", version.number);
  json->StringField("state", StateName(version.state));
  json->StringField("created", FormatUtc(version.created_micros));
  json->StringField("artifact_sha256", version.artifact_sha256);
  json->UintField("artifact_bytes", version.artifact_bytes);
  WriteDescribing(version.metadata, json);
  json->RawField("signature", version.metadata.signature_json);
  json->RawField("parity", version.metadata.parity_json);
  json->EndObject();
}

}  // namespace scoreway
