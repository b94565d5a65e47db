// Gradient boosting: trees summed onto an initial score.

#include <algorithm>
#include <cmath>
#include <limits>

#include "importers/sklearn/decision.h"
#include "importers/sklearn/lowerings.h"
#include "importers/sklearn/tree_builder.h"

namespace scoreway::sklearn {
namespace {

enum class Loss : uint8_t { kRegression, kBinomial, kMultinomial, kExponential };

// The scores of a row before any tree: numbers known now, or a value that the init estimator computes.
struct InitialScores {
  std::vector<double> numbers;
  std::optional<ValueId> value;
};

// Probabilities are kept this far from 0 and 1.
double ProbabilityMargin(const Context& context) {
  if (context.AtLeast(1, 8)) return std::numeric_limits<double>::epsilon();
  return static_cast<double>(std::numeric_limits<float>::epsilon());
}

// The scores that stand for these probabilities of the classes.
std::vector<double> ScoresOfProbabilities(const Context& context, Loss loss, std::vector<double> probabilities) {
  const double margin = ProbabilityMargin(context);
  for (double& p : probabilities) p = std::clamp(p, margin, 1 - margin);
  if (loss != Loss::kMultinomial) {
    const double logit = std::log(probabilities[1] / (1 - probabilities[1]));
    return {loss == Loss::kExponential ? 0.5 * logit : logit};
  }
  double mean_log = 0;
  for (double& p : probabilities) {
    p = std::log(p);
    mean_log += p / static_cast<double>(probabilities.size());
  }
  // The symmetric link of 1.4 and later: relative to the geometric mean.
  for (double& p : probabilities) p -= context.AtLeast(1, 4) ? mean_log : 0;
  return probabilities;
}

Result<ValueId> ScoresOfProbabilities(Context& context, const Object& at, Loss loss, ValueId probabilities) {
  const double margin = ProbabilityMargin(context);
  SCOREWAY_ASSIGN_OR_RETURN(
      ValueId value,
      context.Add(op::Affine{.offset = {}, .factor = {}, .low = margin, .high = 1 - margin}, {probabilities}, at));
  if (loss == Loss::kMultinomial) {
    SCOREWAY_ASSIGN_OR_RETURN(value, AddUnary(context, at, op::UnaryFunction::kLog, value));
    if (!context.AtLeast(1, 4)) return value;
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId mean, context.Add(op::AggregateRow{op::RowAggregate::kMean}, {value}, at));
    return context.Add(op::Binary{op::BinaryFunction::kSubtract}, {value, mean}, at);
  }
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId positive, context.SelectColumns(value, {1}, at));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId negative, MultiplyAdd(context, at, positive, -1, 1));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId odds,
                            context.Add(op::Binary{op::BinaryFunction::kDivide}, {positive, negative}, at));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId logit, AddUnary(context, at, op::UnaryFunction::kLog, odds));
  if (loss != Loss::kExponential) return logit;
  return MultiplyAdd(context, at, logit, 0.5, 0);
}

// What the first estimator of 0.20 and before knows: it gave scores, where later ones give probabilities.
Result<std::optional<std::vector<double>>> ReadOldInitialScores(const Object& init, size_t scores) {
  struct NumbersOfClass {
    std::string_view name;
    std::string_view attribute;
  };
  constexpr NumbersOfClass kClasses[] = {
      {"MeanEstimator", "mean"},           {"QuantileEstimator", "quantile"},       {"LogOddsEstimator", "prior"},
      {"ScaledLogOddsEstimator", "prior"}, {"PriorProbabilityEstimator", "priors"},
  };
  const std::string name = init.short_name();
  if (name == "ZeroEstimator") return std::optional(std::vector<double>(scores, 0));
  const auto found = std::ranges::find(kClasses, name, &NumbersOfClass::name);
  if (found == std::end(kClasses)) return std::optional<std::vector<double>>();
  SCOREWAY_ASSIGN_OR_RETURN(std::vector<double> numbers, init.Vector(found->attribute, scores));
  return std::optional(std::move(numbers));
}

Result<InitialScores> ReadInitialScores(Context& context, const Object& boosting, Loss loss, size_t scores,
                                        ValueId input) {
  InitialScores initial;
  const Object init = boosting.Get("init_");
  if (init.is_text()) {
    SCOREWAY_ASSIGN_OR_RETURN(const std::string word, init.Text());
    if (word != "zero") return context.Unsupported(boosting, "init '" + word + "'");
    initial.numbers.assign(scores, 0);
    return initial;
  }
  if (!init.has_value()) return boosting.Corrupt("has no init_");
  SCOREWAY_ASSIGN_OR_RETURN(std::optional<std::vector<double>> known, ReadOldInitialScores(init, scores));
  if (known) {
    initial.numbers = std::move(*known);
    return initial;
  }
  const std::string name = init.short_name();
  SCOREWAY_ASSIGN_OR_RETURN(const std::string strategy, init.TextOr("strategy", ""));
  if (name == "DummyRegressor" && loss == Loss::kRegression) {
    SCOREWAY_ASSIGN_OR_RETURN(initial.numbers, init.Vector("constant_", 1));
    return initial;
  }
  if (name == "DummyClassifier" && strategy == "prior" && loss != Loss::kRegression) {
    const size_t classes = loss == Loss::kMultinomial ? scores : 2;
    SCOREWAY_ASSIGN_OR_RETURN(std::vector<double> prior, init.Vector("class_prior_", classes));
    initial.numbers = ScoresOfProbabilities(context, loss, std::move(prior));
    return initial;
  }
  // Any other estimator sees the cells as the trees do: in float32.
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId rounded, AddUnary(context, boosting, op::UnaryFunction::kFloat32, input));
  SCOREWAY_ASSIGN_OR_RETURN(const Prediction prediction, context.Predict(init, context.TableOf(rounded)));
  if (loss == Loss::kRegression) {
    if (!prediction.numbers) return init.Corrupt("a regressor was expected");
    initial.value = prediction.numbers;
  } else {
    const size_t classes = loss == Loss::kMultinomial ? scores : 2;
    if (!prediction.probabilities || context.width(*prediction.probabilities) != classes) {
      return context.Unsupported(init, "an init estimator without the probabilities of these classes");
    }
    SCOREWAY_ASSIGN_OR_RETURN(initial.value, ScoresOfProbabilities(context, init, loss, *prediction.probabilities));
  }
  if (context.width(*initial.value) != scores) return init.Corrupt("gives another number of scores");
  return initial;
}

