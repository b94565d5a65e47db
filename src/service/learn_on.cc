#include "service/learn_on.h"

#include "base/number_text.h"
#include "importers/importer.h"
#include "service/log_checkpoint.h"
#include "service/promote.h"
#include "service/promote_checkpoint.h"

namespace scoreway {
namespace {

RunInfo DescribeRun(const OpenedLearner& opened, const LearnOnRequest& request) {
  RunInfo run;
  run.name = opened.version.name;
  run.who = request.who;
  run.source = "learn from " + request.source;
  run.parent_run = opened.version.metadata.run;
  run.parent_step = opened.version.metadata.step;
  run.parameters = {{"learn.kind", opened.learner->kind()},
                    {"learn.parent_version", std::to_string(opened.version.number)},
                    {"learn.batch_rows", std::to_string(request.batch_rows)},
                    {"learn.source", request.source}};
  for (const auto& [name, value] : opened.learner->settings()) AppendDouble(value, &run.parameters["learn." + name]);
  run.retention = request.retention;
  return run;
}

class LearningRun {
 public:
  LearningRun(const Service& service, const OpenedLearner& opened, const LearnOnRequest& request, int64_t run)
      : service_(service), opened_(opened), request_(request) {
    answer_.run = run;
  }

  Status Learn(LearningRows& rows, const std::function<void(uint64_t)>& on_rows) {
    learn::Learner& learner = *opened_.learner;
    Batch batch(learner.input_schema());
    Column labels(learner.label_type().value_or(Type::kFloat64));
    const bool labelled = learner.label_type().has_value();
    uint64_t next_checkpoint = request_.checkpoint_every;
    while (true) {
      batch.Clear();
      labels.Clear();
      SCOREWAY_ASSIGN_OR_RETURN(const bool more, rows.Next(&batch, &labels, request_.batch_rows));
      if (!more) break;
      SCOREWAY_RETURN_IF_ERROR(learner.Learn(batch, labelled ? &labels : nullptr, answer_.rows));
      answer_.rows += batch.rows();
      on_rows(answer_.rows);
      if (request_.checkpoint_every == 0 || answer_.rows < next_checkpoint) continue;
      while (next_checkpoint <= answer_.rows) next_checkpoint += request_.checkpoint_every;
      SCOREWAY_RETURN_IF_ERROR(Keep());
    }
    if (answer_.rows == 0) {
      return Status(Code::kInvalidArgument,
                    labelled ? "there are no labelled rows to learn from" : "there are no rows to learn from");
    }
    return Keep();
  }

  Status Compare(LearningRows& rows) {
    learn::Learner& learner = *opened_.learner;
    SCOREWAY_ASSIGN_OR_RETURN(const learn::LearnerCheckpoint candidate, learner.Checkpoint());
    SCOREWAY_ASSIGN_OR_RETURN(auto serving, service_.engines->MakeScorer(opened_.model));
    SCOREWAY_ASSIGN_OR_RETURN(auto scorer, service_.engines->MakeScorer(candidate.model));
    // A recommender is asked about users alone, and its lists are alike or not, whatever the ratings.
    const bool lists = opened_.model->signature().outputs[0].type == Type::kList;
    Canary canary(std::move(serving), std::move(scorer), learner.answers_classes() || lists);
    Batch batch(learner.input_schema()), asked(opened_.model->input_schema());
    Column labels(learner.label_type().value_or(Type::kFloat64));
    while (true) {
      batch.Clear();
      labels.Clear();
      SCOREWAY_ASSIGN_OR_RETURN(const bool more, rows.Next(&batch, &labels, kCanaryRowsAtOnce));
      if (!more) break;
      SCOREWAY_RETURN_IF_ERROR(AskedOf(batch, &asked));
      const bool labelled = !lists && labels.size() == batch.rows();
      SCOREWAY_RETURN_IF_ERROR(canary.Add(asked, labelled ? &labels : nullptr));
    }
    answer_.canary = canary.report();
    return {};
  }

  Status Promote() {
    PromoteCheckpointRequest promotion;
    promotion.run = answer_.run;
    promotion.step = answer_.step;
    promotion.push.push.name = opened_.version.name;
    promotion.push.push.change = Change{request_.who, request_.why};
    VersionMetadata& metadata = promotion.push.push.metadata;
    metadata.producer = request_.who;
    metadata.parent_version = opened_.version.number;
    metadata.description = "version " + std::to_string(opened_.version.number) + " and " +
                           std::to_string(answer_.rows) + " rows of " + request_.source;
    metadata.training_data = request_.source;
    metadata.metrics = Metrics();
    SCOREWAY_ASSIGN_OR_RETURN(PushModelAnswer pushed, PromoteCheckpoint(service_, std::move(promotion)));
    answer_.version = std::move(pushed.version);
    if (request_.aliases.empty()) return {};
    SCOREWAY_ASSIGN_OR_RETURN(const ModelInfo now, service_.registry->GetModel(opened_.version.name));
    std::vector<AliasMove> moves;
    for (const std::string& alias : request_.aliases) {
      const bool is_set = now.aliases.contains(alias);
      moves.push_back({alias, answer_.version->number, is_set ? opened_.version.number : 0});
    }
    SCOREWAY_ASSIGN_OR_RETURN(answer_.moves,
                              MoveAliases(service_, opened_.version.name, moves, Change{request_.who, request_.why}));
    return {};
  }

