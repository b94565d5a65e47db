// The options of drift, performance and watch.
#include "command_line_parts.h"

namespace scoreway {
namespace {

template <typename Options>
void AddBounds(CLI::App* c, Options* o) {
  c->add_option("--level", o->level, "Rate of false discoveries among the columns")->capture_default_str();
  c->add_option("--psi-warning", o->psi_warning, "Population stability index of a warning")->capture_default_str();
  c->add_option("--psi-alarm", o->psi_alarm, "And of an alarm")->capture_default_str();
  c->add_option("--rows-min", o->rows_min, "Rows of a window; of fewer nothing is said")->capture_default_str();
}

template <typename Options>
void AddWindow(CLI::App* c, Options* o) {
  c->add_option("--window", o->window, "The newest so many predictions, 10000, or those of the last time, 1h")
      ->type_name("ROWS|TIME")
      ->capture_default_str();
}

template <typename Options>
void AddAgainst(CLI::App* c, Options* o) {
  c->add_option("--against", o->against,
                "Compare with the same window so much earlier, as 7d for the same hour last week, in place of the "
                "reference")
      ->type_name("TIME");
}

}  // namespace

void AddDrift(CommandLine& line) {
  DriftOptions& o = line.drift;
  CLI::App* c = line.Command(
      "drift", "Compare what a model sees and says with its reference, or two files of rows with each other", &o);
  c->add_option("model", o.model, "NAME, NAME@ALIAS or NAME/VERSION, whose predictions are logged");
  AddWindow(c, &o);
  AddAgainst(c, &o);
  c->add_option("--learn", o.learn, "Make the first so many logged rows of the version its reference")
      ->type_name("ROWS");
  c->add_option("--reference", o.reference, "Rows as they were: a CSV, JSON lines, Parquet or Arrow file")
      ->type_name("FILE");
  c->add_option("--current", o.current, "Rows as they are now")->type_name("FILE");
  c->add_option("--format", o.format, "csv, jsonl, parquet or arrow; by default what the files' names say")
      ->transform(CLI::CheckedTransformer(kTableFormats, CLI::ignore_case).description(""))
      ->type_name("FORMAT");
  c->add_option("--delimiter", o.delimiter, "Between the cells of CSV files")->capture_default_str();
  c->add_option("--columns", o.columns, "Only these columns of the files: age,city")->delimiter(',');
  c->add_option("--categorical", o.categorical, "Columns of the files that are categories although they are numbers")
      ->delimiter(',');
  AddBounds(c, &o);
  c->add_flag("--all", o.all, "Show all quiet columns, too");
  c->add_flag("-q,--quiet", o.quiet, "No progress");
  AddRecordPlace(c, &o.place);
  AddRegistry(c, &o.registry);
  AddJson(c, &o.json);
}

void AddPerformance(CommandLine& line) {
  PerformanceOptions& o = line.performance;
  CLI::App* c = line.Command("performance",
                             "How well a model has done, as far as labels have come, and may be expected to do", &o);
  c->add_option("model", o.model, "NAME, NAME@ALIAS or NAME/VERSION, whose predictions are logged")->required();
  AddWindow(c, &o);
  c->add_option("--by", o.segment, "An input: also for each of its values, of numbers for each quarter")
      ->type_name("INPUT");
  c->add_option("--prediction", o.prediction, "The output that is the prediction; by default 'predict' or the first")
      ->type_name("OUTPUT");
  AddPairs(c, "--probability", &o.probabilities,
           "CLASS=OUTPUT that is its probability; by default outputs proba_CLASS and probability(CLASS)");
  c->add_option("--task", o.task, "classification or regression; by default regression where a prediction is a float")
      ->check(CLI::IsMember({"classification", "regression"}));
  c->add_flag("--shadow", o.shadow, "Of the copies that it scored in shadow, in place of its answers");
  c->add_option("--stretches", o.stretches,
                "Also over time: of so many stretches of the same number of rows, 20 at least")
      ->check(CLI::Range(0, 200));
  AddRecordPlace(c, &o.place);
  AddRegistry(c, &o.registry);
  AddJson(c, &o.json);
}

void AddWatch(CommandLine& line) {
  using Action = WatchOptions::Action;
  CLI::App* group =
      line.app.add_subcommand("watch", "Have a server look at a model's drift and performance again and again");
  group->require_subcommand(1);
  const auto add = [&](Action action, const char* name, const char* help) {
    CLI::App* command = line.Subcommand(group, name, help, &line.watch, action);
    WatchOptions* options = line.watch.back().get();
    if (action != Action::kList) command->add_option("name", options->model, "Name of the model")->required();
    AddRecordPlace(command, &options->place);
    AddRegistry(command, &options->registry);
    return command;
  };
  CLI::App* c = add(Action::kSet, "set", "Watch a model, or watch it otherwise");
  WatchOptions* o = line.watch.back().get();
  AddWindow(c, o);
  AddAgainst(c, o);
  c->add_option("--every", o->every, "Time from look to look")->type_name("TIME")->capture_default_str();
  c->add_option("--learn", o->learn, "Of a version without a reference the first so many rows become it; 0: not")
      ->type_name("ROWS")
      ->capture_default_str();
  AddBounds(c, o);
  AddPairs(c, "--below", &o->below,
           "METRIC=BOUND: also of accuracy, log_loss, brier, auc, rmse, mae or bias of labelled predictions: an alarm "
           "once it is shown "
           "to be below, a warning before; accuracy=0.9");
  AddPairs(c, "--above", &o->above, "METRIC=BOUND: likewise once it is above; rmse=12");
  c->add_option("--metric-window", o->metric_window,
                "Of these metrics: the newest so many predictions, or those of the last time")
      ->type_name("ROWS|TIME")
      ->capture_default_str();
  c->add_option("--rise-after", o->rise_after, "Windows in a row that are graver, until the state rises")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  c->add_option("--fall-after", o->fall_after, "Windows in a row that are less grave, until it falls")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  c->add_option("--webhook", o->webhook, "Called when the state changes; the server must allow it by --webhook-allow")
      ->type_name("URL");
  c->add_option("--mail", o->mail, "Written to when the state changes; the server must have --smtp and --mail-allow")
      ->type_name("ADDRESS")
      ->delimiter(',');
  AddJson(c, &o->json);
  c = add(Action::kShow, "show", "Show the state of a watched model, the reasons and the last alerts");
  AddJson(c, &line.watch.back()->json);
  c = add(Action::kList, "list", "List the watched models");
  AddJson(c, &line.watch.back()->json);
  add(Action::kRemove, "remove", "Watch a model no more");
  c = add(Action::kSilence, "silence", "Tell nobody of changes for some time");
  o = line.watch.back().get();
  c->add_option("--for", o->silence, "How long; 0 ends the silence")->type_name("TIME")->capture_default_str();
  c->add_option("--note", o->note, "The reason, kept with it");
  AddJson(c, &o->json);
  c = add(Action::kAcknowledge, "acknowledge", "Say that somebody knows of the state; it is not told again");
  o = line.watch.back().get();
  c->add_option("--note", o->note, "What is being done, kept with it");
  AddJson(c, &o->json);
}

}  // namespace scoreway