// The sum of all stages, a column a score.
Result<ValueId> AddStages(Context& context, const Object& boosting, const Table& in, Loss loss, size_t scores) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<Object> trees, boosting.Items("estimators_"));  // stage by stage
  SCOREWAY_ASSIGN_OR_RETURN(const double rate, boosting.Number("learning_rate"));
  if (scores == 0 || trees.size() % scores != 0) return boosting.Corrupt("trees do not fit the classes");
  Table checked = in;
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId input, context.FiniteNumbers(boosting, &checked, {.as_float32 = true}));
  SCOREWAY_ASSIGN_OR_RETURN(InitialScores initial, ReadInitialScores(context, boosting, loss, scores, input));

  TreeBuilder builder(&context, 1);
  op::TreeEnsemble& ensemble = builder.trees();
  for (size_t t = 0; t < trees.size(); ++t) {
    SCOREWAY_ASSIGN_OR_RETURN(const TreeNodes nodes, ReadTree(trees[t]));
    const auto leaf = [&nodes, rate](size_t node, std::vector<double>* out) {
      out->push_back(rate * *nodes.At(node, 0));
    };
    SCOREWAY_RETURN_IF_ERROR(builder.Add(trees[t], nodes, leaf));
    if (scores > 1) ensemble.tree_output.push_back(static_cast<uint32_t>(t % scores));
  }
  ensemble.outputs = static_cast<uint32_t>(scores);
  ensemble.base = std::move(initial.numbers);
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId sum, context.Add(std::move(ensemble), {input}, boosting));
  if (!initial.value) return sum;
  return context.Add(op::WeightedSum{}, {*initial.value, sum}, boosting);
}

Result<Loss> ReadClassifierLoss(Context& context, const Object& boosting, size_t classes) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::string loss, boosting.TextOr("loss", "log_loss"));
  if (loss == "exponential") return Loss::kExponential;
  if (loss != "deviance" && loss != "log_loss") return context.Unsupported(boosting, "loss '" + loss + "'");
  return classes == 2 ? Loss::kBinomial : Loss::kMultinomial;
}

}  // namespace

Result<Prediction> PredictGradientBoostingClassifier(Context& context, const Object& boosting, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(Labels labels, boosting.ReadLabels("classes_"));
  SCOREWAY_ASSIGN_OR_RETURN(const Loss loss, ReadClassifierLoss(context, boosting, labels.size()));
  const size_t scores = loss == Loss::kMultinomial ? labels.size() : 1;
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId raw, AddStages(context, boosting, in, loss, scores));
  ValueId probabilities = 0;
  if (loss == Loss::kMultinomial) {
    SCOREWAY_ASSIGN_OR_RETURN(probabilities, AddRow(context, boosting, op::RowFunction::kSoftmax, raw));
  } else {
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId logit,
                              MultiplyAdd(context, boosting, raw, loss == Loss::kExponential ? 2 : 1, 0));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId positive, AddUnary(context, boosting, op::UnaryFunction::kLogistic, logit));
    SCOREWAY_ASSIGN_OR_RETURN(probabilities, BothProbabilities(context, boosting, positive));
  }
  SCOREWAY_ASSIGN_OR_RETURN(Prediction prediction,
                            ClassifierOfProbabilities(context, boosting, std::move(labels), probabilities));
  prediction.decision = raw;
  // A score of exactly 0 was the first class until 1.3 for log loss, and is the second for all since.
  if (loss == Loss::kExponential || (loss == Loss::kBinomial && context.AtLeast(1, 4))) {
    SCOREWAY_ASSIGN_OR_RETURN(prediction.codes, context.Add(op::Threshold{0, true}, {raw}, boosting));
  } else if (loss == Loss::kMultinomial && context.AtLeast(1, 4)) {
    SCOREWAY_ASSIGN_OR_RETURN(prediction.codes, ArgMax(context, boosting, raw));
  }
  return prediction;
}

Result<Prediction> PredictGradientBoostingRegressor(Context& context, const Object& boosting, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId raw, AddStages(context, boosting, in, Loss::kRegression, 1));
  return RegressorOf(raw);
}

}  // namespace scoreway::sklearn
