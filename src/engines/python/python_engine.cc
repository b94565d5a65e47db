#include "engines/python/python_engine.h"

#include <array>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "data/codec/arrow_reader.h"
#include "data/codec/arrow_writer.h"
#include "importers/pickle/joblib.h"

namespace scoreway {
namespace {

constexpr std::string_view kName = "python";

// ---- the description of a model ------------------------------------------------------------------------------------

// The parts of a line, split at tabs; always three.
std::array<std::string, 3> Parts(std::string_view line) {
  std::array<std::string, 3> parts;
  for (std::string& part : parts) {
    const size_t tab = line.find('\t');
    part = line.substr(0, tab);
    line = tab == std::string_view::npos ? std::string_view() : line.substr(tab + 1);
  }
  return parts;
}

Error NoDescription() { return Error{Code::kInternal, "the Python worker's description cannot be read", {}}; }

Result<Model> ModelOf(std::string_view description, const std::shared_ptr<const std::string>& artifact) {
  ModelBuilder builder({});
  Provenance provenance;
  provenance.format = "pickle";
  while (!description.empty()) {
    const size_t end = description.find('\n');
    const auto [kind, name, what] = Parts(description.substr(0, end));
    description = end == std::string_view::npos ? std::string_view() : description.substr(end + 1);
    if (kind == "estimator") {
      const size_t blank = what.find(' ');
      provenance.estimator = name;
      provenance.library = what.substr(0, blank);
      provenance.library_version = blank == std::string::npos ? "" : what.substr(blank + 1);
      continue;
    }
    if (kind == "named") {
      builder.set_inputs_named(name == "1");
      continue;
    }
    const std::optional<Type> type = TypeFromName(what);
    if (!type) return NoDescription();
    if (kind == "input") {
      const ValueId input = builder.AddInput(name);
      SCOREWAY_RETURN_IF_ERROR(builder.UseInput(input, *type));
      builder.SetMissingRule(input, MissingRule::kModel);
    } else if (kind == "output") {
      builder.AddProgramOutput(name, *type);
    } else {
      return NoDescription();
    }
  }
  builder.SetProvenance(std::move(provenance));
  builder.SetProgram(Program{std::string(kName), artifact});
  return std::move(builder).Build();
}

// ---- scoring -------------------------------------------------------------------------------------------------------

class PythonScratch final : public Scratch {
 public:
  std::string rows;
};

// Lends out the processes of a model, starting them as they are needed and anew when one has died.
class WorkerSet {
 public:
  WorkerSet(const PythonOptions& options, std::shared_ptr<const std::string> artifact)
      : options_(options), artifact_(std::move(artifact)) {}

  // A process with the model loaded, for one call; UNAVAILABLE if none is free within the time of a call.
  Result<std::unique_ptr<WorkerProcess>> Take() {
    {
      std::unique_lock lock(mutex_);
      const auto free = [this] { return !idle_.empty() || running_ < options_.processes; };
      if (!returned_.wait_for(lock, options_.call_timeout, free)) {
        return Error{Code::kUnavailable, "every Python worker of this model is busy", {}};
      }
      if (!idle_.empty()) {
        std::unique_ptr<WorkerProcess> worker = std::move(idle_.back());
        idle_.pop_back();
        return worker;
      }
      ++running_;
    }
    Result<std::unique_ptr<WorkerProcess>> worker = WorkerProcess::Start(options_);
    if (worker.ok()) {
      Result<std::string> description = (*worker)->Load(*artifact_, options_.start_timeout);
      if (description.ok()) return worker;
      worker = std::move(description).error();
    }
    GiveBack(nullptr);
    return worker;
  }

  // Null, or one that has died: another may be started in its place.
  void GiveBack(std::unique_ptr<WorkerProcess> worker) {
    {
      std::lock_guard lock(mutex_);
      if (worker != nullptr && worker->alive()) {
        idle_.push_back(std::move(worker));
      } else {
        --running_;
      }
    }
    returned_.notify_one();
  }

 private:
  const PythonOptions options_;
  const std::shared_ptr<const std::string> artifact_;
  std::mutex mutex_;
  std::condition_variable returned_;
  std::vector<std::unique_ptr<WorkerProcess>> idle_;  // guarded by mutex_
  unsigned running_ = 0;                              // idle or lent; guarded by mutex_
};

class PythonScorer final : public Scorer {
 public:
  PythonScorer(std::shared_ptr<const Model> model, std::shared_ptr<const Schema> output_schema,
               const PythonOptions& options)
      : model_(std::move(model)),
        output_schema_(std::move(output_schema)),
        call_timeout_(options.call_timeout),
        workers_(options, model_->program()->bytes) {}

