#include "learn/learner.h"

#include <algorithm>
#include <cmath>
#include <span>

#include "importers/spark/spark_importer.h"
#include "learn/estimators.h"
#include "learn/learner_settings.h"
#include "learn/model_edit.h"
#include "learn/sklearn_state.h"
#include "learn/spark_state.h"
#include "model/saved_format.h"

namespace scoreway::learn {
namespace {

// The kinds of operators that hold what estimators learn; the first of them at the estimator's place takes its rows.
bool HoldsWhatIsLearned(std::string_view kind, const op::Params& params) {
  if (kind == kSparkAls) {
    return std::holds_alternative<op::EncodeNumber>(params) || std::holds_alternative<op::DecodeNumber>(params) ||
           std::holds_alternative<op::GreatestProducts>(params);
  }
  return std::holds_alternative<op::Linear>(params) || std::holds_alternative<op::Affine>(params) ||
         std::holds_alternative<op::GaussianLikelihood>(params) || std::holds_alternative<op::Distances>(params) ||
         std::holds_alternative<op::LinearTreeEnsemble>(params) || std::holds_alternative<op::WeightedSum>(params);
}

Result<LearnerState> ReadState(const std::string& artifact, const ImportOptions& options) {
  if (!LooksLikeSavedModel(artifact)) {
    if (spark::LooksLikeSaved(artifact)) return ReadSparkState(artifact, options.unpacked_bytes_max);
    if (RecognisedFormat(artifact) != "pickle" && !RecognisedFormat(artifact).empty()) {
      return Error{
          Code::kUnsupported,
          "a model of format " + std::string(RecognisedFormat(artifact)) +
              " does not learn on; pickles of scikit-learn, KMeansModel and ALSModel of Spark, and checkpoints of "
              "`scoreway learn` do",
          {}};
    }
    return ReadSklearnState(artifact);
  }
  SCOREWAY_ASSIGN_OR_RETURN(const std::string_view attachment, SavedAttachment(artifact));
  if (attachment.empty()) {
    return Error{Code::kUnsupported, "a saved model without the state of a learner does not learn on", {}};
  }
  return LoadState(attachment);
}

// What was learned and is in the operators alone, for the estimator.
Status TakeCentres(PlacedOperators* placed, LearnerState* state) {
  const auto distances = placed->All<op::Distances>();
  if (distances.size() != 1) return Status(Code::kCorrupt, "distances to centres were expected", state->place);
  state->Set("centres", distances[0]->points);
  return {};
}

Status TakeFactors(PlacedOperators* placed, LearnerState* state) {
  const auto codes = placed->All<op::EncodeNumber>();
  const auto columns = placed->All<op::DecodeNumber>();
  const auto products = placed->All<op::GreatestProducts>();
  const auto rank = static_cast<size_t>(state->NumberWithin("rank", 1, 1 << 16, 1));
  const size_t sides = products.empty() ? 2 : 1;
  if (codes.size() != sides || columns.size() != sides * rank || products.size() > 1) {
    return Status(Code::kCorrupt, "the factors of users and items were expected", state->place);
  }
  for (size_t side = 0; side < sides; ++side) {
    if (codes[side]->categories.size() != 1)
      return Status(Code::kCorrupt, "ids of one column were expected", state->place);
    const std::vector<double>& ids = codes[side]->categories[0];
    std::vector<double> factors(ids.size() * rank);
    for (size_t k = 0; k < rank; ++k) {
      const std::vector<double>& numbers = columns[side * rank + k]->table;
      if (numbers.size() != ids.size())
        return Status(Code::kCorrupt, "a factor for each id was expected", state->place);
      for (size_t i = 0; i < ids.size(); ++i) factors[i * rank + k] = numbers[i];
    }
    state->Set(side == 0 ? "user.ids" : "item.ids", ids);
    state->Set(side == 0 ? "user.factors" : "item.factors", std::move(factors));
  }
  if (sides == 1) {
    state->Set("item.ids", products[0]->ids);
    state->Set("item.factors", products[0]->points);
  }
  return {};
}

Status TakeLearned(PlacedOperators* placed, LearnerState* state) {
  if (state->kind == kSparkAls) return TakeFactors(placed, state);
  if (state->kind == kSparkKMeans || state->kind == kStreamingKMeans) return TakeCentres(placed, state);
  return {};
}

// Each into every `width`-th place.
void CopyNumbers(const Column& column, size_t width, double* to) {
  if (column.type() == Type::kFloat64 && column.null_count() == 0) {
    const std::span<const double> numbers = column.float64s();
    for (size_t row = 0; row < numbers.size(); ++row) to[row * width] = numbers[row];
    return;
  }
  for (size_t row = 0; row < column.size(); ++row) to[row * width] = column.NumberAt(row);
}

std::string RowPlace(uint64_t row) { return "row " + std::to_string(row); }

}  // namespace

Result<std::unique_ptr<Learner>> Learner::Make(std::shared_ptr<const std::string> artifact,
                                               const ImportOptions& options,
                                               const std::map<std::string, double>& settings) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::shared_ptr<const Model> model, ImportModel(artifact, options));
  SCOREWAY_ASSIGN_OR_RETURN(LearnerState state, ReadState(*artifact, options));
  SCOREWAY_RETURN_IF_ERROR(ApplySettings(settings, &state));
  return Make(*model, std::move(state));
}

