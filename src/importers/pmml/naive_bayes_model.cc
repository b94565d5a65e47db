// NaiveBayesModel. Probabilities are multiplied as sums of their logarithms.

#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>

#include "importers/pmml/expression.h"
#include "importers/pmml/model_elements.h"

namespace scoreway::pmml {
namespace {

using op::UnaryFunction;

// Stands for the logarithm of 0 in a weight, which could not be multiplied by 0: its power is 0 too.
constexpr double kImpossible = -1e300;

double LogOf(double probability) { return probability > 0 ? std::log(probability) : kImpossible; }

// Counts by target value.
using Counts = std::map<std::string_view, double, std::less<>>;

Result<Counts> ReadCounts(const Context& context, const Element& parent) {
  const Element element = parent.Child("TargetValueCounts");
  if (!element) return Context::Corrupt(parent, "it has no TargetValueCounts");
  Counts counts;
  for (const Element& count : element.Children("TargetValueCount")) {
    SCOREWAY_ASSIGN_OR_RETURN(const std::string_view value, context.Want(count, "value"));
    SCOREWAY_ASSIGN_OR_RETURN(counts[value], context.WantNumber(count, "count"));
  }
  return counts;
}

class Likelihoods {
 public:
  Likelihoods(ModelScope& scope, const std::vector<std::string>& classes, double threshold)
      : scope_(scope), classes_(classes), threshold_(threshold), means_(classes.size()), deviations_(classes.size()) {}

  void SetPriors(const Counts& counts) {
    for (const std::string& name : classes_) priors_.push_back(LogOf(counts.find(name)->second));
  }

  Status AddInput(const Element& input) {
    Emit emit(scope_.context(), input);
    SCOREWAY_ASSIGN_OR_RETURN(const Cell cell, scope_.FieldOf(input, "fieldName"));
    if (const Element stats = input.Child("TargetValueStats")) {
      SCOREWAY_ASSIGN_OR_RETURN(const ValueId x, emit.AsNumber(cell));
      return AddContinuous(x, stats);
    }
    const Element derived = input.Child("DerivedField");
    if (!derived) return AddDiscrete(emit, cell, input);
    if (!FindExpression(derived).Is("Discretize")) {
      return Status(scope_.context().Unsupported(derived, "an expression other than Discretize"));
    }
    SCOREWAY_ASSIGN_OR_RETURN(const Cell binned, EvaluateContainer(scope_, derived));
    // A missing field counts for nothing, even if Discretize would put it into a bin.
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId known, emit.Unary(UnaryFunction::kIsPresent, cell.value));
    SCOREWAY_ASSIGN_OR_RETURN(const Cell missing, MissingCell(emit, binned.type));
    Cell masked = binned;
    SCOREWAY_ASSIGN_OR_RETURN(masked.value, emit.Where(known, binned.value, missing.value));
    return AddDiscrete(emit, masked, input);
  }

