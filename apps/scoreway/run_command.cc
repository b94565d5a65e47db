// scoreway run: the iterations of trainings, as people log, compare and promote them.

#include <cstdio>

#include "base/number_text.h"
#include "commands.h"
#include "files.h"
#include "files/model_file.h"
#include "open_engines.h"
#include "open_registry.h"
#include "printing.h"
#include "service/compare_runs.h"
#include "service/log_checkpoint.h"
#include "service/promote_checkpoint.h"
#include "service/run_reference.h"
#include "table.h"

namespace scoreway {
namespace {

constexpr uint64_t kSampleBytesMax = uint64_t{256} << 20;

std::string CheckpointText(const std::string& name, int64_t run, int64_t step) {
  return name + " run " + std::to_string(run) + " step " + std::to_string(step);
}

Result<RetentionRules> RulesOf(const RetentionOptions& options) {
  RetentionRules rules{options.keep_last, options.keep_best, options.metric, MetricGoal::kMax, options.keep_every};
  if (!rules.metric.empty()) {
    SCOREWAY_ASSIGN_OR_RETURN(rules.goal, GoalOf(options.goal, rules.metric));
  }
  return rules;
}

std::string RulesText(const RetentionRules& rules) {
  std::vector<std::string> texts;
  if (rules.keep_last > 0) texts.push_back("the last " + std::to_string(rules.keep_last));
  if (rules.keep_best > 0) {
    texts.push_back("the best " + std::to_string(rules.keep_best) + " by " + rules.metric + " (" +
                    std::string(GoalName(rules.goal)) + ")");
  }
  if (rules.keep_every > 0) texts.push_back("every step of " + std::to_string(rules.keep_every));
  return texts.empty() ? "all" : Joined(texts);
}

// "RUN/STEP".
Status ReadParent(const std::string& text, RunInfo* run) {
  if (text.empty()) return {};
  const size_t slash = text.find('/');
  const bool is_one = slash != std::string::npos &&
                      ParseInt64(text.substr(0, slash), &run->parent_run) == NumberParse::kOk &&
                      ParseInt64(text.substr(slash + 1), &run->parent_step) == NumberParse::kOk;
  if (is_one) return {};
  return Status(Code::kInvalidArgument, "not of the form RUN/STEP", "--from '" + text + "'");
}

CheckpointWish WishOf(const RunOptions& options, bool only_with_bytes) {
  return {options.step, options.metric, options.goal, only_with_bytes};
}

std::vector<std::string> CheckpointCells(const CheckpointInfo& checkpoint) {
  const std::string bytes = checkpoint.artifact_sha256.empty() ? "" : " " + BytesText(checkpoint.artifact_bytes);
  return {std::to_string(checkpoint.step),
          TimeText(checkpoint.created_micros),
          std::string(ArtifactName(checkpoint.artifact)) + bytes,
          checkpoint.format,
          checkpoint.version == 0 ? "" : std::to_string(checkpoint.version),
          MetricsText(checkpoint.metrics)};
}

void PrintCheckpoints(const std::vector<CheckpointInfo>& checkpoints) {
  Table table({"STEP", "LOGGED (UTC)", "BYTES", "FORMAT", "VERSION", "METRICS"});
  for (const CheckpointInfo& each : checkpoints) table.Add(CheckpointCells(each));
  Print(table.empty() ? "no checkpoints yet\n" : table.ToString());
}

void WriteCheckpoints(const std::vector<CheckpointInfo>& checkpoints, JsonWriter& json) {
  json.Key("checkpoints");
  json.BeginArray();
  for (const CheckpointInfo& each : checkpoints) WriteJson(each, &json);
  json.EndArray();
}

Status Start(const RunOptions& options) {
  RunInfo run;
  run.name = options.name;
  run.who = CurrentUser();
  run.source = options.source;
  run.parameters = options.parameters;
  run.tags = options.tags;
  SCOREWAY_RETURN_IF_ERROR(ReadParent(options.from, &run));
  SCOREWAY_ASSIGN_OR_RETURN(run.retention, RulesOf(options.retention));
  SCOREWAY_ASSIGN_OR_RETURN(const OpenedRegistry registry, OpenOrCreateRegistry(options.registry));
  SCOREWAY_ASSIGN_OR_RETURN(const StartAnswer answer, registry.runs->Start(run, options.idempotency_key));
  if (options.json) {
    PrintAsJson(answer.run);
  } else {
    Print(std::to_string(answer.run.number) + "\n");
  }
  return {};
}

Status Log(const OpenedRegistry& registry, const RunOptions& options, int64_t run) {
  LogRequest request;
  request.name = options.name;
  request.run = run;
  if (ParseInt64(options.step, &request.step) != NumberParse::kOk) {
    return Status(Code::kInvalidArgument, "a step is a number from 0", "step '" + options.step + "'");
  }
  request.metrics = options.metrics;
  request.reference = options.reference;
  request.replace = options.replace;
  request.prune_now = true;  // there is no later in this process
  std::shared_ptr<const std::string> bytes = std::make_shared<const std::string>();
  if (!options.file.empty()) {
    SCOREWAY_ASSIGN_OR_RETURN(bytes, ReadModelFile(options.file));
    if (bytes->empty()) return Status(Code::kInvalidArgument, "the file is empty", options.file);
  }
  const Service service{.registry = registry.registry.get(), .runs = registry.runs.get()};
  SCOREWAY_ASSIGN_OR_RETURN(const LogAnswer answer, LogCheckpoint(service, std::move(request), *bytes));
  if (options.json) {
    PrintAsJson(answer.checkpoint);
  } else {
    Print(CheckpointText(options.name, run, answer.checkpoint.step) + (answer.is_new ? ": " : " (logged before): ") +
          MetricsText(answer.checkpoint.metrics) + "\n");
  }
  return {};
}

Status List(const OpenedRegistry& registry, const RunOptions& options) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<RunInfo> runs, All<RunInfo>([&](const ListOptions& page) {
                              return registry.runs->ListRuns(options.name, page);
                            }));
  if (options.json) {
    PrintJson([&](JsonWriter& json) {
      json.Key("runs");
      json.BeginArray();
      for (const RunInfo& run : runs) WriteJson(run, &json);
      json.EndArray();
    });
    return {};
  }
  Table table({"RUN", "STATE", "STARTED (UTC)", "WHO", "SOURCE", "LAST STEP", "METRICS"});
  for (const RunInfo& run : runs) {
    Result<CheckpointInfo> last = registry.runs->Latest(options.name, run.number);
    if (!last.ok() && last.code() != Code::kNotFound) return std::move(last).error();
    table.Add({std::to_string(run.number), std::string(StateName(run.state)), TimeText(run.created_micros), run.who,
               run.source, last.ok() ? std::to_string(last->step) : "", last.ok() ? MetricsText(last->metrics) : ""});
  }
  Print(table.empty() ? "no runs yet; 'scoreway run start " + options.name + "' starts one\n" : table.ToString());
  return {};
}

