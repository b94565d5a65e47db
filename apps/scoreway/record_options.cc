// The options of traffic, log and labels, and those of serve that log predictions.
#include "command_line_parts.h"

namespace scoreway {
namespace {

void AddRange(CLI::App* c, std::string* from, std::string* to) {
  c->add_option("--from", *from, "Not before this time (2026-03-01T12:00:00Z, UTC) or age (12h)")->type_name("TIME");
  c->add_option("--to", *to, "Before this time or age")->type_name("TIME");
}

void AddFormat(CLI::App* c, RowFormat* format) {
  c->add_option("--format", *format, "csv, jsonl, or auto by the file's ending (csv otherwise)")
      ->transform(CLI::CheckedTransformer(kRowFormats, CLI::ignore_case).description(""))
      ->type_name("FORMAT")
      ->default_str("auto");
}

}  // namespace

void AddRecordPlace(CLI::App* command, RecordPlaceOptions* place) {
  command
      ->add_option("--log-store", place->store,
                   "Where predictions and labels are kept: a file, or cassandra://HOST[:PORT]/KEYSPACE (also: "
                   "environment\nSCOREWAY_LOG_STORE). Of a registry in a file by default a file beside it, of one in "
                   "Cassandra its keyspace")
      ->type_name("FILE|URL")
      ->envname("SCOREWAY_LOG_STORE");
}

void AddLogPredictions(CLI::App* command, ServeCommandOptions* options) {
  command->add_flag("--log-predictions", options->log_predictions,
                    "Keep what is asked and answered, for 'scoreway log' and to be compared with labels");
  command->add_option("--log-sample", options->log_sample, "Which part of the requests is kept")
      ->check(CLI::Range(0.0, 1.0))
      ->capture_default_str();
  command->add_option("--log-keep", options->record.keep, "How long predictions and labels are kept; 0: for ever")
      ->type_name("DURATION")
      ->capture_default_str();
  command->add_option("--log-flush", options->log_flush_ms, "Milliseconds of predictions that a crash may lose")
      ->check(CLI::Range(10, 60'000))
      ->capture_default_str();
  command
      ->add_option("--log-buffer", options->log_buffer_bytes_max,
                   "Most memory of predictions that wait; what does not fit is dropped and counted")
      ->transform(CLI::AsSizeValue(false))
      ->capture_default_str();
  command
      ->add_option("--log-files", options->log_files,
                   "Write the log's predictions also to Parquet files in this folder: MODEL/VERSION/FROM_TO.parquet")
      ->type_name("FOLDER")
      ->check(CLI::ExistingDirectory);
  command->add_option("--log-files-every", options->log_files_every, "The time of a file; at least a minute")
      ->type_name("DURATION")
      ->capture_default_str();
  AddRecordPlace(command, &options->record);
}

void AddTraffic(CommandLine& line) {
  using Action = TrafficOptions::Action;
  CLI::App* group = line.app.add_subcommand("traffic", "Share the requests for a model among its aliases");
  group->require_subcommand(1);
  const auto add = [&](Action action, const char* name, const char* help) {
    CLI::App* command = line.Subcommand(group, name, help, &line.traffic, action);
    TrafficOptions* options = line.traffic.back().get();
    command->add_option("name", options->model, "Name of the model")->required();
    AddJson(command, &options->json);
    AddRegistry(command, &options->registry);
    return command;
  };
  add(Action::kShow, "show", "Show how they are shared");
  CLI::App* c = add(Action::kSet, "set", "Say anew how they are shared; with neither --split nor --shadow: not at all");
  TrafficOptions* o = line.traffic.back().get();
  AddPairs(c, "--split", &o->split,
           "ALIAS=PERCENT of the requests that name the model alone; may be given several times, 100 together");
  c->add_option(
       "--shadow", o->shadow,
       "An alias that scores a copy of each, after the answer, into the prediction log; may be given several times")
      ->expected(1)
      ->take_all();
  c->add_flag("!--no-sticky", o->sticky, "Lead each request anew, also those with a key (header X-Scoreway-Key)");
  c->add_option("--expected", o->expected, "Only if the policy has this revision now");
  c->add_option("--why", o->why, "The reason, kept with the policy");
}

void AddLog(CommandLine& line) {
  LogOptions& o = line.log;
  CLI::App* c =
      line.Command("log", "Print logged predictions, with their labels if wanted, or write them to a file", &o);
  c->add_option("name", o.model, "Name of the model")->required();
  c->add_option("-o,--output", o.output, "The file to write, '-' for standard output")
      ->type_name("FILE")
      ->capture_default_str();
  c->add_option("--format", o.format, "csv, jsonl, arrow or parquet; by default as the file's ending says, else csv")
      ->transform(CLI::CheckedTransformer(kTableFormats, CLI::ignore_case).description(""))
      ->type_name("FORMAT");
  AddRange(c, &o.from, &o.to);
  c->add_flag("--newest", o.newest, "The newest first; otherwise the oldest");
  c->add_option("-n,--count", o.count, "At most so many");
  c->add_option("--version", o.version, "Only of this version");
  c->add_option("--alias", o.alias, "Only those that asked for this alias, or were led to it");
  c->add_option("--id", o.id, "Only those with this prediction id");
  c->add_option("--key", o.key, "Only those of this key");
  c->add_option("--shadow", o.shadow, "true: only copies that a challenger scored beside; false: only answers");
  c->add_option("--labels", o.labels, "joined: with the label of each; only: and only those that have one")
      ->check(CLI::IsMember({"none", "joined", "only"}))
      ->capture_default_str();
  c->add_flag("-q,--quiet", o.quiet, "No progress");
  AddRecordPlace(c, &o.place);
  AddRegistry(c, &o.registry);
}

void AddLabels(CommandLine& line) {
  using Action = LabelsOptions::Action;
  CLI::App* group = line.app.add_subcommand("labels", "What turned out to be true of predictions, told later");
  group->require_subcommand(1);
  const auto add = [&](Action action, const char* name, const char* help) {
    CLI::App* command = line.Subcommand(group, name, help, &line.labels, action);
    LabelsOptions* options = line.labels.back().get();
    command->add_option("name", options->model, "Name of the model")->required();
    AddRecordPlace(command, &options->place);
    AddRegistry(command, &options->registry);
    return command;
  };
  CLI::App* c = add(Action::kPush, "push", "Store labels, by prediction id or by the key of the request");
  LabelsOptions* o = line.labels.back().get();
  c->add_option(
       "input,-i,--input", o->input,
       "CSV or JSON lines with prediction_id (and row, if the request had several) or key, label, and if known "
       "time;\n'-' for standard input")
      ->type_name("FILE")
      ->capture_default_str();
  AddFormat(c, &o->format);
  c->add_option("--log-keep", o->place.keep, "How long they are kept; 0: for ever")
      ->type_name("DURATION")
      ->capture_default_str();
  c->add_flag("-q,--quiet", o->quiet, "No progress");
  c = add(Action::kList, "list", "List labels as they came, the newest first");
  o = line.labels.back().get();
  AddRange(c, &o->from, &o->to);
  c->add_flag("--oldest", o->oldest, "The oldest first");
  c->add_option("-n,--count", o->count, "At most so many")->capture_default_str();
  AddJson(c, &o->json);
}

}  // namespace scoreway