  // The probabilities of the classes; missing where all of them are impossible.
  Result<ValueId> Finish() {
    Emit emit(scope_.context(), scope_.model());
    SCOREWAY_ASSIGN_OR_RETURN(ValueId scores, DiscreteScores(emit));
    if (!continuous_.empty()) {
      SCOREWAY_ASSIGN_OR_RETURN(const ValueId densities, ContinuousScores(emit));
      SCOREWAY_ASSIGN_OR_RETURN(scores, emit.Add(op::WeightedSum{}, {scores, densities}));
    }
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId best, emit.Add(op::AggregateRow{op::RowAggregate::kMax}, {scores}));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId least, emit.Number(kImpossible / 2));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId possible, emit.Binary(op::BinaryFunction::kGreater, best, least));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId probabilities, emit.Add(op::Row{op::RowFunction::kSoftmax}, {scores}));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId none, emit.Number(op::kNaN));
    return emit.Where(possible, probabilities, none);
  }

 private:
  Status AddContinuous(ValueId x, const Element& stats) {
    continuous_.push_back(x);
    // A class of which the statistics say nothing gives a missing density, which counts for nothing.
    for (size_t k = 0; k < classes_.size(); ++k) {
      means_[k].push_back(op::kNaN);
      deviations_[k].push_back(1);
    }
    for (const Element& stat : stats.Children("TargetValueStat")) {
      SCOREWAY_ASSIGN_OR_RETURN(const std::string_view value, scope_.context().Want(stat, "value"));
      const Element gaussian = stat.Child("GaussianDistribution");
      if (!gaussian) return Status(scope_.context().Unsupported(stat, "a distribution other than the Gaussian"));
      SCOREWAY_ASSIGN_OR_RETURN(const double mean, scope_.context().WantNumber(gaussian, "mean"));
      SCOREWAY_ASSIGN_OR_RETURN(const double variance, scope_.context().WantNumber(gaussian, "variance"));
      if (!(variance > 0)) return Status(Context::Corrupt(gaussian, "the variance is not positive"));
      const auto k = std::ranges::find(classes_, value) - classes_.begin();
      if (k == static_cast<ptrdiff_t>(classes_.size())) {
        return Status(Context::Corrupt(stat, "class '" + std::string(value) + "' is not in the BayesOutput"));
      }
      means_[static_cast<size_t>(k)].back() = mean;
      deviations_[static_cast<size_t>(k)].back() = std::sqrt(variance);
    }
    return {};
  }

  Status AddDiscrete(Emit& emit, const Cell& cell, const Element& input) {
    std::vector<std::string> values;
    std::vector<Counts> counts;
    Counts sums;
    for (const Element& pair : input.Children("PairCounts")) {
      SCOREWAY_ASSIGN_OR_RETURN(const std::string_view value, scope_.context().Want(pair, "value"));
      values.emplace_back(value);
      SCOREWAY_ASSIGN_OR_RETURN(counts.emplace_back(), ReadCounts(scope_.context(), pair));
      for (const auto& [name, count] : counts.back()) sums[name] += count;
    }
    if (values.empty()) return Status(Context::Corrupt(input, "it has neither PairCounts nor TargetValueStats"));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId code, emit.Encode(cell, values, op::kNaN));
    op::OneHot one_hot;
    one_hot.widths = {static_cast<uint32_t>(values.size())};
    one_hot.slots.resize(1);
    for (size_t i = 0; i < values.size(); ++i) one_hot.slots[0].push_back(static_cast<int32_t>(i));
    SCOREWAY_RETURN_IF_ERROR(scope_.context().Charge(values.size() * (classes_.size() + 1) * sizeof(double), input));
    SCOREWAY_ASSIGN_OR_RETURN(indicators_.emplace_back(), emit.Add(std::move(one_hot), {code}));
    for (const Counts& of_value : counts) {
      std::vector<double>& weights = weights_.emplace_back();
      for (const std::string& name : classes_) weights.push_back(LogLikelihood(of_value, sums, name));
    }
    return {};
  }

  double LogLikelihood(const Counts& counts, const Counts& sums, const std::string& name) const {
    constexpr double kZero = 1e-8;  // counts below are none
    const auto it = counts.find(name);
    if (it == counts.end()) return 0;
    return LogOf(std::fabs(it->second) <= kZero ? threshold_ : it->second / sums.find(name)->second);
  }

  // The priors and what discrete inputs add.
  Result<ValueId> DiscreteScores(Emit& emit) {
    if (indicators_.empty()) return emit.Numbers(priors_);
    op::Linear linear;
    linear.outputs = static_cast<uint32_t>(classes_.size());
    linear.bias = priors_;
    for (size_t k = 0; k < classes_.size(); ++k) {
      for (const std::vector<double>& weights : weights_) linear.weights.push_back(weights[k]);
    }
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId row, emit.Concat(indicators_));
    return emit.Add(std::move(linear), {row});
  }

  // For each class the logarithms of the densities, none of which is below the threshold.
  Result<ValueId> ContinuousScores(Emit& emit) {
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId row, emit.Concat(continuous_));
    std::vector<ValueId> sums;
    for (size_t k = 0; k < classes_.size(); ++k) {
      op::Affine standardize{op::Affine::Form::kSubtractDivide, means_[k], deviations_[k]};
      op::Affine log_density, clip;
      log_density.form = clip.form = op::Affine::Form::kMultiplyAdd;
      log_density.factor.assign(continuous_.size(), -0.5);
      for (const double deviation : deviations_[k]) {
        log_density.offset.push_back(-(std::log(deviation) + 0.5 * std::log(2 * std::numbers::pi)));
      }
      clip.low = threshold_;
      SCOREWAY_ASSIGN_OR_RETURN(ValueId x, emit.Add(std::move(standardize), {row}));
      SCOREWAY_ASSIGN_OR_RETURN(x, emit.Unary(UnaryFunction::kSquare, x));
      SCOREWAY_ASSIGN_OR_RETURN(x, emit.Add(std::move(log_density), {x}));
      SCOREWAY_ASSIGN_OR_RETURN(x, emit.Unary(UnaryFunction::kExp, x));
      SCOREWAY_ASSIGN_OR_RETURN(x, emit.Add(std::move(clip), {x}));
      SCOREWAY_ASSIGN_OR_RETURN(x, emit.Unary(UnaryFunction::kLog, x));
      SCOREWAY_ASSIGN_OR_RETURN(x,
                                emit.Add(op::ImputeNumber{op::kNaN, std::vector<double>(continuous_.size(), 0)}, {x}));
      SCOREWAY_ASSIGN_OR_RETURN(sums.emplace_back(), emit.Add(op::AggregateRow{op::RowAggregate::kSum}, {x}));
    }
    return emit.Concat(std::move(sums));
  }

  ModelScope& scope_;
  const std::vector<std::string>& classes_;
  double threshold_;
  std::vector<double> priors_;
  std::vector<ValueId> indicators_;
  std::vector<std::vector<double>> weights_;  // of each indicator column, a class each
  std::vector<ValueId> continuous_;
  std::vector<std::vector<double>> means_, deviations_;  // by class, an input each
};

}  // namespace

