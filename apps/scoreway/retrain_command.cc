// scoreway trainer: the command by which a model is trained anew; and scoreway retrain, which runs it.

#include <cstdio>
#include <filesystem>

#include "challenge/challenge_policy.h"
#include "commands.h"
#include "files.h"
#include "flag_duration.h"
#include "open_log.h"
#include "open_registry.h"
#include "printing.h"
#include "service/log_window.h"
#include "service/retrain.h"
#include "service/work_folder.h"
#include "table.h"

namespace scoreway {
namespace {

// The labelled predictions of the log as a file in the folder.
Status FetchLog(const OpenedRegistry& registry, const RetrainOptions& options, const FoundVersion& parent,
                RetrainRequest* request) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::unique_ptr<Store> log_store,
                            OpenLogStore(options.registry, options.place.store, WhenMissing::kFail));
  Records records(log_store == nullptr ? *registry.store : *log_store, SystemClock(), RecordsOptions{});
  const Service service{.registry = registry.registry.get(), .records = &records};
  SCOREWAY_ASSIGN_OR_RETURN(const OpenedModel opened,
                            OpenModel(options.registry, {}, {}, parent.name + "/" + std::to_string(parent.number)));
  return TakeLabelledLog(service, *opened.model, options.since, request);
}

std::string TriggersText(const TrainerTriggers& triggers) {
  std::string text;
  const auto add = [&](const std::string& more) { text += (text.empty() ? "" : ", or ") + more; };
  if (triggers.on_alarm) add("the watch is in alarm");
  for (const auto& [metric, bound] : triggers.below) add(metric + " below " + NumberText(bound, ""));
  for (const auto& [metric, bound] : triggers.above) add(metric + " above " + NumberText(bound, ""));
  if (triggers.labels > 0) add(std::to_string(triggers.labels) + " labels came");
  if (triggers.every_seconds > 0) add(DurationText(triggers.every_seconds) + " have passed");
  return text.empty() ? "a person says so" : text;
}

void PrintTrainer(const Trainer& trainer, const TrainerState& state) {
  Table table({"model", trainer.model});
  std::string command;
  for (const std::string& word : trainer.command) command += (command.empty() ? "" : " ") + word;
  table.Add({"command", command});
  table.Add({"time", "at most " + DurationText(trainer.seconds_max)});
  table.Add(
      {"memory", trainer.memory_bytes_max == 0 ? "no limit" : std::to_string(trainer.memory_bytes_max) + " bytes"});
  table.Add({"alias", trainer.alias.empty() ? "none" : trainer.alias});
  table.Add({"fires when", TriggersText(trainer.triggers)});
  if (!trainer.triggers.challenge.empty()) table.Add({"challenge", trainer.triggers.challenge});
  if (state.claimed_until_micros > SystemClock().NowMicros()) table.Add({"now", "a server trains"});
  if (state.started_micros > 0) {
    table.Add({"last", TimeText(state.started_micros) + ", as " + state.reason});
    table.Add({"made", state.outcome});
  }
  table.Add({"changed", TimeText(trainer.changed_micros) + " by " + trainer.who});
  if (!trainer.why.empty()) table.Add({"why", trainer.why});
  Print(table.ToString());
}

}  // namespace

Status SetTriggers(const TrainerOptions& options, TrainerTriggers* triggers) {
  triggers->on_alarm = options.on_alarm;
  triggers->below = options.below;
  triggers->above = options.above;
  triggers->metric_window = options.metric_window;
  triggers->labels = options.labels;
  triggers->since = options.since;
  SCOREWAY_ASSIGN_OR_RETURN(const int64_t pause, ReadDuration("--pause", options.pause));
  triggers->pause_seconds = pause / 1'000'000;
  if (!options.every.empty()) {
    SCOREWAY_ASSIGN_OR_RETURN(const int64_t every, ReadDuration("--every", options.every));
    if (every < 1'000'000) return Status(Code::kInvalidArgument, "at least a second", "--every");
    triggers->every_seconds = every / 1'000'000;
  }
  if (auto window = ReadWindow(triggers->metric_window, 0); !window.ok()) {
    return AtPlace("--metric-window", std::move(window).error());
  }
  if (options.challenge_file.empty()) return {};
  SCOREWAY_ASSIGN_OR_RETURN(const std::shared_ptr<const std::string> text, ReadFile(options.challenge_file, 1 << 20));
  const auto policy = ParseChallengePolicy(*text);
  if (!policy.ok()) return AtPlace(options.challenge_file, policy.error());
  JsonWriter json(&triggers->challenge);
  WriteJson(*policy, &json);
  return {};
}

