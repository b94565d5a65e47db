// scoreway learn: a version goes on learning.

#include <cstdio>

#include "base/number_text.h"
#include "commands.h"
#include "learn/new_learner.h"
#include "open_log.h"
#include "open_registry.h"
#include "printing.h"
#include "progress.h"
#include "service/learn_on.h"
#include "service/push.h"
#include "service/read_predictions.h"

namespace scoreway {
namespace {

using Settings = std::map<std::string, double>;

Result<std::unique_ptr<LearningRows>> OpenFile(const OpenedLearner& opened, const LearnOptions& options,
                                               const std::string& path, const std::string& label) {
  LearningFileOptions file{.path = path, .delimiter = options.delimiter, .label = label};
  const std::optional<TableFormat> format = options.format ? options.format : TableFormatOfPath(path);
  if (!format) {
    return Error{Code::kInvalidArgument,
                 "its name does not say how its rows are written; --format csv, jsonl, arrow or parquet does", path};
  }
  file.format = *format;
  return OpenLearningFile(opened.learner->rows_model(), file);
}

Result<TimeRange> RangeOf(const LearnOptions& options) {
  TimeRange range{.oldest_first = true};
  const int64_t now = SystemClock().NowMicros();
  if (!options.since.empty()) {
    Result<int64_t> micros = ReadTimeOrAge(options.since, now);
    if (!micros.ok()) return AtPlace("--since", std::move(micros).error());
    range.from_micros = *micros;
  }
  if (!options.until.empty()) {
    Result<int64_t> micros = ReadTimeOrAge(options.until, now);
    if (!micros.ok()) return AtPlace("--until", std::move(micros).error());
    range.to_micros = *micros;
  }
  return range;
}

// The first version of a learner of our own, which has seen nothing.
Status PushNew(const Service& service, const LearnOptions& options) {
  if (service.registry->GetModel(options.model).ok()) {
    return Status(Code::kAlreadyExists, "there is such a model; without --new it goes on learning", options.model);
  }
  SCOREWAY_ASSIGN_OR_RETURN(const learn::LearnerCheckpoint fresh,
                            learn::NewLearner({options.new_kind, options.inputs, options.classes, options.settings}));
  PushModelRequest request;
  request.push.name = options.model;
  request.push.change = Change{CurrentUser(), options.why};
  request.push.metadata.producer = CurrentUser();
  request.push.metadata.description = "a new " + options.new_kind + " that has seen nothing";
  for (const auto& [name, value] : options.settings) AppendDouble(value, &request.push.metadata.parameters[name]);
  return PushModel(service, std::move(request), fresh.artifact).status();
}

Status CheckLabel(const OpenedLearner& opened, const LearnOptions& options) {
  const bool wanted = opened.learner->label_type().has_value() && !options.from_log;
  if (wanted && options.label.empty()) {
    return Status(Code::kInvalidArgument, opened.learner->kind() + " learns from labels: name their column", "--label");
  }
  if (!opened.learner->label_type() && !options.label.empty()) {
    return Status(Code::kInvalidArgument, opened.learner->kind() + " learns without labels", "--label");
  }
  return {};
}

void WriteJson(const LearnOnAnswer& answer, JsonWriter& json) {
  json.UintField("run", static_cast<uint64_t>(answer.run));
  json.UintField("step", static_cast<uint64_t>(answer.step));
  json.UintField("rows", answer.rows);
  if (answer.canary) {
    json.UintField("canary_rows", answer.canary->rows);
    json.DoubleField("canary_change", answer.canary->change);
    if (answer.canary->loss_before) json.DoubleField("canary_loss_before", *answer.canary->loss_before);
    if (answer.canary->loss_after) json.DoubleField("canary_loss_after", *answer.canary->loss_after);
  }
  if (answer.version) json.UintField("version", static_cast<uint64_t>(answer.version->number));
}

void PrintAnswer(const OpenedLearner& opened, const LearnOnAnswer& answer, bool as_json) {
  if (as_json) return PrintJson([&](JsonWriter& json) { WriteJson(answer, json); });
  const std::string& name = opened.version.name;
  Print(name + "/" + std::to_string(opened.version.number) + " learned " + std::to_string(answer.rows) + " rows: run " +
        std::to_string(answer.run) + " step " + std::to_string(answer.step) + "\n");
  if (answer.canary) {
    std::map<std::string, double> figures = {{"change", answer.canary->change}};
    if (answer.canary->loss_before) figures["loss_before"] = *answer.canary->loss_before;
    if (answer.canary->loss_after) figures["loss_after"] = *answer.canary->loss_after;
    Print("canary of " + std::to_string(answer.canary->rows) + " rows: " + MetricsText(figures) + "\n");
  }
  if (answer.version) Print("promoted to " + name + "/" + std::to_string(answer.version->number) + "\n");
  for (const AliasEvent& move : answer.moves) {
    Print(name + "@" + move.alias + ": " + std::to_string(move.from) + " -> " + std::to_string(move.to) + "\n");
  }
}

}  // namespace

Status RunLearn(const LearnOptions& options) {
  if (options.from.empty() && !options.from_log) {
    return Status(Code::kInvalidArgument, "say what to learn from: --from FILE or --from-log");
  }
  SCOREWAY_ASSIGN_OR_RETURN(const OpenedRegistry registry, options.new_kind.empty()
                                                               ? OpenRegistry(options.registry)
                                                               : OpenOrCreateRegistry(options.registry));
  Service service{.registry = registry.registry.get(), .runs = registry.runs.get()};
  std::unique_ptr<Store> log_store;
  std::unique_ptr<Records> records;
  if (options.from_log) {
    SCOREWAY_ASSIGN_OR_RETURN(log_store, OpenLogStore(options.registry, options.place.store, WhenMissing::kFail));
    records =
        std::make_unique<Records>(log_store == nullptr ? *registry.store : *log_store, SystemClock(), RecordsOptions{});
    service.records = records.get();
  }
  if (!options.new_kind.empty()) SCOREWAY_RETURN_IF_ERROR(PushNew(service, options));
  SCOREWAY_ASSIGN_OR_RETURN(const Reference reference, ParseReference(options.model));
  SCOREWAY_ASSIGN_OR_RETURN(const OpenedLearner opened,
                            OpenLearner(service, reference, options.new_kind.empty() ? options.settings : Settings()));
  SCOREWAY_RETURN_IF_ERROR(CheckLabel(opened, options));

  LearnOnRequest request;
  request.who = CurrentUser();
  request.why = options.why;
  request.batch_rows = options.batch_rows;
  request.checkpoint_every = options.checkpoint_every;
  request.retention.keep_last = static_cast<int64_t>(options.keep_last);
  request.promote = options.promote;
  request.aliases = options.aliases;
  request.limits = {options.change_max, options.loss_rise_max};
  std::unique_ptr<LearningRows> rows, canary;
  if (options.from_log) {
    SCOREWAY_ASSIGN_OR_RETURN(const TimeRange range, RangeOf(options));
    rows = OpenLearningLog(service, opened.version.name, opened.learner->rows_model(),
                           {.range = range, .labelled = opened.learner->label_type().has_value()});
    request.source = "log from " + (options.since.empty() ? "the first" : options.since) + " to " +
                     (options.until.empty() ? "the last" : options.until);
  } else {
    SCOREWAY_ASSIGN_OR_RETURN(rows, OpenFile(opened, options, options.from, options.label));
    request.source = options.from;
  }
  if (!options.canary.empty()) {
    SCOREWAY_ASSIGN_OR_RETURN(canary, OpenFile(opened, options, options.canary, options.label));
  }

  Progress progress("rows", options.quiet);
  Result<LearnOnAnswer> answer = LearnOn(service, opened, request, *rows, canary.get(),
                                         [&](uint64_t done) { progress.Update(done, rows->fraction()); });
  progress.Finish();
  if (!answer.ok()) return std::move(answer).error();
  PrintAnswer(opened, *answer, options.json);
  return {};
}

}  // namespace scoreway