  const Model& model() const override { return *model_; }
  const std::shared_ptr<const Schema>& output_schema() const override { return output_schema_; }
  ScratchPtr MakeScratch() const override { return std::make_unique<PythonScratch>(); }

  Status Run(const Batch& input, Scratch& scratch, Batch* output, uint64_t rows_before) const override {
    output->Clear();
    if (input.rows() == 0) return {};
    std::string& rows = static_cast<PythonScratch&>(scratch).rows;
    rows.clear();
    AppendArrowSchema(input.schema(), &rows);
    SCOREWAY_RETURN_IF_ERROR(AppendArrowBatch(input, &rows));
    AppendArrowEnd(&rows);

    SCOREWAY_ASSIGN_OR_RETURN(std::unique_ptr<WorkerProcess> worker, workers_.Take());
    Result<std::string> answer = worker->Predict(rows, call_timeout_);
    workers_.GiveBack(std::move(worker));
    if (!answer.ok()) {
      return AtPlace("the batch from row " + std::to_string(rows_before + 1), std::move(answer).error());
    }
    return ReadAnswer(*answer, input.rows(), output);
  }

  // Loads the model, so that the first request need not wait for it.
  Status WarmUp() const {
    SCOREWAY_ASSIGN_OR_RETURN(std::unique_ptr<WorkerProcess> worker, workers_.Take());
    workers_.GiveBack(std::move(worker));
    return {};
  }

 private:
  Status ReadAnswer(std::string_view answer, size_t rows, Batch* output) const {
    ArrowReader reader(answer, output_schema_);
    while (true) {
      Result<bool> more = reader.Next(output);
      if (!more.ok()) return AtPlace("the Python worker's answer", std::move(more).error());
      if (!*more) break;
    }
    if (output->rows() == rows) return {};
    return Status(Code::kInvalidArgument,
                  "gives " + std::to_string(output->rows()) + " answers to " + std::to_string(rows) + " rows",
                  "the model in Python");
  }

  const std::shared_ptr<const Model> model_;
  const std::shared_ptr<const Schema> output_schema_;
  const std::chrono::milliseconds call_timeout_;
  mutable WorkerSet workers_;
};

class PythonEngine final : public Engine {
 public:
  explicit PythonEngine(const PythonOptions& options) : options_(options) {}

  std::string_view name() const override { return kName; }

  // Any pickle, also one that was refused because it asks for what only running it could give.
  bool MightRun(std::string_view artifact, const Error&) const override { return pickle::LooksLikeSaved(artifact); }

  Result<Model> Adopt(const std::shared_ptr<const std::string>& artifact) const override {
    SCOREWAY_ASSIGN_OR_RETURN(const std::unique_ptr<WorkerProcess> worker, WorkerProcess::Start(options_));
    SCOREWAY_ASSIGN_OR_RETURN(const std::string description, worker->Load(*artifact, options_.start_timeout));
    return ModelOf(description, artifact);
  }

  Result<std::shared_ptr<const Scorer>> MakeScorer(std::shared_ptr<const Model> model,
                                                   const ScorerOptions& options) const override {
    SCOREWAY_ASSIGN_OR_RETURN(const std::vector<const OutputField*> wanted, WantedOutputs(model->signature(), options));
    std::vector<Field> fields;
    for (const OutputField* output : wanted) fields.push_back({output->name, output->type});
    SCOREWAY_ASSIGN_OR_RETURN(std::shared_ptr<const Schema> schema, Schema::Make(std::move(fields)));
    auto scorer = std::make_shared<const PythonScorer>(std::move(model), std::move(schema), options_);
    SCOREWAY_RETURN_IF_ERROR(scorer->WarmUp());
    return std::shared_ptr<const Scorer>(std::move(scorer));
  }

 private:
  const PythonOptions options_;
};

}  // namespace

Result<std::unique_ptr<const Engine>> MakePythonEngine(const PythonOptions& options) {
  SCOREWAY_RETURN_IF_ERROR(CheckVirtualEnvironment(options.venv));
  return std::unique_ptr<const Engine>(std::make_unique<const PythonEngine>(options));
}

}  // namespace scoreway
