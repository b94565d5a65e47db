// RunInfo, CheckpointInfo: all that is known of one training and of one of its iterations, and the JSON of both.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "base/result.h"
#include "data/codec/json_writer.h"
#include "registry/run_retention.h"

namespace scoreway {

struct RunInfo {
  enum class State : uint8_t { kRunning, kFinished, kFailed };

  std::string name;    // of the model it trains; the model need not have a version yet
  int64_t number = 0;  // among the model's runs, from 1
  State state = State::kRunning;
  int64_t created_micros = 0;
  int64_t ended_micros = 0;  // 0: it runs
  std::string who;
  std::string source;   // what trains: a script, a commit, a job
  std::string message;  // of its end: why it failed
  // Where it went on from: a checkpoint of an earlier run of the model; 0: from nothing.
  int64_t parent_run = 0;
  int64_t parent_step = 0;
  std::map<std::string, std::string> parameters;
  std::map<std::string, std::string> tags;
  RetentionRules retention;
};

struct CheckpointInfo {
  enum class Artifact : uint8_t {
    kNone,       // metrics only
    kKept,       // its bytes are here
    kPruned,     // they were, until a rule of retention let them go
    kElsewhere,  // `reference` tells where
  };

  int64_t step = 0;
  int64_t created_micros = 0;
  std::map<std::string, double> metrics;
  Artifact artifact = Artifact::kNone;
  std::string artifact_sha256;  // kept and pruned
  uint64_t artifact_bytes = 0;
  std::string format;     // as which our importers recognise the bytes; empty: as none
  std::string reference;  // elsewhere
  int64_t version = 0;    // that it was promoted to; 0: none

  bool has_bytes() const { return artifact == Artifact::kKept; }
};

constexpr int64_t kStepMax = 999'999'999'999;

// "running", "finished", "failed".
std::string_view StateName(RunInfo::State state);
// "none", "kept", "pruned", "elsewhere".
std::string_view ArtifactName(CheckpointInfo::Artifact artifact);

// kInvalidArgument names the text that is not UTF-8 or the entry without a name.
Status CheckRunTexts(const RunInfo& run);

// The form on the wire and in --json.
void WriteJson(const RunInfo& run, JsonWriter* json);
void WriteJson(const CheckpointInfo& checkpoint, JsonWriter* json);
void WriteJson(const RetentionRules& rules, JsonWriter* json);

}  // namespace scoreway