Result<std::unique_ptr<Learner>> Learner::Make(Model model, LearnerState state) {
  std::unique_ptr<Learner> learner(new Learner());
  for (size_t i = 0; i < model.operators().size(); ++i) {
    const Operator& operation = model.operators()[i];
    if (operation.origin != state.place || !HoldsWhatIsLearned(state.kind, operation.params)) continue;
    learner->placed_.params.emplace(i, operation.params);
  }
  learner->model_ = std::make_shared<const Model>(std::move(model));
  learner->state_ = std::move(state);
  SCOREWAY_RETURN_IF_ERROR(learner->MakeFeatures());
  LearnerState whole = learner->state_;
  SCOREWAY_RETURN_IF_ERROR(TakeLearned(&learner->placed_, &whole));
  SCOREWAY_ASSIGN_OR_RETURN(learner->estimator_, MakeEstimator(whole, learner->features_->output_schema()->size()));
  learner->rows_learned_ = static_cast<uint64_t>(learner->state_.NumberWithin("rows_learned", 0, 1e15, 0));
  // A state that does not fit the model is found out now, not at the first checkpoint.
  SCOREWAY_RETURN_IF_ERROR(learner->Checkpoint().status());
  return learner;
}

// The part of the model before what learns.
Status Learner::MakeFeatures() {
  std::vector<ValueId> taken;
  for (const auto& [index, params] : placed_.params) {
    const bool takes = state_.kind == kSparkAls ? std::holds_alternative<op::EncodeNumber>(params) : taken.empty();
    if (takes) taken.push_back(model_->operators()[index].inputs[0]);
  }
  if (taken.empty()) return Status(Code::kCorrupt, "the model has no operators of " + state_.kind, state_.place);
  std::optional<Model> features;
  if (state_.kind == kSparkAls) {
    const std::vector<std::string> names = {state_.TextOr("userCol", "user"), state_.TextOr("itemCol", "item")};
    SCOREWAY_ASSIGN_OR_RETURN(features, ModelOfColumns(*model_, taken, names));
  } else {
    SCOREWAY_ASSIGN_OR_RETURN(features, ModelOfValues(*model_, taken));
  }
  rows_model_ = std::make_shared<const Model>(std::move(*features));
  SCOREWAY_ASSIGN_OR_RETURN(features_, Plan::Make(rows_model_));
  scratch_ = features_->MakeScratch();
  cells_ = std::make_unique<Batch>(features_->output_schema());
  return {};
}

