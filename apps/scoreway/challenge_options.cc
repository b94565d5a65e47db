// The options of challenge and history.
#include "command_line_parts.h"

namespace scoreway {

void AddChallenge(CommandLine& line) {
  using Action = ChallengeOptions::Action;
  CLI::App* group =
      line.app.add_subcommand("challenge", "Compare a challenger with the champion, and let the better one serve");
  group->require_subcommand(1);
  const auto add = [&](Action action, const char* name, const char* help) {
    CLI::App* command = line.Subcommand(group, name, help, &line.challenge, action);
    ChallengeOptions* options = line.challenge.back().get();
    command->add_option("name", options->model, "Name of the model")->required();
    if (action != Action::kList) command->add_option("alias", options->alias, "The challenger's alias")->required();
    AddJson(command, &options->json);
    AddRegistry(command, &options->registry);
    return command;
  };
  const auto add_policy = [&](CLI::App* c) {
    ChallengeOptions* o = line.challenge.back().get();
    c->add_option("--policy", o->policy, "Rules as JSON; the flags below come before it")->type_name("FILE");
    c->add_option("--metric", o->metric, "error, brier, log_loss, absolute_error or squared_error")
        ->check(CLI::IsMember({"error", "brier", "log_loss", "absolute_error", "squared_error"}));
    c->add_option("--output", o->output, "The output that is marked; by default the first");
    c->add_option("--positive", o->positive, "Of brier and log_loss: the label whose probability the output is");
    c->add_option("--scale", o->scale, "Of the other metrics: errors from here on count as 1");
    c->add_option("--margin", o->margin, "By how much a challenger must be better");
    c->add_option("--alpha", o->alpha, "The probability of promoting one that is not better");
    c->add_option("--labels-min", o->labels_min, "Labels before anything is decided");
    c->add_option("--labels-max", o->labels_max, "Labels after which a challenger that is not better is let go");
    c->add_option("--label-wait", o->label_wait,
                  "How long after a prediction its label counts; by default some seconds")
        ->type_name("TIME");
    c->add_option("--segment", o->segments, "An input, no value of which may fare worse; may be given several times")
        ->expected(1)
        ->take_all();
    return o;
  };
  CLI::App* c = add(Action::kStart, "start", "Begin: copies of the requests go to the challenger");
  ChallengeOptions* o = add_policy(c);
  c->add_option("--watch", o->watch, "How long the former champion is scored beside a promoted challenger")
      ->type_name("TIME");
  c->add_option(
       "--canary", o->canary,
       "Percentages, rising: so many requests the challenger answers itself, step by step, before it is promoted")
      ->delimiter(',');
  c->add_option("--cool-down", o->cool_down, "Between two promotions")->type_name("TIME");
  c->add_flag("--dry-run", o->dry_run, "Decide, but move nothing");
  c->add_option("--why", o->why, "The reason, kept with it");

  add(Action::kList, "list", "List the challenges of a model");
  add(Action::kShow, "show", "Show a challenge and its evidence");
  c = add(Action::kStop, "stop", "End it; the aliases stay where they are");
  c->add_option("--why", line.challenge.back()->why, "The reason, kept with it");
  c = add(Action::kRun, "run", "Look at the log and decide now, as a server does all the time");
  AddRecordPlace(c, &line.challenge.back()->place);
  c = add(Action::kReplay, "replay", "What a policy would have decided on what is logged; moves nothing");
  o = add_policy(c);
  c->add_option("--champion-version", o->champion_version, "The version that answered; by default the champion");
  c->add_option("--challenger-version", o->challenger_version, "The version that scored copies; by default the alias'");
  c->add_option("--from", o->from, "From this time, or as long ago as this")->type_name("TIME|AGE");
  c->add_option("--to", o->to, "Until this time, or as long ago as this")->type_name("TIME|AGE");
  AddRecordPlace(c, &o->place);
}

void AddHistory(CommandLine& line) {
  HistoryOptions& o = line.history;
  CLI::App* c = line.Command("history", "What happened to a model: moves of its aliases, and its challenges", &o);
  c->add_option("name", o.model, "Name of the model")->required();
  c->add_option("-n,--count", o.count, "At most so many")->capture_default_str();
  AddJson(c, &o.json);
  AddRegistry(c, &o.registry);
}

}  // namespace scoreway
