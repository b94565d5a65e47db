// What the files of the command line share: the application, and options that several commands have. Those who include
// it pay for CLI11.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "command_line.h"

namespace scoreway {

inline constexpr const char* kModelHelp =
    "A model file (or the folder of a Spark model), or a model of the registry: NAME, NAME@ALIAS or NAME/VERSION. A "
    "bare NAME means its alias "
    "'champion',\n"
    "or its newest version where there is no such alias";

// The application and the options it fills; both live as long as the parse.
struct CommandLine {
  CLI::App app{
      "Scoreway puts trained models to work: it reads the file a training library saved, keeps its versions in a\n"
      "registry, and answers requests with the library's own numbers.",
      "scoreway"};
  PushOptions push;
  ModelsOptions models;
  InspectOptions inspect;
  PredictOptions predict;
  BatchOptions batch;
  AliasOptions alias;
  RollbackOptions rollback;
  PullOptions pull;
  RmOptions rm;
  // One for each of its subcommands.
  std::vector<std::unique_ptr<StoreOptions>> store;
  std::vector<std::unique_ptr<RunOptions>> run;
  std::vector<std::unique_ptr<FeaturesOptions>> features;
  std::vector<std::unique_ptr<KeysOptions>> keys;
  SubmitOptions submit;
  std::vector<std::unique_ptr<JobsOptions>> jobs;
  LearnOptions learn;
  std::vector<std::unique_ptr<TrainerOptions>> trainer;
  RetrainOptions retrain;
  std::vector<std::unique_ptr<BatchesOptions>> batches;
  std::vector<std::unique_ptr<StreamCommandOptions>> streams;
  std::vector<std::unique_ptr<TrafficOptions>> traffic;
  std::vector<std::unique_ptr<ChallengeOptions>> challenge;
  HistoryOptions history;
  LogOptions log;
  std::vector<std::unique_ptr<LabelsOptions>> labels;
  DriftOptions drift;
  PerformanceOptions performance;
  std::vector<std::unique_ptr<WatchOptions>> watch;
  ServeCommandOptions serve;
  ConvertOptions convert;
  CompletionOptions completion;
  // Subcommands in help order, each with the options it gives.
  std::vector<std::pair<CLI::App*, std::function<CommandOptions()>>> commands;

  template <typename Options>
  CLI::App* Command(const char* name, const char* help, Options* options) {
    CLI::App* command = app.add_subcommand(name, help);
    commands.emplace_back(command, [options] { return CommandOptions(*options); });
    return command;
  }

  // A subcommand of a group, with options of its own among `all`.
  template <typename Options>
  CLI::App* Subcommand(CLI::App* group, const char* name, const char* help, std::vector<std::unique_ptr<Options>>* all,
                       typename Options::Action action) {
    all->push_back(std::make_unique<Options>());
    Options* options = all->back().get();
    options->action = action;
    CLI::App* command = group->add_subcommand(name, help);
    commands.emplace_back(command, [options] { return CommandOptions(*options); });
    return command;
  }
};

void AddRegistry(CLI::App* command, RegistryOptions* registry);
void AddServer(CLI::App* command, ServerOptions* server);  // after AddRegistry
void AddEngines(CLI::App* command, EngineOptions* engines);
void AddReading(CLI::App* command, ReadingOptions* reading);
void AddParity(CLI::App* c, std::string* input, std::string* expected, double* tolerance, bool* is_required);
inline void AddJson(CLI::App* command, bool* json) { command->add_flag("--json", *json, "Print JSON, for programs"); }

inline const std::map<std::string, RowFormat> kRowFormats = {
    {"auto", RowFormat::kAuto}, {"csv", RowFormat::kCsv}, {"jsonl", RowFormat::kJsonLines}};

inline const std::map<std::string, TableFormat> kTableFormats = {{"csv", TableFormat::kCsv},
                                                                 {"jsonl", TableFormat::kJsonLines},
                                                                 {"arrow", TableFormat::kArrow},
                                                                 {"parquet", TableFormat::kParquet}};

// key=value pairs, checked while parsing so that the message names the option.
template <typename Value>
void AddPairs(CLI::App* command, const std::string& flag, std::map<std::string, Value>* pairs,
              const std::string& help) {
  command
      ->add_option_function<std::vector<std::string>>(
          flag,
          [flag, pairs](const std::vector<std::string>& texts) {
            for (const std::string& text : texts) {
              const size_t equals = text.find('=');
              if (equals == 0 || equals == std::string::npos) {
                throw CLI::ValidationError(flag, "'" + text + "' is not of the form key=value");
              }
              const std::string value = text.substr(equals + 1);
              if constexpr (std::is_same_v<Value, double>) {
                char* end = nullptr;
                const double number = std::strtod(value.c_str(), &end);
                if (value.empty() || *end != '\0') {
                  throw CLI::ValidationError(flag, "'" + value + "' is not a number");
                }
                (*pairs)[text.substr(0, equals)] = number;
              } else {
                (*pairs)[text.substr(0, equals)] = value;
              }
            }
          },
          help)
      ->type_name("KEY=VALUE")
      ->expected(1)
      ->take_all();
}

// command_groups.cc
void AddStore(CommandLine& line);
void AddRun(CommandLine& line);
void AddFeatures(CommandLine& line);
void AddKeys(CommandLine& line);
void AddJobs(CommandLine& line);
// challenge_options.cc
void AddChallenge(CommandLine& line);
void AddHistory(CommandLine& line);
// learn_options.cc
void AddLearn(CommandLine& line);
// retrain_options.cc
void AddTrainer(CommandLine& line);
void AddRetrain(CommandLine& line);
// batches_options.cc
void AddBatches(CommandLine& line);
void AddServeBatches(CLI::App* command, ServeCommandOptions* options);
// stream_options.cc
void AddStream(CommandLine& line);
void AddKafkaConfig(CLI::App* command, std::string* path);
// record_options.cc
void AddTraffic(CommandLine& line);
void AddLog(CommandLine& line);
void AddLabels(CommandLine& line);
// drift_options.cc
void AddDrift(CommandLine& line);
void AddPerformance(CommandLine& line);
void AddWatch(CommandLine& line);
// record_options.cc
void AddRecordPlace(CLI::App* command, RecordPlaceOptions* place);
void AddLogPredictions(CLI::App* command, ServeCommandOptions* options);

}  // namespace scoreway