Result<Prediction> LowerNaiveBayesModel(ModelScope& scope) {
  Context& context = scope.context();
  const Element& model = scope.model();
  if (scope.function() != MiningFunction::kClassification) {
    return Context::Corrupt(model, "a NaiveBayesModel does not have this functionName");
  }
  if (scope.precision() == op::Precision::kFloat32) return context.Unsupported(model, "x-mathContext float");
  SCOREWAY_ASSIGN_OR_RETURN(const double threshold, context.WantNumber(model, "threshold"));
  const Element inputs = model.Child("BayesInputs"), output = model.Child("BayesOutput");
  if (!inputs || !output) return Context::Corrupt(model, "it has no BayesInputs or no BayesOutput");
  const std::string_view target = output.Attribute("fieldName", scope.target().name);
  if (target != scope.target().name) {
    return Context::Corrupt(output, "'" + std::string(target) + "' is not the target field");
  }
  SCOREWAY_ASSIGN_OR_RETURN(const Counts priors, ReadCounts(context, output));
  Prediction prediction;
  for (const Element& count : output.Child("TargetValueCounts").Children("TargetValueCount")) {
    prediction.classes.emplace_back(count.Attribute("value", ""));
  }
  Likelihoods likelihoods(scope, prediction.classes, threshold);
  likelihoods.SetPriors(priors);
  for (const Element& input : inputs.Children("BayesInput")) {
    SCOREWAY_RETURN_IF_ERROR(likelihoods.AddInput(input));
  }
  SCOREWAY_ASSIGN_OR_RETURN(prediction.probabilities, likelihoods.Finish());
  return prediction;
}

}  // namespace scoreway::pmml
