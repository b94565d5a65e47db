// The commands, a file each. Each prints its answer to standard output and gives what went wrong as a Status, whose
// code decides the exit status (main.cc).
#pragma once

#include "base/result.h"
#include "options.h"

namespace scoreway {

Status RunPush(const PushOptions& options);
Status RunModels(const ModelsOptions& options);
Status RunInspect(const InspectOptions& options);
Status RunPredict(const PredictOptions& options);
Status RunBatchCommand(const BatchOptions& options);
Status RunAlias(const AliasOptions& options);
Status RunRollback(const RollbackOptions& options);
Status RunPull(const PullOptions& options);
Status RunRm(const RmOptions& options);
Status RunStore(const StoreOptions& options);
Status RunRun(const RunOptions& options);
Status RunFeatures(const FeaturesOptions& options);
Status RunKeys(const KeysOptions& options);
Status RunSubmit(const SubmitOptions& options);
Status RunJobs(const JobsOptions& options);
Status RunBatches(const BatchesOptions& options);
Status RunStream(const StreamCommandOptions& options);
Status RunLog(const LogOptions& options);
Status RunLabels(const LabelsOptions& options);
Status RunLearn(const LearnOptions& options);
Status RunTrainer(const TrainerOptions& options);
Status RunRetrain(const RetrainOptions& options);
Status RunTraffic(const TrafficOptions& options);
Status RunChallenge(const ChallengeOptions& options);
Status RunHistory(const HistoryOptions& options);
Status RunDrift(const DriftOptions& options);
Status RunPerformance(const PerformanceOptions& options);
Status RunWatch(const WatchOptions& options);
Status RunServe(const ServeCommandOptions& options);
Status RunConvert(const ConvertOptions& options);
Status RunCompletion(const CompletionOptions& options);

}  // namespace scoreway
