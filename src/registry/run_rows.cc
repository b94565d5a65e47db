#include "registry/run_rows.h"

#include "base/number_text.h"
#include "data/codec/json_members.h"
#include "data/codec/json_writer.h"
#include "registry/model_names.h"
#include "registry/named_values.h"
#include "registry/registry_rows.h"

namespace scoreway {
namespace {

constexpr RunInfo::State kRunStates[] = {RunInfo::State::kRunning, RunInfo::State::kFinished, RunInfo::State::kFailed};
constexpr CheckpointInfo::Artifact kArtifacts[] = {CheckpointInfo::Artifact::kNone, CheckpointInfo::Artifact::kKept,
                                                   CheckpointInfo::Artifact::kPruned,
                                                   CheckpointInfo::Artifact::kElsewhere};

std::string RunKey(std::string_view name, int64_t run) { return std::string(name) + "/" + std::to_string(run); }

RetentionRules ReadRetention(JsonMembers* members) {
  RetentionRules rules;
  std::string goal;
  members->Read("keep_last", &rules.keep_last);
  members->Read("keep_best", &rules.keep_best);
  members->Read("keep_every", &rules.keep_every);
  members->Read("metric", &rules.metric);
  members->Read("goal", &goal);
  rules.goal = goal == GoalName(MetricGoal::kMin) ? MetricGoal::kMin : MetricGoal::kMax;
  return rules;
}

}  // namespace

Partition RunNumbersPartition(std::string_view name) { return {"runs", std::string(name)}; }

Partition RunPartition(std::string_view name, int64_t run) { return {"run", RunKey(name, run)}; }

Partition CheckpointPartition(std::string_view name, int64_t run, int64_t bucket) {
  return {"checkpoint", RunKey(name, run) + "/" + std::to_string(bucket)};
}

std::string RunKeySort(std::string_view idempotency_key) { return std::string("i/").append(idempotency_key); }

std::string BucketSort(int64_t bucket) { return PaddedSort(kBucketPrefix, bucket); }

std::string CheckpointSort(int64_t step) { return PaddedSort(kCheckpointPrefix, step); }

std::string KeptSort(int64_t step) { return PaddedSort(kKeptPrefix, step); }

std::string UnfinishedSort(std::string_view log_id) { return std::string(kUnfinishedPrefix).append(log_id); }

Result<int64_t> NumberOfSort(const Partition& partition, std::string_view sort, std::string_view prefix) {
  int64_t number = 0;
  if (sort.starts_with(prefix) && ParseInt64(sort.substr(prefix.size()), &number) == NumberParse::kOk && number >= 0) {
    return number;
  }
  return DamagedRow(partition, sort, Error{Code::kCorrupt, "its key holds no number", {}});
}

std::string CheckpointReference(std::string_view name, int64_t run, std::string_view log_id) {
  return "run/" + RunKey(name, run) + "/" + std::string(log_id);
}

std::string RunPlace(std::string_view name, int64_t run) {
  return "model '" + std::string(name) + "', run " + std::to_string(run);
}

std::string CheckpointPlace(std::string_view name, int64_t run, int64_t step) {
  return RunPlace(name, run) + ", step " + std::to_string(step);
}

std::string EncodeRun(const RunInfo& run) {
  std::string text;
  JsonWriter json(&text);
  json.BeginObject();
  json.StringField("state", StateName(run.state));
  json.IntField("created", run.created_micros);
  json.IntField("ended", run.ended_micros);
  json.StringField("who", run.who);
  json.StringField("source", run.source);
  json.StringField("message", run.message);
  json.IntField("parent_run", run.parent_run);
  json.IntField("parent_step", run.parent_step);
  WriteNamedValues("parameters", run.parameters, &json);
  WriteNamedValues("tags", run.tags, &json);
  json.IntField("keep_last", run.retention.keep_last);
  json.IntField("keep_best", run.retention.keep_best);
  json.IntField("keep_every", run.retention.keep_every);
  json.StringField("metric", run.retention.metric);
  json.StringField("goal", GoalName(run.retention.goal));
  json.EndObject();
  return text;
}

Result<RunInfo> DecodeRun(std::string_view name, int64_t number, std::string_view text) {
  RunInfo run;
  run.name = name;
  run.number = number;
  std::string state;
  JsonMembers members(text);
  members.Read("state", &state);
  members.Read("created", &run.created_micros);
  members.Read("ended", &run.ended_micros);
  members.Read("who", &run.who);
  members.Read("source", &run.source);
  members.Read("message", &run.message);
  members.Read("parent_run", &run.parent_run);
  members.Read("parent_step", &run.parent_step);
  members.Read("parameters", &run.parameters);
  members.Read("tags", &run.tags);
  run.retention = ReadRetention(&members);
  for (const RunInfo::State each : kRunStates) {
    if (state == StateName(each)) run.state = each;
  }
  SCOREWAY_RETURN_IF_ERROR(members.status());
  return run;
}

std::string CheckpointRow::Encode() const {
  std::string text;
  JsonWriter json(&text);
  json.BeginObject();
  json.IntField("created", info.created_micros);
  WriteNamedValues("metrics", info.metrics, &json);
  json.StringField("artifact", ArtifactName(info.artifact));
  json.StringField("sha256", info.artifact_sha256);
  json.UintField("bytes", info.artifact_bytes);
  json.StringField("format", info.format);
  json.StringField("reference", info.reference);
  json.IntField("version", info.version);
  json.StringField("log", log_id);
  json.EndObject();
  return text;
}

Result<CheckpointRow> CheckpointRow::Decode(int64_t step, std::string_view text) {
  CheckpointRow row;
  row.info.step = step;
  std::string artifact;
  JsonMembers members(text);
  members.Read("created", &row.info.created_micros);
  members.Read("metrics", &row.info.metrics);
  members.Read("artifact", &artifact);
  members.Read("sha256", &row.info.artifact_sha256);
  members.Read("bytes", &row.info.artifact_bytes);
  members.Read("format", &row.info.format);
  members.Read("reference", &row.info.reference);
  members.Read("version", &row.info.version);
  members.Read("log", &row.log_id);
  for (const CheckpointInfo::Artifact each : kArtifacts) {
    if (artifact == ArtifactName(each)) row.info.artifact = each;
  }
  SCOREWAY_RETURN_IF_ERROR(members.status());
  return row;
}

}  // namespace scoreway