std::map<std::string, double> Learner::settings() const {
  std::map<std::string, double> settings;
  for (const LearnerSetting& setting : SettingsOf(state_.kind)) {
    if (state_.Has(setting.name)) settings.emplace(setting.name, state_.NumberOr(setting.name, 0));
  }
  return settings;
}

std::optional<Type> Learner::label_type() const {
  switch (estimator_->target_kind()) {
    case TargetKind::kNone: return std::nullopt;
    case TargetKind::kNumber: return Type::kFloat64;
    case TargetKind::kClass: break;
  }
  return TypeFromName(state_.TextOr("classes_type", "string")).value_or(Type::kString);
}

Status Learner::Learn(const Batch& rows, const Column* labels, uint64_t rows_before) {
  std::vector<double> targets;
  if (estimator_->target_kind() != TargetKind::kNone) {
    if (labels == nullptr || labels->size() != rows.rows()) {
      return Status(Code::kInvalidArgument, kind() + " learns from labelled rows, a label each");
    }
    SCOREWAY_ASSIGN_OR_RETURN(targets, ReadTargets(*labels, rows_before));
  }
  if (rows.rows() == 0) return {};
  SCOREWAY_RETURN_IF_ERROR(features_->Run(rows, *scratch_, cells_.get(), rows_before));
  const size_t width = cells_->column_count();
  std::vector<double> cells(rows.rows() * width);
  for (size_t column = 0; column < width; ++column) CopyNumbers(cells_->column(column), width, &cells[column]);
  SCOREWAY_RETURN_IF_ERROR(estimator_->Learn(Examples{width, cells, targets}));
  rows_learned_ += rows.rows();
  return {};
}

Result<std::vector<double>> Learner::ReadTargets(const Column& labels, uint64_t rows_before) const {
  const auto numbers = state_.numbers.find("classes_");
  const auto texts = state_.texts.find("classes_");
  std::vector<double> targets(labels.size());
  for (size_t row = 0; row < labels.size(); ++row) {
    const auto wrong = [&](const std::string& what) {
      return Error{Code::kInvalidArgument, what, RowPlace(rows_before + row + 1)};
    };
    if (!labels.valid(row)) return wrong("the label is missing");
    if (estimator_->target_kind() == TargetKind::kClass && texts != state_.texts.end()) {
      if (labels.type() != Type::kString) return wrong("a label of text is wanted");
      const auto found = std::find(texts->second.begin(), texts->second.end(), labels.string_at(row));
      if (found == texts->second.end()) {
        return wrong("the label '" + std::string(labels.string_at(row)) + "' is no class of the model");
      }
      targets[row] = static_cast<double>(found - texts->second.begin());
      continue;
    }
    if (IsText(labels.type())) return wrong("a label that is a number is wanted");
    const double number = labels.NumberAt(row);
    if (!std::isfinite(number)) return wrong("the label is no finite number");
    targets[row] = number;
    if (estimator_->target_kind() == TargetKind::kNumber) continue;
    if (numbers == state_.numbers.end()) return wrong("the model names no classes");
    const auto found = std::find(numbers->second.begin(), numbers->second.end(), number);
    if (found == numbers->second.end())
      return wrong("the label " + std::to_string(number) + " is no class of the model");
    targets[row] = static_cast<double>(found - numbers->second.begin());
  }
  return targets;
}

Result<LearnerCheckpoint> Learner::Checkpoint() const {
  LearnerState state = state_;
  estimator_->Save(&state);
  state.Set("rows_learned", static_cast<double>(rows_learned_));
  PlacedOperators placed = placed_;
  if (Status status = estimator_->Write(&placed); !status.ok()) return AtPlace(state_.place, std::move(status).error());
  SCOREWAY_ASSIGN_OR_RETURN(Model model, WithParams(*model_, placed.params));
  LearnerCheckpoint checkpoint;
  checkpoint.artifact = std::make_shared<const std::string>(SaveModel(model, SaveState(state)));
  checkpoint.model = std::make_shared<const Model>(std::move(model));
  return checkpoint;
}

}  // namespace scoreway::learn
