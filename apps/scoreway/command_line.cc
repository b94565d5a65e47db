#include "command_line.h"

#include <algorithm>
#include <memory>

#include "command_line_parts.h"
#include "databases/postgres/postgres_options.h"
#include "serve_config.h"
#include "store/cassandra/cassandra_options.h"

namespace scoreway {
namespace {

void AddPush(CommandLine& line) {
  PushOptions& o = line.push;
  CLI::App* c = line.Command("push", "Store a model file as the next version of a name", &o);
  c->add_option("name", o.name, "Name of the model: letters, digits, '_', '-', '.'")->required();
  c->add_option("file", o.file,
                "What the training library saved: a file, or the folder of a Spark model; '-' reads standard input")
      ->required();
  c->add_option("--alias", o.aliases, "Point this alias at the new version; may be given several times")
      ->expected(1)
      ->take_all();
  c->add_option("--description", o.description, "What this version is, in a sentence");
  AddPairs(c, "--tag", &o.tags, "A tag to search by; may be given several times");
  AddPairs(c, "--metric", &o.metrics, "A metric such as auc=0.93; may be given several times");
  AddPairs(c, "--parameter", &o.parameters, "A training parameter; may be given several times");
  c->add_option("--training-data", o.training_data, "Where the training data is, for people");
  c->add_option("--parent", o.parent_version, "The version this one was made from")->type_name("VERSION");
  c->add_option("--idempotency-key", o.idempotency_key, "Pushing again with the same key gives the same version");
  AddParity(c, &o.parity_input, &o.parity_expected, &o.parity_tolerance, &o.require_parity);
  c->add_option("--sample", o.sample,
                "Rows that it was trained on, for its reference profile: a CSV, JSON lines, Parquet or Arrow file;\n"
                "'scoreway drift' compares with them what comes in later")
      ->type_name("FILE");
  AddReading(c, &o.reading);
  AddEngines(c, &o.engines);
  AddRegistry(c, &o.registry);
  AddJson(c, &o.json);
}

void AddModels(CommandLine& line) {
  ModelsOptions& o = line.models;
  CLI::App* c = line.Command("models", "List the models of the registry, or the versions of one", &o);
  c->add_option("name", o.name, "List the versions of this model");
  c->add_option("--search", o.search,
                "List the versions for which this holds: metrics.auc > 0.9 and tags.team = 'risk'")
      ->type_name("EXPRESSION");
  c->add_flag("--names", o.names_only, "Print names alone, one a line");
  AddRegistry(c, &o.registry);
  AddJson(c, &o.json);
}

void AddInspect(CommandLine& line) {
  InspectOptions& o = line.inspect;
  CLI::App* c = line.Command("inspect", "Show what a model takes and gives, its operators, producer and size", &o);
  c->add_option("model", o.model, kModelHelp)->required();
  AddReading(c, &o.reading);
  AddEngines(c, &o.engines);
  AddRegistry(c, &o.registry);
  AddJson(c, &o.json);
}

void AddPredict(CommandLine& line) {
  PredictOptions& o = line.predict;
  CLI::App* c = line.Command("predict", "Score rows of CSV or JSON lines", &o);
  c->add_option("model", o.model, kModelHelp)->required();
  c->add_option("-i,--input", o.input, "Rows: a file, or '-' for standard input; an empty CSV cell is a missing value")
      ->type_name("FILE")
      ->capture_default_str();
  c->add_option("-o,--output", o.output,
                "Answers: a file, which appears whole or not at all, or '-' for standard output")
      ->type_name("FILE")
      ->capture_default_str();
  c->add_option("--input-format", o.input_format, "csv or jsonl; by default what the file's name says, else csv")
      ->transform(CLI::CheckedTransformer(kRowFormats, CLI::ignore_case).description(""))
      ->type_name("FORMAT");
  c->add_option("--output-format", o.output_format,
                "csv or jsonl; by default what the file's name says, else as the input")
      ->transform(CLI::CheckedTransformer(kRowFormats, CLI::ignore_case).description(""))
      ->type_name("FORMAT");
  c->add_option("--delimiter", o.delimiter, "Between the cells of CSV input")->capture_default_str();
  c->add_option("--outputs", o.outputs, "Only these outputs, in this order: predict,proba_yes")->delimiter(',');
  c->add_flag("-q,--quiet", o.quiet, "No progress and no remarks on standard error");
  AddReading(c, &o.reading);
  AddEngines(c, &o.engines);
  AddRegistry(c, &o.registry);
}

void AddBatch(CommandLine& line) {
  BatchOptions& o = line.batch;
  CLI::App* c = line.Command(
      "batch", "Score rows of a file or a database into a file or a database, on all cores; a run cut off can go on",
      &o);
  c->add_option("model", o.model, kModelHelp)->required();
  c->add_option("input", o.input,
                "Rows: a CSV, JSON lines, Parquet or Arrow file, or a table:\n"
                "cassandra://HOST[:PORT]/KEYSPACE.TABLE[?...]\n"
                "postgresql://[HOST[:PORT]]/DATABASE?table=[SCHEMA.]TABLE[&...]")
      ->required()
      ->type_name("FILE|URL");
  c->add_option(
       "-o,--output", o.output,
       "Answers, a row for each that could be scored. A file, or a table named as above, made if need be and\n"
       "with the input's key, which --keep has to name. A file and a table of PostgreSQL appear whole or not at\n"
       "all. Until then a file's parts are in FILE.partial, and what is done stands in FILE.progress (of tables\n"
       "in scoreway_batch_progress beside them): the same command goes on there")
      ->required()
      ->type_name("FILE|URL");
  c->add_option("--input-format", o.input_format, "csv, jsonl, parquet or arrow; by default what the file's name says")
      ->transform(CLI::CheckedTransformer(kTableFormats, CLI::ignore_case).description(""))
      ->type_name("FORMAT");
  c->add_option("--output-format", o.output_format, "The same for the answers")
      ->transform(CLI::CheckedTransformer(kTableFormats, CLI::ignore_case).description(""))
      ->type_name("FORMAT");
  c->add_option("--delimiter", o.delimiter, "Between the cells of CSV input")->capture_default_str();
  c->add_option("--outputs", o.outputs, "Only these outputs, in this order: predict,proba_yes")->delimiter(',');
  c->add_option("--keep", o.keep, "Columns of the input to write before the answers: id,date")->delimiter(',');
  c->add_option(
       "--errors", o.errors,
       "A CSV file for the rows that cannot be scored: number, line and reason. Without it the first one ends\n"
       "the run")
      ->type_name("FILE");
  c->add_option("--threads", o.threads, "Threads that score; 0: one a core")->capture_default_str();
  c->add_flag("--restart", o.restart, "Begin anew, whatever an earlier run has done");
  c->add_flag("-q,--quiet", o.quiet, "No progress and no remarks on standard error");
  AddReading(c, &o.reading);
  AddEngines(c, &o.engines);
  AddRegistry(c, &o.registry);
  c->footer(c->get_footer() + "\n\nKeys of a Cassandra URL, after '?' and with '&' between them:\n" +
            kCassandraUrlHelp + "\n\nof a PostgreSQL URL:\n" + kPostgresUrlHelp);
  AddJson(c, &o.json);
}

void AddAlias(CommandLine& line) {
  AliasOptions& o = line.alias;
  CLI::App* c = line.Command("alias", "Point an alias at a version, or show where aliases point", &o);
  c->add_option("name", o.name, "Name of the model")->required();
  c->add_option("alias", o.alias, "The alias, such as champion; without it all aliases are shown");
  auto* version = c->add_option("version", o.version, "The version it shall point at; without it the alias is shown");
  c->add_option("--expected", o.expected, "Move it only if it points at this version now; 0: only if it does not exist")
      ->type_name("VERSION")
      ->needs(version);
  c->add_option("--why", o.why, "The reason, kept in the history");
  c->add_flag("--delete", o.remove, "Remove the alias")->excludes(version);
  c->add_flag("--history", o.history, "Show its moves: when, who, from, to, why")->excludes(version);
  AddRegistry(c, &o.registry);
  AddJson(c, &o.json);
}

void AddRollback(CommandLine& line) {
  RollbackOptions& o = line.rollback;
  CLI::App* c = line.Command("rollback", "Put an alias back to the version it pointed at before", &o);
  c->add_option("name", o.name, "Name of the model")->required();
  c->add_option("alias", o.alias, "The alias")->capture_default_str();
  c->add_option("--why", o.why, "The reason, kept in the history");
  AddRegistry(c, &o.registry);
  AddJson(c, &o.json);
}

void AddPull(CommandLine& line) {
  PullOptions& o = line.pull;
  CLI::App* c = line.Command("pull", "Give back the file that was pushed, byte for byte", &o);
  c->add_option("model", o.model, "NAME, NAME@ALIAS or NAME/VERSION")->required();
  c->add_option("-o,--output", o.output, "The file to write, '-' for standard output; by default NAME-VERSION")
      ->type_name("FILE");
  AddRegistry(c, &o.registry);
}

void AddRm(CommandLine& line) {
  RmOptions& o = line.rm;
  CLI::App* c = line.Command("rm", "Delete a version, or a model with all its versions", &o);
  c->add_option("model", o.model, "NAME/VERSION, or NAME with --all")->required();
  c->add_flag("--all", o.all, "Delete the model with all its versions and aliases");
  c->add_flag("--force", o.force, "Delete a version although an alias points at it; the alias goes too");
  AddRegistry(c, &o.registry);
}

void AddServeJobs(CLI::App* c, ServeCommandOptions& o) {
  c->add_option("--role", o.roles,
                "What this process does: gateway takes requests, worker runs jobs, streamer runs streams,\n"
                "scheduler fires and scores stored batches, looks at challenges and watched models; all does all")
      ->delimiter(',')
      ->check(CLI::IsMember({"all", "gateway", "worker", "streamer", "scheduler"}))
      ->default_str("all");
  c->add_option("--challenge-interval", o.challenge_interval,
                "Between two looks of a scheduler at challenges and trainers")
      ->type_name("TIME")
      ->capture_default_str();
  c->add_option(
       "--job-queue", o.job_queue,
       "Hand jobs out by a Kafka topic, kafka://HOST:PORT[,HOST:PORT]/TOPIC, the same for gateways and workers;\n"
       "the jobs themselves stay in the registry. By default the registry hands them out")
      ->type_name("URL");
  c->add_option("--job-threads", o.job_threads, "Jobs that a worker runs at once")
      ->check(CLI::Range(1, 1024))
      ->capture_default_str();
  c->add_option("--job-keep", o.job_keep_days, "Days that jobs and their answers are kept")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  c->add_option("--job-queue-max", o.job_queue_max, "Jobs that may wait; beyond, submitting is answered with 503")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  c->add_option("--job-input-max", o.job_input_bytes_max, "Largest CSV or JSON lines of a job")
      ->transform(CLI::AsSizeValue(false))
      ->capture_default_str();
  c->add_option("--job-lease", o.job_lease_seconds, "Seconds after which the jobs of a lost worker go to another")
      ->check(CLI::Range(1, 3600))
      ->capture_default_str();
  c->add_option("--job-tries", o.job_tries_max, "How often a job is tried before it is dead")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  c->add_option("--webhook-allow", o.webhook_prefixes,
                "Call webhooks whose URL begins so, as https://example.org/; may be given several times")
      ->type_name("URL")
      ->expected(1)
      ->take_all();
  c->add_option("--webhook-secret", o.webhook_secret_file,
                "File with the secret that signs webhooks (also: environment SCOREWAY_WEBHOOK_SECRET)")
      ->type_name("FILE");
  c->add_flag(
      "--run-trainers", o.run_trainers,
      "Run the commands of trainers when their triggers say so, with the rights of this process (role scheduler)");
  c->add_option("--smtp", o.smtp_url,
                "The mail server for alerts: smtp://HOST:587 (STARTTLS) or smtps://HOST:465 (TLS at once)")
      ->type_name("URL");
  c->add_option("--smtp-from", o.smtp_from, "The address that mail comes from")->type_name("ADDRESS");
  c->add_option("--smtp-user", o.smtp_user, "The name to log in with there; by default without");
  c->add_option("--smtp-password", o.smtp_password_file,
                "File with the password (also: environment SCOREWAY_SMTP_PASSWORD)")
      ->type_name("FILE");
  c->add_flag("--smtp-plaintext", o.smtp_plaintext, "Speak with it unencrypted, as with a relay on this machine");
  c->add_option("--mail-allow", o.mail_allowed,
                "Write to addresses of this domain, or to this address; may be given several times")
      ->type_name("DOMAIN")
      ->expected(1)
      ->take_all();
}

void AddServeStreams(CLI::App* c, ServeCommandOptions& o) {
  AddKafkaConfig(c, &o.kafka_config);
  c->add_option("--schema-registry", o.schema_registry,
                "Where the schemas of Avro's messages are: Confluent's Schema Registry or one of its protocol")
      ->type_name("URL");
  c->add_option("--schema-registry-user", o.schema_registry_user, "The name to log in with there; by default without");
  c->add_option("--schema-registry-password", o.schema_registry_password_file,
                "File with the password (also: environment SCOREWAY_SCHEMA_REGISTRY_PASSWORD)")
      ->type_name("FILE");
  c->add_option(
       "--instance", o.instance,
       "Name of this process among those that run streams or score batches, the same after a restart; by default "
       "HOST-PORT")
      ->type_name("NAME");
}

void AddServe(CommandLine& line) {
  ServeCommandOptions& o = line.serve;
  CLI::App* c = line.Command("serve", "Answer requests over HTTP and gRPC until told to stop (SIGTERM or Ctrl-C)", &o);
  c->add_option("--host", o.host, "Address to listen on; 0.0.0.0 for all")->capture_default_str();
  c->add_option("-p,--port", o.port, "Port to listen on; 0 picks a free one")->capture_default_str();
  c->add_option("--grpc-port", o.grpc_port,
                "Answer the Open Inference Protocol over gRPC on this port too; 0 picks a free one");
  c->add_option("--threads", o.threads, "Threads that answer requests; 0: one a core")->capture_default_str();
  c->add_option("--model", o.preload, "Load this model before the first request; may be given several times")
      ->expected(1)
      ->take_all();
  c->add_option("--default-model", o.default_model, "Model that answers POST /invocations, as MLflow's server does")
      ->type_name("NAME[@ALIAS]");
  c->add_option("--body-max", o.body_bytes_max, "Largest request body, in bytes; 64MB and the like are understood")
      ->transform(CLI::AsSizeValue(false))
      ->capture_default_str();
  c->add_option("--upload-max", o.upload_bytes_max, "Largest model or checkpoint that may be pushed")
      ->transform(CLI::AsSizeValue(false))
      ->capture_default_str();
  c->add_option("--connections", o.connections_max, "Connections at a time over HTTP; further ones are answered 503")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  c->add_option("--model-memory", o.model_bytes_max,
                "Memory for models together: those unused longest leave, and come back when asked for; 0: no limit")
      ->transform(CLI::AsSizeValue(false))
      ->capture_default_str();
  c->add_option(
       "--model-queue", o.model_waiting_max,
       "Requests of one model that may wait for a turn (128); further ones are answered 429; may be repeated for "
       "models that have a limit of their own")
      ->type_name("[MODEL=]COUNT")
      ->expected(1)
      ->take_all();
  c->add_option(
       "--model-concurrency", o.model_running_max,
       "Costly requests of one model that are worked on at a time; 0: one a core, the default; may be repeated "
       "for models that have a limit of their own")
      ->type_name("[MODEL=]COUNT")
      ->expected(1)
      ->take_all();
  c->add_option("--gather", o.gather,
                "Score requests that wait for such a model of another engine (ONNX Runtime, Python) in one call of at "
                "most so many "
                "rows: only where the rows of a call do not depend on one another; may be repeated")
      ->type_name("MODEL[/VERSION]=ROWS")
      ->expected(1)
      ->take_all();
  c->add_option("--drain", o.drain_seconds, "Seconds that running requests may take to finish once told to stop")
      ->capture_default_str();
  c->add_option("--take-in", o.take_in_seconds,
                "Every so many seconds make versions of the models in Cassandra's intake tables; 0: never")
      ->capture_default_str();
  c->add_option("--feature-timeout", o.feature_timeout_ms,
                "Milliseconds that looking up features may take; then the model's own rule for missing values holds")
      ->capture_default_str();
  c->add_option("--feature-cache", o.feature_cache_ms, "Milliseconds that features read may be used again; 0: not")
      ->capture_default_str();
  c->add_option("--feature-cache-max", o.feature_cache_bytes_max, "Largest such cache")
      ->transform(CLI::AsSizeValue(false))
      ->capture_default_str();
  auto* certificate =
      c->add_option("--tls-cert", o.tls_certificate, "Speak TLS, with this certificate and its chain (PEM)")
          ->type_name("FILE");
  auto* key = c->add_option("--tls-key", o.tls_key, "The certificate's private key (PEM)")->type_name("FILE");
  certificate->needs(key);
  key->needs(certificate);
  c->add_option("--tls-client-ca", o.tls_client_authority, "Ask clients for a certificate of these authorities (PEM)")
      ->type_name("FILE")
      ->needs(certificate);
  c->add_flag("--require-key", o.require_key,
              "Answer only requests with a key of 'scoreway keys' (also: environment SCOREWAY_REQUIRE_KEY=1)")
      ->envname("SCOREWAY_REQUIRE_KEY");
  c->add_option("--address-file", o.address_file, "Write host:port there once listening; that of gRPC on a second line")
      ->type_name("FILE");
  AddServeJobs(c, o);
  AddServeBatches(c, &o);
  AddServeStreams(c, o);
  c->add_flag("--access-log", o.access_log, "Log a line for every request");
  AddLogPredictions(c, &o);
  c->add_option(
       "--otlp-endpoint", o.otlp_endpoint,
       "Send spans of requests to this collector, as OTLP over HTTP with JSON: those whose traceparent asks for it")
      ->type_name("http://HOST:4318");
  c->add_option("--trace-sample", o.trace_sample, "Begin a trace of our own for this part of the requests without one")
      ->check(CLI::Range(0.0, 1.0))
      ->capture_default_str();
  c->add_option(
       "--config", o.config,
       "A file of settings, a line each: some-flag = value, TOML or INI. The environment (SCOREWAY_SOME_FLAG) comes "
       "before\nit, the command line before both (also: environment SCOREWAY_CONFIG)")
      ->type_name("FILE");
  c->add_flag("--print-config", o.print_config,
              "Print all settings as they would be, in the form of such a file, and end");
  AddEngines(c, &o.engines);
  AddRegistry(c, &o.registry);
}

void AddSubmit(CommandLine& line) {
  SubmitOptions& o = line.submit;
  CLI::App* c = line.Command("submit", "Submit rows to be scored later by a server's workers; prints the job's id", &o);
  c->add_option("model", o.model, "NAME, NAME@ALIAS or NAME/VERSION")->required();
  c->add_option("-i,--input", o.input, "Rows: a file, or '-' for standard input")
      ->type_name("FILE")
      ->capture_default_str();
  c->add_option("--input-format", o.format, "csv, jsonl, json or arrow; by default what the file's name says, else csv")
      ->check(CLI::IsMember({"csv", "jsonl", "json", "arrow"}));
  c->add_option("--outputs", o.outputs, "Only these outputs, in this order")->delimiter(',');
  c->add_option("--priority", o.priority, "0 to 9; a higher one goes first")->capture_default_str();
  c->add_option("--deadline", o.deadline_seconds, "Seconds until it is given up; 0: never")->capture_default_str();
  c->add_option("--idempotency-key", o.idempotency_key, "Submitting again with the same key gives the same job");
  c->add_flag("--wait", o.wait, "Wait until it has ended");
  c->add_option("-o,--output", o.output, "Wait, and write the answers there; '-' for standard output")
      ->type_name("FILE");
  c->add_option("--output-format", o.output_format,
                "csv, jsonl or arrow; by default what the file's name says, else jsonl")
      ->check(CLI::IsMember({"csv", "jsonl", "arrow"}));
  c->add_flag("-q,--quiet", o.quiet, "No progress on standard error");
  AddRegistry(c, &o.registry);
  AddServer(c, &o.server);
  AddJson(c, &o.json);
}

constexpr const char* kConvertFooter =
    "The model is written, read back and compared with itself; it is kept only if both answer the same.\n"
    "Kept: every answer, under the same names; float64 wherever the other format computes in it.\n"
    "Lost: errors. A row that the model refuses (a missing cell without a rule, an unknown category, an\n"
    "infinite number) comes out of an ONNX graph as NaN or empty text, of PMML as missing. In ONNX a missing\n"
    "number is NaN, a missing text the empty one, and numbers that may be missing are floats.";

void AddConvert(CommandLine& line) {
  ConvertOptions& o = line.convert;
  CLI::App* c = line.Command("convert", "Write a model as ONNX, PMML or in Scoreway's own format", &o);
  c->add_option("model", o.model, kModelHelp)->required();
  c->add_option("output,-o,--output", o.output, "The file to write: .onnx, .pmml or .scoreway")
      ->type_name("FILE")
      ->required();
  c->add_option("--to", o.format, "The format, whatever the file is called")
      ->check(CLI::IsMember({"onnx", "pmml", "scoreway"}));
  c->add_option("--sample", o.sample, "CSV rows to compare over, in place of rows made up for the model")
      ->type_name("FILE");
  c->add_option("--rows", o.rows, "How many rows to make up")->default_str("1000");
  c->add_option("--tolerance", o.tolerance, "Greatest relative difference that still counts as equal")
      ->default_str("1e-9, or 1e-5 for models that compute in float32");
  c->add_flag("!--no-check", o.check, "Write it without reading it back and comparing");
  c->footer(kConvertFooter);
  AddReading(c, &o.reading);
  AddRegistry(c, &o.registry);
}

void AddCompletion(CommandLine& line) {
  CompletionOptions& o = line.completion;
  CLI::App* c = line.Command("completion", "Print a completion script for your shell", &o);
  c->add_option("shell", o.shell, "bash, zsh or fish: source <(scoreway completion bash)")
      ->required()
      ->check(CLI::IsMember({"bash", "zsh", "fish"}));
}

std::unique_ptr<CommandLine> MakeCommandLine() {
  auto line = std::make_unique<CommandLine>();
  line->app.set_version_flag("--version", "scoreway " SCOREWAY_VERSION);
  line->app.require_subcommand(1);
  line->app.failure_message(CLI::FailureMessage::simple);
  line->app.get_formatter()->column_width(34);
  line->app.footer(
      "Exit status: 0 done, 1 a fault of ours, 2 wrong usage or input, 3 unsupported model, 4 not found,\n"
      "5 exists already or lost a race, 6 busy, full or over a limit, 7 damaged or forbidden file.");
  AddPush(*line);
  AddModels(*line);
  AddInspect(*line);
  AddPredict(*line);
  AddBatch(*line);
  AddAlias(*line);
  AddRollback(*line);
  AddPull(*line);
  AddRm(*line);
  AddStore(*line);
  AddRun(*line);
  AddFeatures(*line);
  AddKeys(*line);
  AddSubmit(*line);
  AddJobs(*line);
  AddLearn(*line);
  AddTrainer(*line);
  AddRetrain(*line);
  AddBatches(*line);
  AddStream(*line);
  AddTraffic(*line);
  AddChallenge(*line);
  AddHistory(*line);
  AddLog(*line);
  AddLabels(*line);
  AddDrift(*line);
  AddPerformance(*line);
  AddWatch(*line);
  AddServe(*line);
  AddConvert(*line);
  AddCompletion(*line);
  return line;
}

// Those that stand first on the command line.
std::vector<const CLI::App*> TopCommands(const CommandLine& line) {
  return line.app.get_subcommands([](const CLI::App*) { return true; });
}

// With blanks between; empty for a command without.
std::string SubcommandNames(const CLI::App* command) {
  std::string names;
  for (const CLI::App* each : command->get_subcommands([](const CLI::App*) { return true; })) {
    names += (names.empty() ? "" : " ") + each->get_name();
  }
  return names;
}

// Long flags of a command, each with its help's first line; those of its subcommands too.
std::vector<std::pair<std::string, std::string>> Flags(const CLI::App* command) {
  std::vector<std::pair<std::string, std::string>> flags;
  for (const CLI::App* each : command->get_subcommands([](const CLI::App*) { return true; })) {
    for (auto& flag : Flags(each)) {
      const auto same = std::ranges::find(flags, flag.first, &std::pair<std::string, std::string>::first);
      if (same == flags.end()) flags.push_back(std::move(flag));
    }
  }
  for (const CLI::Option* option : command->get_options()) {
    for (const std::string& name : option->get_lnames()) {
      const std::string help = option->get_description();
      flags.emplace_back("--" + name, help.substr(0, help.find_first_of("\n;")));
    }
  }
  return flags;
}

std::string ShellQuoted(const std::string& text) {
  std::string quoted = "'";
  for (char c : text) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

std::string BashScript(const CommandLine& line) {
  std::string commands, cases;
  for (const CLI::App* command : TopCommands(line)) {
    commands += command->get_name() + " ";
    cases += "    " + command->get_name() + ") words=\"";
    for (const auto& [flag, help] : Flags(command)) cases += flag + " ";
    cases += "\"; subcommands=\"" + SubcommandNames(command) + "\" ;;\n";
  }
  return "_scoreway() {\n"
         "  local current=${COMP_WORDS[COMP_CWORD]} words subcommands\n"
         "  COMPREPLY=()\n"
         "  if [ \"$COMP_CWORD\" = 1 ]; then\n"
         "    COMPREPLY=($(compgen -W \"" +
         commands +
         "--help --version\" -- \"$current\"))\n"
         "    return\n"
         "  fi\n"
         "  case ${COMP_WORDS[1]} in\n" +
         cases +
         "  esac\n"
         "  if [[ $current == -* ]]; then\n"
         "    COMPREPLY=($(compgen -W \"$words\" -- \"$current\"))\n"
         "  elif [ \"$COMP_CWORD\" = 2 ] && [ -n \"$subcommands\" ]; then\n"
         "    COMPREPLY=($(compgen -W \"$subcommands\" -- \"$current\"))\n"
         "  else\n"
         "    COMPREPLY=($(compgen -f -- \"$current\") $(compgen -W \"$(scoreway models --names 2>/dev/null)\" -- "
         "\"$current\"))\n"
         "  fi\n"
         "}\n"
         "complete -o filenames -F _scoreway scoreway\n";
}

std::string ZshScript(const CommandLine& line) {
  std::string commands, cases;
  for (const CLI::App* command : TopCommands(line)) {
    commands += "    " + ShellQuoted(command->get_name() + ":" + command->get_description()) + "\n";
    cases += "    " + command->get_name() + ")\n      flags=(";
    for (const auto& [flag, help] : Flags(command)) cases += flag + " ";
    cases += ")\n      subcommands=(" + SubcommandNames(command) + ") ;;\n";
  }
  return "#compdef scoreway\n"
         "_scoreway() {\n"
         "  local -a commands flags subcommands\n"
         "  commands=(\n" +
         commands +
         "  )\n"
         "  if (( CURRENT == 2 )); then\n"
         "    _describe command commands\n"
         "    return\n"
         "  fi\n"
         "  case $words[2] in\n" +
         cases +
         "  esac\n"
         "  if [[ $words[CURRENT] == -* ]]; then\n"
         "    compadd -- $flags\n"
         "  elif (( CURRENT == 3 && $#subcommands )); then\n"
         "    compadd -- $subcommands\n"
         "  else\n"
         "    _files\n"
         "    compadd -- $(scoreway models --names 2>/dev/null)\n"
         "  fi\n"
         "}\n"
         "compdef _scoreway scoreway\n";
}

std::string FishScript(const CommandLine& line) {
  std::string script;
  for (const CLI::App* command : TopCommands(line)) {
    const std::string name = command->get_name();
    script += "complete -c scoreway -n __fish_use_subcommand -f -a " + name + " -d " +
              ShellQuoted(command->get_description()) + "\n";
    if (const std::string names = SubcommandNames(command); !names.empty()) {
      script += "complete -c scoreway -n '__fish_seen_subcommand_from " + name + "' -f -a '" + names + "'\n";
    }
    for (const auto& [flag, help] : Flags(command)) {
      script += "complete -c scoreway -n '__fish_seen_subcommand_from " + name + "' -l " + flag.substr(2) + " -d " +
                ShellQuoted(help) + "\n";
    }
  }
  script += "complete -c scoreway -n 'not __fish_use_subcommand' -a '(scoreway models --names 2>/dev/null)' -d model\n";
  return script;
}

}  // namespace

std::variant<CommandOptions, Done> ParseCommandLine(int argc, const char* const* argv) {
  const std::unique_ptr<CommandLine> line = MakeCommandLine();
  try {
    std::vector<std::string> arguments(argv + 1, argv + argc);
    if (!arguments.empty() && arguments.front() == "serve") {
      arguments.erase(arguments.begin());
      arguments = WithSettings(*line->app.get_subcommand("serve"), std::move(arguments));
      arguments.insert(arguments.begin(), "serve");
    }
    std::ranges::reverse(arguments);  // as the library takes them
    line->app.parse(std::move(arguments));
    line->serve.settings = SettingsText(*line->app.get_subcommand("serve"));
  } catch (const CLI::ParseError& error) {
    // Help and version end well; everything else is wrong usage, whatever number the library has for it.
    return Done{line->app.exit(error) == 0 ? 0 : 2};
  }
  for (const auto& [command, options] : line->commands) {
    if (command->parsed()) return options();
  }
  return Done{2};
}

std::string CompletionScript(const std::string& shell) {
  const std::unique_ptr<CommandLine> line = MakeCommandLine();
  if (shell == "zsh") return ZshScript(*line);
  if (shell == "fish") return FishScript(*line);
  return BashScript(*line);
}

}  // namespace scoreway
