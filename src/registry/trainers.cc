#include "registry/trainers.h"

#include "base/utc_time.h"
#include "data/codec/json_members.h"
#include "registry/model_names.h"
#include "registry/registry_rows.h"

namespace scoreway {
namespace {

constexpr size_t kWordsMax = 200, kWordBytesMax = 4096;
constexpr int kTriesMax = 20;
constexpr char kStateSort[] = "s";

Partition StatePartition(std::string_view model) { return {"trainer", "s/" + std::string(model)}; }

Error NoTrainer(std::string_view model) {
  return {Code::kNotFound, "has no trainer; 'scoreway trainer set' stores one", "model '" + std::string(model) + "'"};
}

Result<TrainerState> Stored(const std::optional<std::string>& text, std::string_view model) {
  if (!text) return TrainerState();
  auto state = ParseTrainerState(*text);
  if (state.ok()) return state;
  return Error{Code::kCorrupt, "a stored state cannot be read: " + state.error().ToString(),
               StatePartition(model).ToString()};
}

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
  if (!trainer.triggers.challenge.empty() && trainer.alias.empty()) {
    return Status(Code::kInvalidArgument, "a challenger needs an alias", "challenge");
  }
  return CheckTriggers(trainer.triggers);
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
  simdjson::dom::element triggers;
  if (members.Find("triggers", &triggers)) {
    SCOREWAY_ASSIGN_OR_RETURN(trainer.triggers, ParseTriggers(simdjson::minify(triggers)));
  }
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
  json->Key("triggers");
  WriteJson(trainer.triggers, json);
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
  return NoTrainer(model);
}

Result<std::vector<Trainer>> Trainers::List() {
  std::vector<Trainer> trainers;
  ScanRange all;
  all.row_count_max = 1000;
  SCOREWAY_RETURN_IF_ERROR(ForEachRow(store_, TrainersPartition(), all, [&](const Row& row) -> Status {
    SCOREWAY_ASSIGN_OR_RETURN(Trainer trainer, ParseTrainer(row.sort, row.value));
    trainers.push_back(std::move(trainer));
    return {};
  }));
  return trainers;
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

Status Trainers::Remove(std::string_view model) {
  SCOREWAY_RETURN_IF_ERROR(CheckModelName(model));
  SCOREWAY_ASSIGN_OR_RETURN(const auto text, store_.Get(TrainersPartition(), model));
  if (!text) return NoTrainer(model);
  SCOREWAY_RETURN_IF_ERROR(store_.Apply(TrainersPartition(), DeleteIfEquals(std::string(model), *text)));
  SCOREWAY_ASSIGN_OR_RETURN(const auto state, store_.Get(StatePartition(model), kStateSort));
  return state ? store_.Apply(StatePartition(model), DeleteIfEquals(kStateSort, *state)) : Status();
}

Result<TrainerState> Trainers::Ask(std::string_view model, const Change& change) {
  SCOREWAY_RETURN_IF_ERROR(Get(model).status());
  return UpdateState(model, [&](TrainerState* state) -> Status {
    state->asked = change.who + " says so";
    if (!change.why.empty()) state->asked += ": " + change.why;
    return {};
  });
}

Result<TrainerState> Trainers::GetState(std::string_view model) {
  SCOREWAY_ASSIGN_OR_RETURN(const auto text, store_.Get(StatePartition(model), kStateSort));
  return Stored(text, model);
}

Result<TrainerState> Trainers::UpdateState(std::string_view model, const std::function<Status(TrainerState*)>& change) {
  for (int tries = 0;; ++tries) {
    SCOREWAY_ASSIGN_OR_RETURN(const auto text, store_.Get(StatePartition(model), kStateSort));
    SCOREWAY_ASSIGN_OR_RETURN(TrainerState state, Stored(text, model));
    SCOREWAY_RETURN_IF_ERROR(change(&state));
    std::string written;
    JsonWriter json(&written);
    WriteJson(state, &json);
    Status status = store_.Apply(StatePartition(model), PutIfUnchanged(kStateSort, written, text));
    if (status.ok()) return state;
    if (status.code() != Code::kConflict || tries + 1 >= kTriesMax) return std::move(status).error();
  }
}

}  // namespace scoreway
