// scoreway: the one binary. Parses the command line, runs the command, and turns what went wrong into a message and an
// exit status.

#include <csignal>
#include <cstdio>
#include <exception>

#include "command_line.h"
#include "commands.h"
#include "service/error_mapping.h"

namespace scoreway {
namespace {

struct Run {
  Status operator()(const PushOptions& options) const { return RunPush(options); }
  Status operator()(const ModelsOptions& options) const { return RunModels(options); }
  Status operator()(const InspectOptions& options) const { return RunInspect(options); }
  Status operator()(const PredictOptions& options) const { return RunPredict(options); }
  Status operator()(const BatchOptions& options) const { return RunBatchCommand(options); }
  Status operator()(const AliasOptions& options) const { return RunAlias(options); }
  Status operator()(const RollbackOptions& options) const { return RunRollback(options); }
  Status operator()(const PullOptions& options) const { return RunPull(options); }
  Status operator()(const RmOptions& options) const { return RunRm(options); }
  Status operator()(const StoreOptions& options) const { return RunStore(options); }
  Status operator()(const RunOptions& options) const { return RunRun(options); }
  Status operator()(const FeaturesOptions& options) const { return RunFeatures(options); }
  Status operator()(const KeysOptions& options) const { return RunKeys(options); }
  Status operator()(const SubmitOptions& options) const { return RunSubmit(options); }
  Status operator()(const JobsOptions& options) const { return RunJobs(options); }
  Status operator()(const LearnOptions& options) const { return RunLearn(options); }
  Status operator()(const TrainerOptions& options) const { return RunTrainer(options); }
  Status operator()(const RetrainOptions& options) const { return RunRetrain(options); }
  Status operator()(const BatchesOptions& options) const { return RunBatches(options); }
  Status operator()(const StreamCommandOptions& options) const { return RunStream(options); }
  Status operator()(const TrafficOptions& options) const { return RunTraffic(options); }
  Status operator()(const ChallengeOptions& options) const { return RunChallenge(options); }
  Status operator()(const HistoryOptions& options) const { return RunHistory(options); }
  Status operator()(const LogOptions& options) const { return RunLog(options); }
  Status operator()(const LabelsOptions& options) const { return RunLabels(options); }
  Status operator()(const DriftOptions& options) const { return RunDrift(options); }
  Status operator()(const PerformanceOptions& options) const { return RunPerformance(options); }
  Status operator()(const WatchOptions& options) const { return RunWatch(options); }
  Status operator()(const ServeCommandOptions& options) const { return RunServe(options); }
  Status operator()(const ConvertOptions& options) const { return RunConvert(options); }
  Status operator()(const CompletionOptions& options) const { return RunCompletion(options); }
};

int Main(int argc, char** argv) {
  // A closed pipe is an error of the write, said like any other.
  std::signal(SIGPIPE, SIG_IGN);
  const auto parsed = ParseCommandLine(argc, argv);
  if (const Done* done = std::get_if<Done>(&parsed)) return done->exit_status;
  const Status status = std::visit(Run(), std::get<CommandOptions>(parsed));
  const bool printed = std::fflush(stdout) == 0 && std::ferror(stdout) == 0;
  if (!status.ok()) {
    std::fprintf(stderr, "scoreway: %s\n", status.ToString().c_str());
    return ExitStatus(status.code());
  }
  if (!printed) {
    std::fputs("scoreway: standard output: cannot be written\n", stderr);
    return ExitStatus(Code::kResourceExhausted);
  }
  return 0;
}

}  // namespace
}  // namespace scoreway

int main(int argc, char** argv) {
  try {
    return scoreway::Main(argc, argv);
  } catch (const std::exception& error) {  // bad_alloc above all
    std::fprintf(stderr, "scoreway: a fault of ours: %s\n", error.what());
    return 1;
  }
}
