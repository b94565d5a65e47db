#include "registry/version_info.h"

#include <utility>

#include "base/utc_time.h"
#include "data/codec/json_members.h"
#include "registry/named_values.h"

namespace scoreway {
namespace {

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
  json->Key("run");
  metadata.run == 0 ? json->Null() : json->Int(metadata.run);
  json->Key("step");
  metadata.run == 0 ? json->Null() : json->Int(metadata.step);
  json->UintField("model_bytes", metadata.model_bytes);
  WriteNamedValues("metrics", metadata.metrics, json);
  WriteNamedValues("parameters", metadata.parameters, json);
  WriteNamedValues("tags", metadata.tags, json);
  WriteNamedValues("import_options", metadata.import_options, json);
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
  SCOREWAY_RETURN_IF_ERROR(CheckNamedValues("metrics", metadata.metrics));
  SCOREWAY_RETURN_IF_ERROR(CheckNamedValues("parameters", metadata.parameters));
  SCOREWAY_RETURN_IF_ERROR(CheckNamedValues("tags", metadata.tags));
  return CheckNamedValues("import_options", metadata.import_options);
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
  members.Read("run", &metadata.run);
  members.Read("step", &metadata.step);
  members.Read("model_bytes", &metadata.model_bytes);
  members.Read("signature", &metadata.signature_json);
  members.Read("parity", &metadata.parity_json);
  members.Read("metrics", &metadata.metrics);
  members.Read("parameters", &metadata.parameters);
  members.Read("tags", &metadata.tags);
  members.Read("import_options", &metadata.import_options);
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
