// What the command line asked for: one struct a subcommand, filled by command_line.cc and read by the command's own
// file.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "data/schema.h"
#include "tables/table_format.h"

namespace scoreway {

struct RegistryOptions {
  std::string path;  // of the registry's SQLite file, or the URL of a Cassandra keyspace
};

// The engines besides the native one.
struct EngineOptions {
  std::string python_venv;  // empty: no Python engine
  uint64_t python_memory_bytes_max = uint64_t{4} << 30;
  double python_timeout_seconds = 30;
  unsigned python_processes = 1;
};

// How a file is read (ImportOptions::recommend); a version is read as it was when it was pushed.
struct ReadingOptions {
  uint32_t recommend = 0;  // 0: not asked for
};

struct PushOptions {
  RegistryOptions registry;
  EngineOptions engines;
  ReadingOptions reading;
  std::string name;
  std::string file;  // "-": standard input
  std::vector<std::string> aliases;
  std::string description;
  std::map<std::string, std::string> tags;
  std::map<std::string, double> metrics;
  std::map<std::string, std::string> parameters;
  std::string training_data;
  std::optional<uint64_t> parent_version;
  std::string idempotency_key;
  std::string parity_input, parity_expected;  // CSV files; both or none
  double parity_tolerance = 1e-9;             // relative
  bool require_parity = false;
  std::string sample;  // a file of training rows, for the reference profile; empty: none
  bool json = false;
};

struct ModelsOptions {
  RegistryOptions registry;
  std::string name;  // empty: all models
  std::string search;
  bool names_only = false;
  bool json = false;
};

struct InspectOptions {
  RegistryOptions registry;
  EngineOptions engines;
  ReadingOptions reading;
  std::string model;
  bool json = false;
};

enum class RowFormat { kAuto, kCsv, kJsonLines };

struct PredictOptions {
  RegistryOptions registry;
  EngineOptions engines;
  ReadingOptions reading;
  std::string model;
  std::string input = "-";
  std::string output = "-";
  RowFormat input_format = RowFormat::kAuto;
  RowFormat output_format = RowFormat::kAuto;
  char delimiter = ',';
  std::vector<std::string> outputs;
  bool quiet = false;
};

struct BatchOptions {
  RegistryOptions registry;
  EngineOptions engines;
  ReadingOptions reading;
  std::string model, input, output;
  std::optional<TableFormat> input_format, output_format;  // absent: as the file's name says
  char delimiter = ',';
  std::vector<std::string> outputs, keep;
  std::string errors;  // empty: the first bad row ends the run
  unsigned threads = 0;
  bool restart = false;
  bool quiet = false;
  bool json = false;
};

struct AliasOptions {
  RegistryOptions registry;
  std::string name, alias;
  std::optional<uint64_t> version;   // absent: print
  std::optional<uint64_t> expected;  // compare-and-set
  std::string why;
  bool remove = false;
  bool history = false;
  bool json = false;
};

struct RollbackOptions {
  RegistryOptions registry;
  std::string name;
  std::string alias = "champion";
  std::string why;
  bool json = false;
};

struct PullOptions {
  RegistryOptions registry;
  std::string model;
  std::string output;  // empty: named after the model; "-": standard output
};

struct RmOptions {
  RegistryOptions registry;
  std::string model;  // NAME or NAME/VERSION
  bool all = false;   // NAME alone needs it
  bool force = false;
};

struct StoreOptions {
  enum class Action { kInit, kCheck, kCollect, kMigrate, kCopy, kTakeIn };

  RegistryOptions registry;
  Action action = Action::kInit;
  bool print = false;     // init: the statements, without doing them
  bool quick = false;     // check: without reading the artifacts
  double age_hours = 24;  // collect
  RegistryOptions to;     // copy
  EngineOptions engines;  // take-in
};

// Which checkpoints keep their bytes.
struct RetentionOptions {
  int64_t keep_last = 0, keep_best = 0, keep_every = 0;  // 0: no such rule
  std::string metric, goal;                              // of keep_best
};

struct RunOptions {
  enum class Action { kStart, kLog, kList, kShow, kCompare, kBest, kPull, kPromote, kFinish, kPrune };

