// The options of learn.
#include "command_line_parts.h"

namespace scoreway {

void AddLearn(CommandLine& line) {
  LearnOptions& o = line.learn;
  CLI::App* c =
      line.Command("learn", "Go on training a version with labelled rows, in checkpoints; promote what it becomes", &o);
  c->add_option(
       "model", o.model,
       "A model of the registry: NAME, NAME@ALIAS or NAME/VERSION. A bare NAME means its alias 'champion', or\n"
       "its newest version where there is no such alias")
      ->required();
  auto* fresh = c->add_option(
      "--new", o.new_kind,
      "Begin with a learner of Scoreway's own, as version 1 of a model that does not exist: logistic, ftrl,\n"
      "streaming-k-means, hoeffding-tree or adaptive-random-forest");
  fresh->type_name("KIND");
  c->add_option("--inputs", o.inputs, "Of a new one: the columns that it learns from, numbers")
      ->delimiter(',')
      ->needs(fresh);
  c->add_option("--classes", o.classes, "Of a new one: all labels there are; of clusters none")
      ->delimiter(',')
      ->needs(fresh);
  AddPairs(c, "--set", &o.settings,
           "A setting, of a new one or of a model of Spark, such as rate=0.1; may be given several times");
  auto* from = c->add_option("--from", o.from, "Labelled rows: a CSV, JSON lines, Parquet or Arrow file");
  from->type_name("FILE");
  c->add_option("--label", o.label, "The column of the labels; without one for scalers, clusters and components");
  auto* from_log = c->add_flag("--from-log", o.from_log,
                               "Learn from logged predictions: those that have labels, or all where none are needed");
  from_log->excludes(from);
  c->add_option("--since", o.since, "Of the log: not before this time or age (12h)")
      ->type_name("TIME|AGE")
      ->needs(from_log);
  c->add_option("--until", o.until, "Of the log: before this time or age")->type_name("TIME|AGE")->needs(from_log);
  c->add_option("--format", o.format, "csv, jsonl, parquet or arrow; by default what the file's name says")
      ->transform(CLI::CheckedTransformer(kTableFormats, CLI::ignore_case).description(""))
      ->type_name("FORMAT");
  c->add_option("--delimiter", o.delimiter, "Between the cells of CSV")->capture_default_str();
  c->add_option("--batch", o.batch_rows, "Rows that are learned at once, as one call of partial_fit")
      ->check(CLI::Range(1, 10'000'000))
      ->capture_default_str();
  c->add_option("--checkpoint-every", o.checkpoint_every, "Rows between two checkpoints; 0: only at the end")
      ->capture_default_str();
  c->add_option("--keep-last", o.keep_last, "Keep the bytes of the last so many checkpoints; 0: of all")
      ->capture_default_str();
  c->add_flag("--promote", o.promote, "Make the last checkpoint the next version");
  auto* canary = c->add_option("--canary", o.canary,
                               "Rows that it does not learn from, with labels if there is --label: the version is made "
                               "only if its answers\nto them have not moved too far");
  canary->type_name("FILE");
  c->add_option("--alias", o.aliases, "Then move this alias from the version that was learned on to the new one")
      ->expected(1)
      ->take_all()
      ->needs(canary);
  c->add_option("--change-max", o.change_max,
                "The share of the canary's answers that may change; of numbers, by their standard deviation")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  c->add_option("--loss-rise-max", o.loss_rise_max, "By how much the share of wrong answers (or the error) may rise")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  c->add_option("--why", o.why, "The reason, kept with version and aliases");
  c->add_flag("-q,--quiet", o.quiet, "No progress");
  AddJson(c, &o.json);
  AddRecordPlace(c, &o.place);
  AddRegistry(c, &o.registry);
}

}  // namespace scoreway