Status RunTrainer(const TrainerOptions& options) {
  SCOREWAY_ASSIGN_OR_RETURN(const OpenedRegistry registry, OpenRegistry(options.registry));
  Trainers trainers(*registry.store, SystemClock());
  if (options.action == TrainerOptions::Action::kRemove) return trainers.Remove(options.model);
  Trainer trainer;
  if (options.action == TrainerOptions::Action::kShow) {
    SCOREWAY_ASSIGN_OR_RETURN(trainer, trainers.Get(options.model));
  } else {
    SCOREWAY_RETURN_IF_ERROR(registry->GetModel(options.model).status());
    trainer.model = options.model;
    trainer.command = options.command;
    SCOREWAY_ASSIGN_OR_RETURN(const int64_t micros, ReadDuration("--time", options.time));
    trainer.seconds_max = micros / 1'000'000;
    trainer.memory_bytes_max = static_cast<int64_t>(options.memory_bytes_max);
    trainer.alias = options.alias == "none" ? "" : options.alias;
    SCOREWAY_RETURN_IF_ERROR(SetTriggers(options, &trainer.triggers));
    SCOREWAY_ASSIGN_OR_RETURN(trainer, trainers.Set(trainer, Change{CurrentUser(), options.why}));
  }
  SCOREWAY_ASSIGN_OR_RETURN(const TrainerState state, trainers.GetState(options.model));
  if (!options.json) {
    PrintTrainer(trainer, state);
    return {};
  }
  std::string text, state_text;
  JsonWriter json(&text), state_json(&state_text);
  WriteJson(trainer, &json);
  WriteJson(state, &state_json);
  text.pop_back();
  Print(text + ",\"state\":" + state_text + "}\n");
  return {};
}

Status RunRetrain(const RetrainOptions& options) {
  if (options.from.empty() == !options.from_log) {
    return Status(Code::kInvalidArgument, "say what to train on: --from FILE.parquet or --from-log");
  }
  SCOREWAY_ASSIGN_OR_RETURN(const OpenedRegistry registry, OpenRegistry(options.registry));
  SCOREWAY_ASSIGN_OR_RETURN(const FoundVersion parent, FindVersion(*registry.registry, options.model));
  SCOREWAY_ASSIGN_OR_RETURN(const std::unique_ptr<WorkFolder> folder, WorkFolder::Make());
  RetrainRequest request;
  SCOREWAY_ASSIGN_OR_RETURN(request.trainer, Trainers(*registry.store, SystemClock()).Get(parent.name));
  request.parent = parent.number;
  request.folder = folder->path();
  request.who = CurrentUser();
  request.why = options.why;
  if (options.from_log) {
    SCOREWAY_RETURN_IF_ERROR(FetchLog(registry, options, parent, &request));
  } else {
    std::error_code error;
    const auto path = std::filesystem::canonical(options.from, error);
    if (error) return Status(Code::kNotFound, "there is no such file", options.from);
    request.data = path.string();
    request.label = options.label;
    request.source = options.from;
  }
  const Service service{.registry = registry.registry.get()};
  SCOREWAY_ASSIGN_OR_RETURN(const PushModelAnswer answer, Retrain(service, request, [&](std::string_view output) {
                              if (!options.quiet) std::fwrite(output.data(), 1, output.size(), stderr);
                            }));
  if (options.json) {
    PrintAsJson(answer.version);
  } else {
    Print(parent.name + "/" + std::to_string(parent.number) + " trained anew: " + parent.name + "/" +
          std::to_string(answer.version.number) +
          (request.trainer.alias.empty() ? "" : ", " + parent.name + "@" + request.trainer.alias) + "\n");
  }
  return {};
}

}  // namespace scoreway