Status Show(const OpenedRegistry& registry, const RunOptions& options, int64_t number) {
  SCOREWAY_ASSIGN_OR_RETURN(const RunInfo run, registry.runs->GetRun(options.name, number));
  SCOREWAY_ASSIGN_OR_RETURN(
      ListPage<CheckpointInfo> page,
      registry.runs->ListCheckpoints(options.name, number, {.count_max = options.count, .page_token = {}}, true));
  if (options.json) {
    PrintJson([&](JsonWriter& json) {
      json.Key("run");
      WriteJson(run, &json);
      WriteCheckpoints(page.items, json);
    });
    return {};
  }
  Print(run.name + " run " + std::to_string(run.number) + ": " + std::string(StateName(run.state)) +
        (run.message.empty() ? "" : " (" + run.message + ")") + ", started " + TimeText(run.created_micros) + " by " +
        run.who + (run.source.empty() ? "" : " from " + run.source) + "\n");
  if (run.parent_run != 0) {
    Print("goes on from run " + std::to_string(run.parent_run) + " step " + std::to_string(run.parent_step) + "\n");
  }
  for (const auto& [key, value] : run.parameters) Print("  " + key + " = " + value + "\n");
  Print("keeps the bytes of " + RulesText(run.retention) + "\n\n");
  PrintCheckpoints(page.items);
  return {};
}

