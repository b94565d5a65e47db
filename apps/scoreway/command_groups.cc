// The commands that have subcommands: store, run, features, keys and jobs; and options that several commands have.
#include <cstdlib>

#include "command_line_parts.h"
#include "store/cassandra/cassandra_options.h"

namespace scoreway {
namespace {

std::string DefaultRegistryPath() {
  if (const char* path = std::getenv("SCOREWAY_REGISTRY"); path != nullptr && *path != '\0') return path;
  if (const char* data = std::getenv("XDG_DATA_HOME"); data != nullptr && *data != '\0') {
    return std::string(data) + "/scoreway/registry.db";
  }
  const char* home = std::getenv("HOME");
  return std::string(home != nullptr ? home : ".") + "/.local/share/scoreway/registry.db";
}

}  // namespace

void AddRegistry(CLI::App* command, RegistryOptions* registry) {
  registry->path = DefaultRegistryPath();
  command
      ->add_option("--registry", registry->path,
                   "The registry: a file, or cassandra://HOST[:PORT]/KEYSPACE (also: environment\nSCOREWAY_REGISTRY)")
      ->type_name("FILE|URL")
      ->capture_default_str();
}

void AddServer(CLI::App* command, ServerOptions* server) {
  CLI::Option* const url =
      command
          ->add_option("--server", server->url,
                       "Speak to this server rather than to a registry, as http://host:8080, with the "
                       "API key of\nthe environment SCOREWAY_API_KEY or of --api-key-file")
          ->type_name("URL")
          ->excludes("--registry");
  command->add_option("--api-key-file", server->key_file, "A file whose first line is the API key")
      ->type_name("FILE")
      ->check(CLI::ExistingFile)
      ->needs(url);
}

void AddEngines(CLI::App* command, EngineOptions* engines) {
  const char* venv = std::getenv("SCOREWAY_PYTHON_WORKER");
  if (venv != nullptr) engines->python_venv = venv;
  command
      ->add_option("--python-worker", engines->python_venv,
                   "Run pickles of unknown classes in the Python of this virtual environment, shut in: this runs code "
                   "of\nwhoever wrote the pickle (also: environment SCOREWAY_PYTHON_WORKER)")
      ->type_name("VENV");
  command->add_option("--python-memory", engines->python_memory_bytes_max, "Most memory of such a process")
      ->transform(CLI::AsSizeValue(false))
      ->capture_default_str();
  command->add_option("--python-timeout", engines->python_timeout_seconds, "Seconds that it may take for a batch")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  command->add_option("--python-processes", engines->python_processes, "Processes for each such model")
      ->check(CLI::Range(1, 256))
      ->capture_default_str();
}

void AddReading(CLI::App* command, ReadingOptions* reading) {
  command
      ->add_option("--recommend", reading->recommend,
                   "Of a file with Spark's ALS: not a rating, but so many of the best items for a user")
      ->check(CLI::PositiveNumber)
      ->type_name("COUNT");
}

void AddParity(CLI::App* c, std::string* input, std::string* expected, double* tolerance, bool* is_required) {
  auto* rows = c->add_option("--parity-input", *input, "CSV rows to score now, to compare with --parity-expected")
                   ->type_name("FILE");
  auto* answers =
      c->add_option("--parity-expected", *expected, "CSV of the training library's own answers for these rows")
          ->type_name("FILE");
  rows->needs(answers);
  answers->needs(rows);
  c->add_option("--parity-tolerance", *tolerance, "Greatest relative difference that still counts as equal")
      ->capture_default_str();
  c->add_flag("--require-parity", *is_required, "Refuse the version if its answers differ");
}

namespace {

CLI::App* AddStoreCommand(CommandLine& line, CLI::App* group, StoreOptions::Action action, const char* name,
                          const char* help) {
  CLI::App* command = line.Subcommand(group, name, help, &line.store, action);
  command->footer(std::string("Keys of a Cassandra URL, after '?' and with '&' between them:\n") + kCassandraUrlHelp);
  AddRegistry(command, &line.store.back()->registry);
  return command;
}

}  // namespace

void AddStore(CommandLine& line) {
  using Action = StoreOptions::Action;
  CLI::App* group = line.app.add_subcommand("store", "Look after where the registry is kept: a file or Cassandra");
  group->require_subcommand(1);

  CLI::App* c = AddStoreCommand(line, group, Action::kInit, "init",
                                "Make the registry's file, or keyspace and tables in Cassandra; safe to repeat");
  c->add_flag("--print", line.store.back()->print, "Print the CQL instead, for cqlsh");
  c = AddStoreCommand(line, group, Action::kCheck, "check",
                      "Read every version and its bytes, say what is damaged, and write model_versions anew");
  c->add_flag("--quick", line.store.back()->quick, "Without reading the bytes of artifacts");
  c = AddStoreCommand(line, group, Action::kCollect, "collect",
                      "Remove what broken-off uploads and pushes left; safe while others are at work");
  c->add_option("--older-than", line.store.back()->age_hours, "Hours that no upload takes")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  c = AddStoreCommand(
      line, group, Action::kCopy, "copy",
      "Copy the registry to another place, a file or Cassandra: models with all their versions, profiles and runs, and "
      "keys, traffic "
      "policies, trainers and feature views without their rows; run again, it goes on where it broke off");
  c->add_option("--to", line.store.back()->to.path, "The registry to copy to")->type_name("FILE|URL")->required();
  c = AddStoreCommand(line, group, Action::kTakeIn, "take-in",
                      "Make versions of the models that others have written into Cassandra's intake tables");
  AddEngines(c, &line.store.back()->engines);
  AddStoreCommand(line, group, Action::kMigrate, "migrate", "Bring what an older scoreway made forward");
}

namespace {

CLI::App* AddRunCommand(CommandLine& line, CLI::App* group, RunOptions::Action action, const char* name,
                        const char* help) {
  CLI::App* command = line.Subcommand(group, name, help, &line.run, action);
  RunOptions* options = line.run.back().get();
  command->add_option("name", options->name, "Name of the model")->required();
  AddRegistry(command, &options->registry);
  AddJson(command, &options->json);
  return command;
}

void AddMetricAndGoal(CLI::App* c, RunOptions* o) {
  c->add_option("--metric", o->metric, "The metric that tells which is best");
  c->add_option("--goal", o->goal, "max or min; may be left out for metrics such as auc, accuracy, loss and rmse")
      ->check(CLI::IsMember({"max", "min"}));
}

void AddRetention(CLI::App* c, RetentionOptions* o) {
  c->add_option("--keep-last", o->keep_last, "Keep the bytes of the last so many checkpoints")->type_name("COUNT");
  auto* best = c->add_option("--keep-best", o->keep_best, "Keep the bytes of the best so many, by --keep-metric")
                   ->type_name("COUNT");
  c->add_option("--keep-every", o->keep_every, "Keep the bytes of steps that are a multiple of this")
      ->type_name("STEPS");
  auto* metric = c->add_option("--keep-metric", o->metric, "The metric of --keep-best");
  c->add_option("--keep-goal", o->goal, "max or min")->check(CLI::IsMember({"max", "min"}))->needs(metric);
  best->needs(metric);
}

}  // namespace

void AddRun(CommandLine& line) {
  using Action = RunOptions::Action;
  CLI::App* group = line.app.add_subcommand("run", "Keep the iterations of trainings: start, log, compare, promote");
  group->require_subcommand(1);
  const auto add = [&](Action action, const char* name, const char* help) {
    return AddRunCommand(line, group, action, name, help);
  };
  const auto last = [&] { return line.run.back().get(); };
  constexpr const char* kRunHelp = "Number of the run, or latest";
  constexpr const char* kStepHelp = "A step, latest, or best by --metric";

  CLI::App* c = add(Action::kStart, "start", "Start a run of a model; prints its number");
  RunOptions* o = last();
  AddPairs(c, "--parameter", &o->parameters, "A training parameter; may be given several times");
  AddPairs(c, "--tag", &o->tags, "A tag; may be given several times");
  c->add_option("--source", o->source, "What trains: a script, a commit, a job");
  c->add_option("--from", o->from, "The checkpoint it goes on from")->type_name("RUN/STEP");
  c->add_option("--idempotency-key", o->idempotency_key, "Starting again with the same key gives the same run");
  AddRetention(c, &o->retention);

  c = add(Action::kLog, "log", "Log a checkpoint: metrics, and the model's file if there is one");
  o = last();
  c->add_option("run", o->run, kRunHelp)->required();
  c->add_option("step", o->step, "The step, a number from 0")->required();
  c->add_option("file", o->file, "The model as it is now: any file, or the folder of a Spark model; '-' reads input");
  AddPairs(c, "--metric", &o->metrics, "A metric such as auc=0.93; may be given several times");
  c->add_option("--reference", o->reference, "Where the bytes are, if not here");
  c->add_flag("--replace", o->replace, "Overwrite what the step has already");

  add(Action::kList, "list", "List the runs of a model, the newest first");

  c = add(Action::kShow, "show", "Show a run and its last checkpoints");
  o = last();
  c->add_option("run", o->run, kRunHelp)->required();
  c->add_option("-n,--count", o->count, "How many checkpoints")->capture_default_str();

  c = add(Action::kCompare, "compare", "Compare runs by their best checkpoints");
  o = last();
  c->add_option("runs", o->runs, "Numbers of runs; the newest ten if none is given");
  AddMetricAndGoal(c, o);
  c->get_option("--metric")->required();

  c = add(Action::kBest, "best", "List the best checkpoints of a run");
  o = last();
  o->count = 1;
  c->add_option("run", o->run, kRunHelp)->required();
  AddMetricAndGoal(c, o);
  c->get_option("--metric")->required();
  c->add_option("-n,--count", o->count, "How many checkpoints")->capture_default_str();
  c->add_flag("--with-bytes", o->with_bytes, "Only those whose bytes are here");

  c = add(Action::kPull, "pull", "Give back the bytes of a checkpoint, to go on from");
  o = last();
  o->step = "latest";
  c->add_option("run", o->run, kRunHelp)->required();
  c->add_option("step", o->step, kStepHelp)->capture_default_str();
  c->add_option("-o,--output", o->output, "The file to write, '-' for standard output; by default NAME-RUN-STEP")
      ->type_name("FILE");
  AddMetricAndGoal(c, o);

  c = add(Action::kPromote, "promote", "Make a checkpoint the next version of its model");
  o = last();
  c->add_option("run", o->run, kRunHelp)->required();
  c->add_option("step", o->step, kStepHelp)->required();
  AddMetricAndGoal(c, o);
  c->add_option("--alias", o->aliases, "Point this alias at the new version; may be given several times")
      ->expected(1)
      ->take_all();
  c->add_option("--description", o->description, "What this version is, in a sentence");
  c->add_option("--why", o->why, "The reason, kept with the moves of aliases");
  AddPairs(c, "--tag", &o->tags, "A tag to search by; may be given several times");
  AddParity(c, &o->parity_input, &o->parity_expected, &o->parity_tolerance, &o->require_parity);
  AddEngines(c, &o->engines);

  c = add(Action::kFinish, "finish", "End a run: it takes no more checkpoints");
  o = last();
  c->add_option("run", o->run, kRunHelp)->required();
  c->add_flag("--failed", o->failed, "It failed");
  c->add_option("--message", o->message, "Why it failed");

  c = add(Action::kPrune, "prune", "Let go of the bytes that no rule keeps; metrics stay");
  o = last();
  c->add_option("run", o->run, "Number of the run, or latest; without it all runs of the model");
  AddRetention(c, &o->retention);
}

namespace {

// "name:type", the type float64 if none is said.
Field ReadFieldText(const std::string& flag, const std::string& text, Type otherwise) {
  const size_t colon = text.rfind(':');
  if (colon == std::string::npos) return {text, otherwise};
  const auto type = TypeFromName(text.substr(colon + 1));
  if (!type) {
    throw CLI::ValidationError(
        flag, "'" + text.substr(colon + 1) + "' is no type; types are float64, float32, int64, bool, string and list");
  }
  return {text.substr(0, colon), *type};
}

void AddFields(CLI::App* c, const std::string& flag, std::vector<Field>* fields, Type otherwise,
               const std::string& help) {
  c->add_option_function<std::vector<std::string>>(
       flag,
       [flag, fields, otherwise](const std::vector<std::string>& texts) {
         for (const std::string& text : texts) fields->push_back(ReadFieldText(flag, text, otherwise));
       },
       help)
      ->type_name("NAME[:TYPE]")
      ->expected(1)
      ->take_all();
}

void AddRowInput(CLI::App* c, FeaturesOptions* o, const char* names, const char* help) {
  c->add_option(names, o->input, help)->type_name("FILE")->capture_default_str();
  c->add_option("--format", o->format, "Form of the rows: csv, jsonl, or auto by the file's ending (csv otherwise)")
      ->transform(CLI::CheckedTransformer(kRowFormats, CLI::ignore_case).description(""))
      ->type_name("FORMAT")
      ->default_str("auto");
  c->add_option("--delimiter", o->delimiter, "Between the cells of CSV")->capture_default_str();
}

}  // namespace

void AddFeatures(CommandLine& line) {
  using Action = FeaturesOptions::Action;
  CLI::App* group =
      line.app.add_subcommand("features", "Feature views: what is known of each key, for predictions that lack it");
  group->require_subcommand(1);
  const auto add = [&](Action action, const char* name, const char* help) {
    CLI::App* command = line.Subcommand(group, name, help, &line.features, action);
    AddRegistry(command, &line.features.back()->registry);
    return command;
  };
  const auto last = [&] { return line.features.back().get(); };
  constexpr const char* kViewHelp = "Name of the view";

  CLI::App* c = add(Action::kDefine, "define", "Make a view, or add columns to one");
  FeaturesOptions* o = last();
  c->add_option("view", o->view, kViewHelp)->required();
  AddFields(c, "--key", &o->keys, Type::kString, "A column of the key, int64 or string; may be given several times");
  AddFields(c, "--column", &o->columns, Type::kFloat64, "A feature; may be given several times");
  c->add_option_function<std::string>(
       "--event-time",
       [o](const std::string& text) { o->event_time = ReadFieldText("--event-time", text, Type::kString); },
       "The column of written rows that says when they were true: text, or seconds as int64 or float64")
      ->type_name("NAME[:TYPE]")
      ->default_str("event_time:string");
  c->add_option("--ttl", o->ttl, "Features older than this count as missing, such as 30d, 12h or 90s; 0: never")
      ->type_name("DURATION")
      ->capture_default_str();
  c->add_option("--description", o->description, "What the view holds, in a sentence");
  AddJson(c, &o->json);

  c = add(Action::kList, "list", "List the views and the models that use them");
  AddJson(c, &last()->json);

  c = add(Action::kShow, "show", "Show a view");
  o = last();
  c->add_option("view", o->view, kViewHelp)->required();
  AddJson(c, &o->json);

  c = add(Action::kWrite, "write", "Store rows of a view: keys, features and, if known, their event time");
  o = last();
  c->add_option("view", o->view, kViewHelp)->required();
  AddRowInput(c, o, "input,-i,--input", "CSV or JSON lines, '-' for standard input");
  c->add_flag("-q,--quiet", o->quiet, "No progress");

  c = add(Action::kRead, "read", "Print what a view holds of some keys");
  o = last();
  c->add_option("view", o->view, kViewHelp)->required();
  c->add_option("key", o->key, "The key, its parts one after another; without it, keys are read from --input");
  AddRowInput(c, o, "-i,--input", "CSV or JSON lines of keys, '-' for standard input");
  c->add_option("--columns", o->wanted, "The columns to print, with commas between")->delimiter(',');

  c = add(Action::kRemove, "remove", "Remove the rows of some keys");
  o = last();
  c->add_option("view", o->view, kViewHelp)->required();
  c->add_option("key", o->key, "The key, its parts one after another")->required();

  c = add(Action::kDelete, "delete", "Delete a view and all its rows");
  c->add_option("view", last()->view, kViewHelp)->required();

  c = add(Action::kUse, "use", "Say which views complete the rows of a model; none ends it");
  o = last();
  c->add_option("model", o->model, "Name of the model")->required();
  c->add_option("views", o->views, "Names of views; of several with the same column the first gives it");
}

void AddKeys(CommandLine& line) {
  using Action = KeysOptions::Action;
  CLI::App* group = line.app.add_subcommand("keys", "Keys for those who call a server that asks for them");
  group->require_subcommand(1);
  const auto add = [&](Action action, const char* name, const char* help) {
    CLI::App* command = line.Subcommand(group, name, help, &line.keys, action);
    AddRegistry(command, &line.keys.back()->registry);
    return command;
  };
  CLI::App* c = add(Action::kCreate, "create", "Make a key and print it, once: the registry has only its digest");
  KeysOptions* o = line.keys.back().get();
  c->add_option("name", o->name, "Whom or what it is for; stands with what is changed by it")->required();
  c->add_option("--role", o->role, "predict: score and read; push: also change; admin: also delete, and make keys")
      ->check(CLI::IsMember({"predict", "push", "admin"}))
      ->capture_default_str();
  c->add_option("--expires", o->expire_days, "Days until it is no longer taken; 0: never")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  AddJson(c, &o->json);
  c = add(Action::kList, "list", "List the keys");
  AddJson(c, &line.keys.back()->json);
  c = add(Action::kRevoke, "revoke", "Take a key back; servers know within a fraction of a second");
  c->add_option("id", line.keys.back()->id, "The key's id, as list shows it")->required();
}

void AddJobs(CommandLine& line) {
  using Action = JobsOptions::Action;
  CLI::App* group = line.app.add_subcommand("jobs", "What was submitted to be scored later");
  group->require_subcommand(1);
  const auto add = [&](Action action, const char* name, const char* help) {
    CLI::App* command = line.Subcommand(group, name, help, &line.jobs, action);
    AddRegistry(command, &line.jobs.back()->registry);
    AddServer(command, &line.jobs.back()->server);
    AddJson(command, &line.jobs.back()->json);
    return command;
  };
  const auto add_for_ids = [&](Action action, const char* name, const char* help) {
    add(action, name, help)->add_option("id", line.jobs.back()->ids, "The jobs' ids")->required();
  };
  CLI::App* c = add(Action::kList, "list", "List jobs, the newest first");
  JobsOptions* o = line.jobs.back().get();
  c->add_option("--model", o->model, "Those of this model");
  c->add_option("--state", o->state, "Those in this state")
      ->check(CLI::IsMember({"queued", "running", "succeeded", "failed", "cancelled", "dead"}));
  c->add_option("--count", o->count, "At most so many")->check(CLI::PositiveNumber)->capture_default_str();
  add_for_ids(Action::kShow, "show", "Show state and progress");
  c = add(Action::kResult, "result", "Write the answers; of a job that runs, as they come");
  o = line.jobs.back().get();
  c->add_option("id", o->ids, "The job's id")->required()->expected(1);
  c->add_option("-o,--output", o->output, "A file, which appears whole or not at all, or '-'")
      ->type_name("FILE")
      ->capture_default_str();
  c->add_option("--format", o->format, "csv, jsonl or arrow; by default what the file's name says, else jsonl")
      ->check(CLI::IsMember({"csv", "jsonl", "arrow"}));
  add_for_ids(Action::kCancel, "cancel", "Cancel jobs that wait or run");
  add_for_ids(Action::kRetry, "retry", "Queue jobs anew that failed, were cancelled or are dead");
}

}  // namespace scoreway
