// VersionInfo: all that the registry knows of one version, and its JSON.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "data/codec/json_writer.h"

namespace scoreway {

// What the pusher says about a version. The registry stores it and does not look into it, search apart.
struct VersionMetadata {
  std::string format;                  // of the artifact: "sklearn-pickle"
  std::string source_library;          // that trained the model: "scikit-learn"
  std::string source_library_version;  // "1.5.2"
  std::string engine;                  // that will score it: "native"
  std::string producer;                // who or what pushed it
  std::string description;
  std::string training_data;   // a reference: a path, a query, a commit
  int64_t parent_version = 0;  // the version of the same model it was made from; 0: none
  int64_t run = 0;             // the run of the same model whose checkpoint it was promoted from; 0: none
  int64_t step = 0;            // of that checkpoint
  uint64_t model_bytes = 0;    // in memory, when loaded
  std::string signature_json;  // JSON text, or empty
  std::string parity_json;     // the parity report: JSON text, or empty
  std::map<std::string, double> metrics;
  std::map<std::string, std::string> parameters;
  std::map<std::string, std::string> tags;
  std::map<std::string, std::string> import_options;  // what reading the artifact depends on besides its bytes

  bool operator==(const VersionMetadata&) const = default;
};

struct VersionInfo {
  enum class State : uint8_t { kReady, kDeleted };

  std::string name;
  int64_t number = 0;
  State state = State::kReady;  // of a deleted version all is kept but the artifact
  int64_t created_micros = 0;
  std::string artifact_sha256;
  uint64_t artifact_bytes = 0;
  VersionMetadata metadata;
};

// "ready", "deleted".
std::string_view StateName(VersionInfo::State state);

// kInvalidArgument if a text is not UTF-8 or what should be JSON is not.
Status CheckMetadata(const VersionMetadata& metadata);

// The metadata as one JSON object, and back. Metrics that JSON has no number for are null (NaN) or the strings
// "Infinity" and "-Infinity"; signature and parity report are strings that hold JSON. Reading takes absent members for
// empty and passes over those it does not know; kInvalidArgument names a member of a wrong type.
std::string MetadataToJson(const VersionMetadata& metadata);
Result<VersionMetadata> MetadataFromJson(std::string_view json);

// One object with every member, times as "2026-03-01T12:00:00.000000Z": the form on the wire and in --json.
void WriteJson(const VersionInfo& version, JsonWriter* json);

// What UpdateMetadata changes; the rest stays as it is.
struct MetadataPatch {
  std::optional<std::string> description;
  std::optional<std::string> parity_json;
  std::map<std::string, double> set_metrics;
  std::map<std::string, std::string> set_tags;
  std::vector<std::string> remove_tags;
};

}  // namespace scoreway