Status Compare(const OpenedRegistry& registry, const RunOptions& options) {
  std::vector<int64_t> numbers;
  for (const std::string& text : options.runs) {
    SCOREWAY_ASSIGN_OR_RETURN(const int64_t number, FindRun(*registry.runs, options.name, text));
    numbers.push_back(number);
  }
  const Service service{.registry = registry.registry.get(), .runs = registry.runs.get()};
  SCOREWAY_ASSIGN_OR_RETURN(const RunComparison comparison,
                            CompareRuns(service, options.name, numbers, options.metric, options.goal));
  if (options.json) {
    PrintAsJson(comparison);
    return {};
  }
  Table table({"RUN", "STATE", "BEST STEP", "BEST METRICS", "LAST STEP", "LAST METRICS", "PARAMETERS"});
  for (const ComparedRun& each : comparison.runs) {
    std::vector<std::string> parameters;
    for (const auto& [key, value] : each.run.parameters) parameters.push_back(key + "=" + value);
    table.Add({std::to_string(each.run.number), std::string(StateName(each.run.state)),
               each.has_best ? std::to_string(each.best.step) : "", each.has_best ? MetricsText(each.best.metrics) : "",
               each.has_last ? std::to_string(each.last.step) : "", each.has_last ? MetricsText(each.last.metrics) : "",
               Joined(parameters)});
  }
  Print(table.ToString());
  return {};
}

Status Best(const OpenedRegistry& registry, const RunOptions& options, int64_t run) {
  SCOREWAY_ASSIGN_OR_RETURN(
      const std::vector<CheckpointInfo> best,
      FindBest(*registry.runs, options.name, run, WishOf(options, options.with_bytes), options.count));
  if (best.empty()) {
    return Status(Code::kNotFound, "no checkpoint has the metric '" + options.metric + "'",
                  options.name + " run " + std::to_string(run));
  }
  if (options.json) {
    PrintJson([&](JsonWriter& json) { WriteCheckpoints(best, json); });
  } else {
    PrintCheckpoints(best);
  }
  return {};
}

Status Pull(const OpenedRegistry& registry, const RunOptions& options, int64_t run) {
  SCOREWAY_ASSIGN_OR_RETURN(const CheckpointInfo checkpoint,
                            FindCheckpoint(*registry.runs, options.name, run, WishOf(options, true)));
  const std::string path = options.output.empty()
                               ? options.name + "-" + std::to_string(run) + "-" + std::to_string(checkpoint.step)
                               : options.output;
  SCOREWAY_ASSIGN_OR_RETURN(const std::unique_ptr<OutputFile> file, OutputFile::Open(path));
  SCOREWAY_RETURN_IF_ERROR(registry.runs->ReadArtifact(options.name, run, checkpoint.step,
                                                       [&file](std::string_view piece) { return file->Write(piece); }));
  SCOREWAY_RETURN_IF_ERROR(file->Commit());
  if (path != "-") {
    std::fprintf(stderr, "%s -> %s\n", CheckpointText(options.name, run, checkpoint.step).c_str(), path.c_str());
  }
  return {};
}

