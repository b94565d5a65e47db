#include "registry/trainers.h"

#include "base/utc_time.h"
#include "data/codec/json_members.h"
#include "registry/model_names.h"
#include "registry/registry_rows.h"

namespace scoreway {
namespace {

constexpr size_t kWordsMax = 200, kWordBytesMax = 4096;

Partition TrainersPartition() { return {"trainer", "all"}; }

Status CheckTrainer(const Trainer& trainer) {
  SCOREWAY_RETURN_IF_ERROR(CheckModelName(trainer.model));
  if (!trainer.alias.empty()) SCOREWAY_RETURN_IF_ERROR(CheckAliasName(trainer.alias));
  if (trainer.command.empty() || trainer.command[0].empty()) {
    return Status(Code::kInvalidArgument, "a trainer needs a command");
  }
  for (const std::string& word : trainer.command) {
    if (trainer.command.size() > kWordsMax || word.size() > kWordBytesMax) {
      return Status(Code::kInvalidArgument, "the command is too long; put it into a script");
    }
  }
  if (trainer.seconds_max <= 0 || trainer.memory_bytes_max < 0) {
    return Status(Code::kInvalidArgument, "limits of time and memory are positive");
  }
  return {};
}

Result<Trainer> ParseTrainer(std::string_view model, std::string_view text) {
  Trainer trainer;
  trainer.model = model;
  JsonMembers members(text);
  std::string changed;
  members.Read("command", &trainer.command);
  members.Read("seconds_max", &trainer.seconds_max);
  members.Read("memory_bytes_max", &trainer.memory_bytes_max);
  members.Read("alias", &trainer.alias);
  members.Read("changed", &changed);
  members.Read("who", &trainer.who);
  members.Read("why", &trainer.why);
  trainer.changed_micros = ParseUtc(changed).value_or(0);
  Status status = members.status().ok() ? CheckTrainer(trainer) : members.status();
  if (status.ok()) return trainer;
  return Error{Code::kCorrupt, "a stored trainer cannot be read: " + status.ToString(),
               TrainersPartition().ToString() + " " + std::string(model)};
}

}  // namespace

void WriteJson(const Trainer& trainer, JsonWriter* json) {
  json->BeginObject();
  json->StringField("model", trainer.model);
  json->Key("command");
  json->BeginArray();
  for (const std::string& word : trainer.command) json->String(word);
  json->EndArray();
  json->IntField("seconds_max", trainer.seconds_max);
  json->IntField("memory_bytes_max", trainer.memory_bytes_max);
  json->StringField("alias", trainer.alias);
  json->StringField("changed", FormatUtc(trainer.changed_micros));
  json->StringField("who", trainer.who);
  json->StringField("why", trainer.why);
  json->EndObject();
}

Result<std::map<std::string, double>> ReadTrainerMetrics(std::string_view json) {
  JsonMembers members(json);
  std::map<std::string, double> metrics;
  members.Read("metrics", &metrics);
  if (Status status = members.status(); !status.ok()) return std::move(status).error();
  return metrics;
}

Result<Trainer> Trainers::Get(std::string_view model) {
  SCOREWAY_RETURN_IF_ERROR(CheckModelName(model));
  SCOREWAY_ASSIGN_OR_RETURN(const auto text, store_.Get(TrainersPartition(), model));
  if (text) return ParseTrainer(model, *text);
  return Error{Code::kNotFound, "has no trainer; 'scoreway trainer set' stores one",
               "model '" + std::string(model) + "'"};
}

Result<Trainer> Trainers::Set(Trainer trainer, const Change& change) {
  trainer.changed_micros = clock_.NowMicros();
  trainer.who = change.who;
  trainer.why = change.why;
  SCOREWAY_RETURN_IF_ERROR(CheckTrainer(trainer));
  SCOREWAY_ASSIGN_OR_RETURN(const auto before, store_.Get(TrainersPartition(), trainer.model));
  std::string text;
  JsonWriter json(&text);
  WriteJson(trainer, &json);
  SCOREWAY_RETURN_IF_ERROR(store_.Apply(TrainersPartition(), PutIfUnchanged(trainer.model, text, before)));
  return trainer;
}

}  // namespace scoreway
