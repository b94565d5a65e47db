#include "registry/run_info.h"

#include "data/codec/json_times.h"
#include "registry/named_values.h"

namespace scoreway {
namespace {

void WriteNumber(std::string_view key, int64_t number, bool is_there, JsonWriter* json) {
  json->Key(key);
  is_there ? json->Int(number) : json->Null();
}

void WriteText(std::string_view key, std::string_view text, JsonWriter* json) {
  json->Key(key);
  text.empty() ? json->Null() : json->String(text);
}

}  // namespace

std::string_view StateName(RunInfo::State state) {
  switch (state) {
    case RunInfo::State::kRunning: return "running";
    case RunInfo::State::kFinished: return "finished";
    case RunInfo::State::kFailed: return "failed";
  }
  return "running";
}

std::string_view ArtifactName(CheckpointInfo::Artifact artifact) {
  switch (artifact) {
    case CheckpointInfo::Artifact::kNone: return "none";
    case CheckpointInfo::Artifact::kKept: return "kept";
    case CheckpointInfo::Artifact::kPruned: return "pruned";
    case CheckpointInfo::Artifact::kElsewhere: return "elsewhere";
  }
  return "none";
}

Status CheckRunTexts(const RunInfo& run) {
  SCOREWAY_RETURN_IF_ERROR(CheckText("who", run.who));
  SCOREWAY_RETURN_IF_ERROR(CheckText("source", run.source));
  SCOREWAY_RETURN_IF_ERROR(CheckText("message", run.message));
  SCOREWAY_RETURN_IF_ERROR(CheckText("retention.metric", run.retention.metric));
  SCOREWAY_RETURN_IF_ERROR(CheckNamedValues("parameters", run.parameters));
  return CheckNamedValues("tags", run.tags);
}

void WriteJson(const RunInfo& run, JsonWriter* json) {
  json->BeginObject();
  json->StringField("name", run.name);
  json->IntField("run", run.number);
  json->StringField("state", StateName(run.state));
  WriteTime("started", run.created_micros, json);
  WriteTime("ended", run.ended_micros, json);
  json->StringField("who", run.who);
  json->StringField("source", run.source);
  json->StringField("message", run.message);
  WriteNumber("parent_run", run.parent_run, run.parent_run != 0, json);
  WriteNumber("parent_step", run.parent_step, run.parent_run != 0, json);
  WriteNamedValues("parameters", run.parameters, json);
  WriteNamedValues("tags", run.tags, json);
  json->Key("retention");
  WriteJson(run.retention, json);
  json->EndObject();
}

void WriteJson(const RetentionRules& rules, JsonWriter* json) {
  json->BeginObject();
  json->IntField("keep_last", rules.keep_last);
  json->IntField("keep_best", rules.keep_best);
  WriteText("metric", rules.metric, json);
  WriteText("goal", rules.metric.empty() ? "" : GoalName(rules.goal), json);
  json->IntField("keep_every", rules.keep_every);
  json->EndObject();
}

void WriteJson(const CheckpointInfo& checkpoint, JsonWriter* json) {
  json->BeginObject();
  json->IntField("step", checkpoint.step);
  WriteTime("created", checkpoint.created_micros, json);
  WriteNamedValues("metrics", checkpoint.metrics, json);
  json->StringField("artifact", ArtifactName(checkpoint.artifact));
  WriteText("artifact_sha256", checkpoint.artifact_sha256, json);
  WriteNumber("artifact_bytes", static_cast<int64_t>(checkpoint.artifact_bytes), !checkpoint.artifact_sha256.empty(),
              json);
  WriteText("format", checkpoint.format, json);
  WriteText("reference", checkpoint.reference, json);
  WriteNumber("version", checkpoint.version, checkpoint.version != 0, json);
  json->EndObject();
}

}  // namespace scoreway
