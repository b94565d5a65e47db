// The options of trainer and retrain.
#include "command_line_parts.h"

namespace scoreway {

void AddTrainer(CommandLine& line) {
  using Action = TrainerOptions::Action;
  CLI::App* group = line.app.add_subcommand("trainer", "The command by which a model is trained anew");
  group->require_subcommand(1);
  const auto add = [&](Action action, const char* name, const char* help) {
    CLI::App* command = line.Subcommand(group, name, help, &line.trainer, action);
    TrainerOptions* options = line.trainer.back().get();
    command->add_option("name", options->model, "Name of the model")->required();
    AddJson(command, &options->json);
    AddRegistry(command, &options->registry);
    return command;
  };
  add(Action::kShow, "show", "Show it, and what it made last");
  add(Action::kRemove, "remove", "Forget it");
  CLI::App* c = add(Action::kSet, "set", "Store it, in place of the one before");
  TrainerOptions* o = line.trainer.back().get();
  c->add_option("command", o->command, "The program and its arguments, behind --; no shell reads them")->required();
  c->add_option("--time", o->time, "The longest that it may take")->type_name("DURATION")->capture_default_str();
  c->add_option("--memory", o->memory_bytes_max, "Most address space of each of its processes; 0: no limit")
      ->transform(CLI::AsSizeValue(false));
  c->add_option("--alias", o->alias, "The alias that points at what it made; none: no alias")->capture_default_str();
  c->add_option("--why", o->why, "The reason, kept with it");
  c->add_flag("--on-alarm", o->on_alarm, "A server with --run-trainers fires it while the model's watch is in alarm");
  AddPairs(c, "--below", &o->below, "METRIC=BOUND: or when a metric is shown to be below, as accuracy=0.9");
  AddPairs(c, "--above", &o->above, "METRIC=BOUND: or when it is shown to be above, as brier=0.2");
  c->add_option("--metric-window", o->metric_window, "Of the predictions that metrics are measured on: 10000, or 1d")
      ->type_name("ROWS|TIME")
      ->capture_default_str();
  c->add_option("--labels", o->labels, "Or when so many labels came since the last training; 0: not")
      ->check(CLI::Range(int64_t{0}, int64_t{1'000'000'000}))
      ->capture_default_str();
  c->add_option("--every", o->every, "Or when so long has passed since the last training")->type_name("TIME");
  c->add_option("--pause", o->pause, "By an alarm or a metric not sooner after the last training")
      ->type_name("TIME")
      ->capture_default_str();
  c->add_option("--since", o->since, "It then trains on labelled predictions of the log that are no older")
      ->type_name("TIME")
      ->capture_default_str();
  c->add_option("--challenge", o->challenge_file, "What it makes then challenges the champion, by this policy (JSON)")
      ->type_name("FILE");
}

void AddRetrain(CommandLine& line) {
  RetrainOptions& o = line.retrain;
  CLI::App* c = line.Command("retrain", "Train a model anew by its trainer, as a candidate", &o);
  c->add_option("model", o.model, "The version that it is made from: NAME, NAME@ALIAS or NAME/VERSION")->required();
  auto* from = c->add_option("--from", o.from, "The new data: a Parquet file of labelled rows");
  from->type_name("FILE");
  c->add_option("--label", o.label, "The column of the labels in it")->capture_default_str();
  auto* from_log = c->add_flag("--from-log", o.from_log, "The new data are logged predictions that have labels");
  from_log->excludes(from);
  c->add_option("--since", o.since, "Of the log: not before this time or age (30d)")
      ->type_name("TIME|AGE")
      ->needs(from_log);
  c->add_option("--why", o.why, "The reason, kept with the version");
  c->add_flag("-q,--quiet", o.quiet, "What the trainer prints is not shown");
  AddJson(c, &o.json);
  AddRecordPlace(c, &o.place);
  AddRegistry(c, &o.registry);
}

}  // namespace scoreway