  RegistryOptions registry;
  Action action = Action::kList;
  std::string name;  // of the model
  std::string run;   // a number, or latest
  std::string step;  // a number, latest or best
  std::vector<std::string> runs;
  std::string metric, goal;
  bool json = false;
  // start
  std::map<std::string, std::string> parameters, tags;
  std::string source, from;  // "RUN/STEP"
  std::string idempotency_key;
  RetentionOptions retention;  // and prune
  // log
  std::map<std::string, double> metrics;
  std::string file;  // empty: metrics only
  std::string reference;
  bool replace = false;
  // show, best
  size_t count = 20;
  bool with_bytes = false;
  std::string output;  // pull
  // promote
  std::vector<std::string> aliases;
  std::string description, why;
  std::string parity_input, parity_expected;
  double parity_tolerance = 1e-9;
  bool require_parity = false;
  EngineOptions engines;
  // finish
  bool failed = false;
  std::string message;
};

struct FeaturesOptions {
  enum class Action { kDefine, kList, kShow, kWrite, kRead, kRemove, kDelete, kUse };

  RegistryOptions registry;
  Action action = Action::kList;
  std::string view;
  bool json = false;
  // define
  std::vector<Field> keys, columns;
  std::optional<Field> event_time;
  std::string ttl = "0";
  std::string description;
  // write, read
  std::string input = "-";
  RowFormat format = RowFormat::kAuto;
  char delimiter = ',';
  bool quiet = false;
  std::vector<std::string> key, wanted;  // read, and key of remove
  // use
  std::string model;
  std::vector<std::string> views;
};

// Where the prediction log and labels lie, and how long.
struct RecordPlaceOptions {
  std::string store;         // a file or URL; empty: beside the registry
  std::string keep = "30d";  // 0: for ever
};

struct LogOptions {
  RegistryOptions registry;
  RecordPlaceOptions place;
  std::string model;
  std::string from, to;  // times or ages; empty: from the first, to the last
  bool newest = false;   // first
  uint64_t version = 0;  // 0: all
  std::string alias, id, key;
  std::optional<bool> shadow;
  std::string labels = "none";  // none, joined, only
  std::optional<uint64_t> count;
  std::string output = "-";
  std::optional<TableFormat> format;  // otherwise by the ending of the output
  bool quiet = false;
};

struct LabelsOptions {
  enum class Action { kPush, kList };

  RegistryOptions registry;
  RecordPlaceOptions place;
  Action action = Action::kList;
  std::string model;
  // push
  std::string input = "-";
  RowFormat format = RowFormat::kAuto;
  bool quiet = false;
  // list
  std::string from, to;
  bool oldest = false;  // first
  size_t count = 100;
  bool json = false;
};

struct LearnOptions {
  RegistryOptions registry;
  RecordPlaceOptions place;
  std::string model;
  // Of a model that does not exist yet.
  std::string new_kind;  // empty: it exists
  std::vector<std::string> inputs, classes;
  std::map<std::string, double> settings;
  std::string from, label;            // a file of rows, and the column of their labels
  bool from_log = false;              // instead of a file
  std::string since, until;           // of the log: times or ages
  std::optional<TableFormat> format;  // absent: as the file's name says
  char delimiter = ',';
  size_t batch_rows = 1000;
  uint64_t checkpoint_every = 0, keep_last = 0;  // 0: only at the end; all
  bool promote = false;
  std::string canary;  // a file of rows; empty: none
  std::vector<std::string> aliases;
  double change_max = 0.2, loss_rise_max = 0.02;
  std::string why;
  bool quiet = false;
  bool json = false;
};

struct TrainerOptions {
  enum class Action { kSet, kShow, kRemove };

  RegistryOptions registry;
  Action action = Action::kShow;
  std::string model;
  std::vector<std::string> command;
  bool on_alarm = false;
  std::map<std::string, double> below, above;
  std::string metric_window = "10000";
  int64_t labels = 0;
  std::string every, pause = "1d", since = "30d", challenge_file;
  std::string time = "1h";
  uint64_t memory_bytes_max = 0;  // 0: no limit
  std::string alias = "candidate";
  std::string why;
  bool json = false;
};

struct RetrainOptions {
  RegistryOptions registry;
  RecordPlaceOptions place;
  std::string model;
  std::string from, label = "label";  // a Parquet file, and its column of labels
  bool from_log = false;              // instead of a file
  std::string since;                  // of the log: a time or an age
  std::string why;
  bool quiet = false;
  bool json = false;
};

struct TrafficOptions {
  enum class Action { kShow, kSet };

  RegistryOptions registry;
  Action action = Action::kShow;
  std::string model;
  bool json = false;
  // set
  std::map<std::string, double> split;  // percent by alias
  std::vector<std::string> shadow;
  bool sticky = true;
  std::optional<uint64_t> expected;  // revision
  std::string why;
};

struct ChallengeOptions {
  enum class Action { kStart, kList, kShow, kStop, kRun, kReplay };