Status Promote(const OpenedRegistry& registry, const RunOptions& options, int64_t run) {
  SCOREWAY_ASSIGN_OR_RETURN(const CheckpointInfo checkpoint,
                            FindCheckpoint(*registry.runs, options.name, run, WishOf(options, true)));
  PromoteCheckpointRequest request;
  request.run = run;
  request.step = checkpoint.step;
  request.push.push.name = options.name;
  request.push.push.aliases = options.aliases;
  request.push.push.change = Change{CurrentUser(), options.why};
  request.push.push.metadata.producer = CurrentUser();
  request.push.push.metadata.description = options.description;
  request.push.push.metadata.tags = options.tags;
  request.push.parity.tolerance = options.parity_tolerance;
  request.push.require_parity = options.require_parity;
  if (!options.parity_input.empty()) {
    SCOREWAY_ASSIGN_OR_RETURN(const auto rows, ReadFile(options.parity_input, kSampleBytesMax));
    SCOREWAY_ASSIGN_OR_RETURN(const auto expected, ReadFile(options.parity_expected, kSampleBytesMax));
    request.push.sample = ParitySample{*rows, *expected};
  }
  SCOREWAY_ASSIGN_OR_RETURN(const std::shared_ptr<const Engines> engines, OpenEngines(options.engines));
  const Service service{.registry = registry.registry.get(), .engines = engines.get(), .runs = registry.runs.get()};
  SCOREWAY_ASSIGN_OR_RETURN(const PushModelAnswer answer, PromoteCheckpoint(service, std::move(request)));
  if (options.json) {
    PrintAsJson(answer.version);
  } else {
    Print(CheckpointText(options.name, run, checkpoint.step) + " -> " + options.name + "/" +
          std::to_string(answer.version.number) + (answer.is_new ? "" : " (promoted before)") + "\n");
  }
  return {};
}

Status Finish(const OpenedRegistry& registry, const RunOptions& options, int64_t number) {
  const RunInfo::State state = options.failed ? RunInfo::State::kFailed : RunInfo::State::kFinished;
  SCOREWAY_ASSIGN_OR_RETURN(const RunInfo run, registry.runs->Finish(options.name, number, state, options.message));
  if (options.json) {
    PrintAsJson(run);
  } else {
    Print(options.name + " run " + std::to_string(number) + " " + std::string(StateName(run.state)) + "\n");
  }
  return {};
}

Status Prune(const OpenedRegistry& registry, const RunOptions& options) {
  SCOREWAY_ASSIGN_OR_RETURN(const RetentionRules rules, RulesOf(options.retention));
  std::vector<int64_t> numbers;
  if (options.run.empty()) {
    SCOREWAY_ASSIGN_OR_RETURN(const std::vector<RunInfo> runs, All<RunInfo>([&](const ListOptions& page) {
                                return registry.runs->ListRuns(options.name, page);
                              }));
    for (const RunInfo& run : runs) numbers.push_back(run.number);
  } else {
    SCOREWAY_ASSIGN_OR_RETURN(const int64_t number, FindRun(*registry.runs, options.name, options.run));
    numbers.push_back(number);
  }
  PruneCounts total;
  for (const int64_t number : numbers) {
    SCOREWAY_ASSIGN_OR_RETURN(const PruneCounts counts,
                              registry.runs->Prune(options.name, number, rules.empty() ? nullptr : &rules));
    total.checkpoints += counts.checkpoints;
    total.bytes += counts.bytes;
  }
  if (options.json) {
    PrintJson([&](JsonWriter& json) {
      json.UintField("checkpoints", total.checkpoints);
      json.UintField("bytes", total.bytes);
    });
  } else {
    Print("let go of " + BytesText(total.bytes) + " of " + std::to_string(total.checkpoints) + " checkpoints\n");
  }
  return {};
}

}  // namespace

Status RunRun(const RunOptions& options) {
  using Action = RunOptions::Action;
  if (options.action == Action::kStart) return Start(options);
  SCOREWAY_ASSIGN_OR_RETURN(const OpenedRegistry registry, OpenRegistry(options.registry));
  if (options.action == Action::kList) return List(registry, options);
  if (options.action == Action::kCompare) return Compare(registry, options);
  if (options.action == Action::kPrune) return Prune(registry, options);
  SCOREWAY_ASSIGN_OR_RETURN(const int64_t run, FindRun(*registry.runs, options.name, options.run));
  switch (options.action) {
    case Action::kLog: return Log(registry, options, run);
    case Action::kShow: return Show(registry, options, run);
    case Action::kBest: return Best(registry, options, run);
    case Action::kPull: return Pull(registry, options, run);
    case Action::kPromote: return Promote(registry, options, run);
    case Action::kFinish: return Finish(registry, options, run);
    default: return {};
  }
}

}  // namespace scoreway