  const LearnOnAnswer& answer() const { return answer_; }

 private:
  static constexpr size_t kCanaryRowsAtOnce = 1000;

  Status Keep() {
    const auto step = static_cast<int64_t>(opened_.learner->rows_learned());
    if (step == answer_.step) return {};
    SCOREWAY_ASSIGN_OR_RETURN(const learn::LearnerCheckpoint checkpoint, opened_.learner->Checkpoint());
    LogRequest log;
    log.name = opened_.version.name;
    log.run = answer_.run;
    log.step = step;
    log.metrics["learn.rows"] = static_cast<double>(answer_.rows);
    SCOREWAY_RETURN_IF_ERROR(LogCheckpoint(service_, std::move(log), *checkpoint.artifact).status());
    answer_.step = step;
    return {};
  }

  // The columns of the served model among those that the learner takes.
  static Status AskedOf(const Batch& rows, Batch* asked) {
    asked->Clear();
    for (size_t i = 0; i < asked->column_count(); ++i) {
      const std::optional<size_t> from = rows.schema().Find(asked->schema().field(i).name);
      if (!from) return Status(Code::kInternal, "the learner lacks a column of the model");
      asked->column(i).AppendCells(rows.column(*from), 0, rows.rows());
    }
    return {};
  }

  std::map<std::string, double> Metrics() const {
    std::map<std::string, double> metrics = {{"learn.rows", static_cast<double>(answer_.rows)}};
    if (!answer_.canary) return metrics;
    metrics["canary.rows"] = static_cast<double>(answer_.canary->rows);
    metrics["canary.change"] = answer_.canary->change;
    if (answer_.canary->loss_before) metrics["canary.loss_before"] = *answer_.canary->loss_before;
    if (answer_.canary->loss_after) metrics["canary.loss_after"] = *answer_.canary->loss_after;
    return metrics;
  }

  const Service& service_;
  const OpenedLearner& opened_;
  const LearnOnRequest& request_;
  LearnOnAnswer answer_;
};

}  // namespace

Result<OpenedLearner> OpenLearner(const Service& service, const Reference& reference,
                                  const std::map<std::string, double>& settings) {
  OpenedLearner opened;
  SCOREWAY_ASSIGN_OR_RETURN(const int64_t number, service.registry->Resolve(reference));
  SCOREWAY_ASSIGN_OR_RETURN(opened.version, service.registry->GetVersion(reference.name, number));
  SCOREWAY_ASSIGN_OR_RETURN(std::string bytes, service.registry->ReadArtifact(reference.name, number));
  const auto artifact = std::make_shared<const std::string>(std::move(bytes));
  ImportOptions options;
  SCOREWAY_RETURN_IF_ERROR(SetImportOptions(opened.version.metadata.import_options, &options));
  SCOREWAY_ASSIGN_OR_RETURN(opened.model, ImportModel(artifact, options));
  SCOREWAY_ASSIGN_OR_RETURN(opened.learner, learn::Learner::Make(artifact, options, settings));
  return opened;
}

Result<LearnOnAnswer> LearnOn(const Service& service, const OpenedLearner& opened, const LearnOnRequest& request,
                              LearningRows& rows, LearningRows* canary, const std::function<void(uint64_t)>& on_rows) {
  if (!request.aliases.empty() && canary == nullptr) {
    return Error{
        Code::kInvalidArgument, "an alias moves only after a look at rows that were not learned: give a canary", {}};
  }
  SCOREWAY_ASSIGN_OR_RETURN(const StartAnswer started, service.runs->Start(DescribeRun(opened, request)));
  const std::string& name = opened.version.name;
  LearningRun run(service, opened, request, started.run.number);
  if (Status learned = run.Learn(rows, on_rows); !learned.ok()) {
    (void)service.runs->Finish(name, started.run.number, RunInfo::State::kFailed, learned.ToString());
    return AtPlace("run " + std::to_string(started.run.number), std::move(learned).error());
  }
  SCOREWAY_RETURN_IF_ERROR(service.runs->Finish(name, started.run.number, RunInfo::State::kFinished, {}).status());
  if (canary != nullptr) {
    SCOREWAY_RETURN_IF_ERROR(run.Compare(*canary));
    if (Status judged = JudgeCanary(*run.answer().canary, request.limits); !judged.ok()) {
      return AtPlace("run " + std::to_string(started.run.number), std::move(judged).error());
    }
  }
  if (request.promote || !request.aliases.empty()) SCOREWAY_RETURN_IF_ERROR(run.Promote());
  return run.answer();
}

}  // namespace scoreway