  RegistryOptions registry;
  RecordPlaceOptions place;
  Action action = Action::kList;
  std::string model, alias;
  std::string policy;  // a file of JSON; empty: the defaults
  // Over the file's.
  std::string metric, output, positive, label_wait, watch, cool_down;
  std::vector<double> canary;
  std::optional<double> alpha, margin, scale;
  std::optional<int64_t> labels_min, labels_max;
  std::vector<std::string> segments;
  bool dry_run = false;
  std::string why;
  // replay
  std::optional<int64_t> champion_version, challenger_version;
  std::string from, to;
  bool json = false;
};

struct HistoryOptions {
  RegistryOptions registry;
  std::string model;
  size_t count = 50;
  bool json = false;
};

struct KeysOptions {
  enum class Action { kCreate, kList, kRevoke };

  RegistryOptions registry;
  Action action = Action::kList;
  std::string name, role = "predict";
  double expire_days = 0;  // 0: never
  std::string id;          // revoke
  bool json = false;
};

struct StreamCommandOptions {
  enum class Action { kCreate, kList, kShow, kPause, kResume, kReplay, kDelete };

  RegistryOptions registry;
  Action action = Action::kList;
  std::string name;
  bool json = false;
  // create
  std::string brokers, input, format = "json", output_format = "json", schema_file, takes = "rows";
  std::vector<std::string> columns, outputs;
  bool from_end = false, paused = false;
  // create, replay
  std::string model, output, errors;
  // replay
  std::string replay_name;
  int64_t from_offset = 0;
  std::string from;  // a time or age; empty: from_offset counts
  std::string kafka_config;
};

struct BatchesOptions {
  enum class Action { kCreate, kList, kShow, kAdd, kFire, kHistory, kBad, kRetry, kDelete };

  RegistryOptions registry;
  EngineOptions engines;
  Action action = Action::kList;
  std::string name;
  bool json = false;
  // create
  std::string model, output, topic, cron, timezone, age;
  std::vector<std::string> keep, outputs;
  int64_t rows = 0;
  bool after_version = false, after_move = false;
  // add
  std::string input;
  std::optional<TableFormat> input_format;  // absent: as the file's name says
  char delimiter = ',';
  // bad, retry
  int64_t firing = 0;
  bool only_rows = false;  // bad
  // history
  size_t count = 20;
  // delete
  bool drop_rows = false;
};

// A server that a command speaks to, rather than to a registry.
struct ServerOptions {
  std::string url;       // empty: none
  std::string key_file;  // of the API key; empty: $SCOREWAY_API_KEY, if there is one
};

struct SubmitOptions {
  RegistryOptions registry;
  ServerOptions server;
  std::string model, input = "-", format;  // format: empty: by the ending of the file
  std::vector<std::string> outputs;
  int64_t priority = 0, deadline_seconds = 0;
  std::string idempotency_key;
  bool wait = false, quiet = false, json = false;
  std::string output, output_format;  // output: empty: the answers are not read
};

struct JobsOptions {
  enum class Action { kList, kShow, kResult, kCancel, kRetry };

  RegistryOptions registry;
  ServerOptions server;
  Action action = Action::kList;
  std::vector<std::string> ids;
  std::string model, state;          // list
  size_t count = 100;                // list
  std::string output = "-", format;  // result
  bool json = false;
};

struct DriftOptions {
  RegistryOptions registry;
  RecordPlaceOptions place;
  std::string model;  // empty: two files
  std::string window = "10000";
  std::string against;
  uint64_t learn = 0;  // rows that become the reference; 0: a report
  std::string reference, current;
  std::optional<TableFormat> format;
  char delimiter = ',';
  std::vector<std::string> columns, categorical;
  double level = 0.01, psi_warning = 0.1, psi_alarm = 0.2;
  uint64_t rows_min = 100;
  bool all = false;
  bool quiet = false;
  bool json = false;
};

struct PerformanceOptions {
  RegistryOptions registry;
  RecordPlaceOptions place;
  std::string model;
  std::string window = "30d";
  std::string segment;                               // an input; empty: none
  std::string prediction;                            // an output; empty: found by name
  std::map<std::string, std::string> probabilities;  // outputs by class; empty: found by name
  std::string task;                                  // empty: by the prediction's type
  bool shadow = false;
  size_t stretches = 0;
  bool json = false;
};

struct WatchOptions {
  enum class Action { kSet, kShow, kList, kRemove, kSilence, kAcknowledge };

  RegistryOptions registry;
  RecordPlaceOptions place;
  Action action = Action::kList;
  std::string model;
  bool json = false;
  // set
  std::string window = "10000", against, every = "1m";
  uint64_t learn = 0;
  double level = 0.01, psi_warning = 0.1, psi_alarm = 0.2;
  uint64_t rows_min = 100;
  std::map<std::string, double> below, above;
  std::string metric_window = "10000";
  uint32_t rise_after = 2, fall_after = 3;
  std::string webhook;
  std::vector<std::string> mail;
  // silence and acknowledge
  std::string silence = "1h";
  std::string note;
};

struct ServeCommandOptions {
  RegistryOptions registry;
  EngineOptions engines;
  std::string host = "127.0.0.1";
  uint16_t port = 8080;
  std::optional<uint16_t> grpc_port;
  std::string default_model;
  unsigned threads = 0;  // 0: one a core
  std::string address_file;
  uint64_t body_bytes_max = uint64_t{64} << 20;
  uint64_t upload_bytes_max = uint64_t{512} << 20;
  size_t connections_max = 20'000;
  uint64_t model_bytes_max = 0;                                   // 0: no limit
  std::vector<std::string> model_waiting_max, model_running_max;  // "COUNT" or "MODEL=COUNT"
  std::vector<std::string> gather;                                // "MODEL=ROWS" or "MODEL/VERSION=ROWS"
  unsigned drain_seconds = 30;
  unsigned take_in_seconds = 0;  // between two looks at the store's intake; 0: none
  std::vector<std::string> preload;
  unsigned feature_timeout_ms = 500;
  unsigned feature_cache_ms = 1000;
  uint64_t feature_cache_bytes_max = uint64_t{64} << 20;
  std::vector<std::string> roles = {"all"};
  std::string challenge_interval = "10s";
  std::string batch_folder;                  // empty: stored batches are fired, not scored
  std::vector<std::string> batch_databases;  // to which stored batches may write
  unsigned batch_lease_seconds = 30;
  unsigned job_threads = 2;
  double job_keep_days = 7;
  int64_t job_queue_max = 100'000;
  std::string job_queue;  // a Kafka topic; empty: the registry's own
  uint64_t job_input_bytes_max = uint64_t{512} << 20;
  unsigned job_lease_seconds = 30;
  int64_t job_tries_max = 5;
  std::vector<std::string> webhook_prefixes;
  std::string webhook_secret_file;
  std::string smtp_url, smtp_from, smtp_user, smtp_password_file;
  bool smtp_plaintext = false;
  std::vector<std::string> mail_allowed;
  std::string kafka_config, instance;  // instance: empty: host and port
  std::string schema_registry, schema_registry_user, schema_registry_password_file;
  bool run_trainers = false;
  bool require_key = false;
  std::string tls_certificate, tls_key, tls_client_authority;  // PEM files
  bool access_log = false;
  RecordPlaceOptions record;
  bool log_predictions = false;
  double log_sample = 1;
  unsigned log_flush_ms = 500;
  std::string log_files;  // a folder; empty: no files are written
  std::string log_files_every = "1h";
  std::string otlp_endpoint;  // empty: no spans are sent
  double trace_sample = 0;
  std::string config;         // a file of settings
  bool print_config = false;  // and serve nothing
  std::string settings;       // all of them as they are, in that file's form
  uint64_t log_buffer_bytes_max = uint64_t{32} << 20;
};

struct ConvertOptions {
  RegistryOptions registry;
  ReadingOptions reading;
  std::string model;
  std::string output;
  std::string format;  // empty: by the ending of the output
  bool check = true;
  std::string sample;  // CSV rows to compare over; empty: made up
  std::optional<uint64_t> rows;
  std::optional<double> tolerance;
};

struct CompletionOptions {
  std::string shell;
};

using CommandOptions =
    std::variant<PushOptions, ModelsOptions, InspectOptions, PredictOptions, BatchOptions, AliasOptions,
                 RollbackOptions, PullOptions, RmOptions, StoreOptions, RunOptions, FeaturesOptions, KeysOptions,
                 SubmitOptions, JobsOptions, LearnOptions, TrainerOptions, RetrainOptions, TrafficOptions,
                 StreamCommandOptions, BatchesOptions, ChallengeOptions, HistoryOptions, LogOptions, LabelsOptions,
                 DriftOptions, PerformanceOptions, WatchOptions, ServeCommandOptions, ConvertOptions,
                 CompletionOptions>;

}  // namespace scoreway
