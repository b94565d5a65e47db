// Estimators of companion libraries that wrap those of scikit-learn, and the linear models of statsmodels.

#include <algorithm>
#include <cmath>

#include "importers/sklearn/decision.h"
#include "importers/sklearn2pmml/cells.h"

namespace scoreway::sklearn2pmml {
namespace {

struct LinkFunction {
  std::string_view name;
  std::optional<op::UnaryFunction> inverse;
};

constexpr LinkFunction kLinks[] = {
    {"Identity", std::nullopt},
    {"identity", std::nullopt},
    {"Log", op::UnaryFunction::kExp},
    {"log", op::UnaryFunction::kExp},
    {"Logit", op::UnaryFunction::kLogistic},
    {"logit", op::UnaryFunction::kLogistic},
    {"CLogLog", op::UnaryFunction::kCloglogInverse},
    {"cloglog", op::UnaryFunction::kCloglogInverse},
};

// in * coefficients + intercept; `params` has a row a coefficient, the intercept's first if there is one.
Result<ValueId> AddStatsLinear(Context& context, const Object& estimator, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const bool intercept, estimator.BoolOr("fit_intercept", true));
  const Object results = estimator.Get("results_");
  const Object inner = results.Get("_results").exists() ? results.Get("_results") : results;
  SCOREWAY_ASSIGN_OR_RETURN(const sklearn::Matrix params, inner.Numbers("params"));
  const size_t rows = in.width() + (intercept ? 1 : 0);
  if (rows == 0 || params.size() % rows != 0 || params.size() == 0) {
    return inner.Corrupt(std::to_string(params.size()) + " parameters, but " + std::to_string(in.width()) +
                         " columns come in");
  }
  const size_t outputs = params.size() / rows;
  op::Linear linear;
  linear.outputs = static_cast<uint32_t>(outputs);
  for (size_t output = 0; output < outputs; ++output) {
    if (intercept) linear.bias.push_back(params.values[output]);
    for (size_t row = intercept ? 1 : 0; row < rows; ++row) {
      linear.weights.push_back(params.values[row * outputs + output]);
    }
  }
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId numbers, context.Numbers(estimator, in));
  return context.Add(std::move(linear), {numbers}, estimator);
}

// A generalized linear model's mean: by its family's link.
Result<ValueId> ApplyLink(Context& context, const Object& estimator, ValueId linear) {
  const Object link = estimator.Get("model_").Get("family").GetFirst({"_link", "link"});
  const std::string name = link.short_name();
  for (const LinkFunction& known : kLinks) {
    if (known.name != name) continue;
    if (!known.inverse) return linear;
    return sklearn::AddUnary(context, estimator, *known.inverse, linear);
  }
  return context.Unsupported(estimator, "the link '" + name + "'");
}

Status RefuseOffsets(Context& context, const Object& estimator) {
  for (std::string_view name : {"offset", "exposure"}) {
    if (!estimator.Get("init_params").Get(name).has_value()) continue;
    return Status(context.Unsupported(estimator, "an " + std::string(name) + " of the rows it was fitted on"));
  }
  return {};
}

// Probabilities of ordered classes from how probable it is to be no further than each but the last.
Result<ValueId> AddDifferences(Context& context, const Object& estimator, ValueId cumulative) {
  const size_t steps = context.width(cumulative);
  op::Linear differences;
  differences.outputs = static_cast<uint32_t>(steps + 1);
  differences.weights.assign((steps + 1) * steps, 0);
  differences.bias.assign(steps + 1, 0);
  differences.bias.back() = 1;
  for (size_t k = 0; k <= steps; ++k) {
    if (k < steps) differences.weights[k * steps + k] = 1;
    if (k > 0) differences.weights[k * steps + k - 1] = -1;
  }
  return context.Add(std::move(differences), {cumulative}, estimator);
}

}  // namespace

Result<Prediction> PredictStatsModelsRegressor(Context& context, const Object& estimator, const Table& in) {
  SCOREWAY_RETURN_IF_ERROR(RefuseOffsets(context, estimator));
  const std::string model = estimator.Get("model_class").short_name();
  SCOREWAY_ASSIGN_OR_RETURN(ValueId value, AddStatsLinear(context, estimator, in));
  if (model == "GLM") {
    SCOREWAY_ASSIGN_OR_RETURN(value, ApplyLink(context, estimator, value));
  } else if (model == "Poisson") {
    SCOREWAY_ASSIGN_OR_RETURN(value, sklearn::AddUnary(context, estimator, op::UnaryFunction::kExp, value));
  } else if (model != "OLS" && model != "WLS" && model != "GLS" && model != "QuantReg" && model != "RLM") {
    return context.Unsupported(estimator, "the model " + model);
  }
  return sklearn::RegressorOf(value);
}

Result<Prediction> PredictStatsModelsClassifier(Context& context, const Object& estimator, const Table& in) {
  SCOREWAY_RETURN_IF_ERROR(RefuseOffsets(context, estimator));
  const std::string model = estimator.Get("model_class").short_name();
  SCOREWAY_ASSIGN_OR_RETURN(Labels labels, estimator.ReadLabels("classes_"));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId linear, AddStatsLinear(context, estimator, in));
  ValueId probabilities = 0;
  if (model == "GLM") {
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId positive, ApplyLink(context, estimator, linear));
    SCOREWAY_ASSIGN_OR_RETURN(probabilities, sklearn::BothProbabilities(context, estimator, positive));
  } else if (model == "Logit" || model == "Probit") {
    const op::UnaryFunction inverse = model == "Logit" ? op::UnaryFunction::kLogistic : op::UnaryFunction::kNormalCdf;
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId positive, sklearn::AddUnary(context, estimator, inverse, linear));
    SCOREWAY_ASSIGN_OR_RETURN(probabilities, sklearn::BothProbabilities(context, estimator, positive));
  } else if (model == "MNLogit") {
    // The first class has the score 0.
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId zero, context.Add(op::Constant{{0}}, {}, estimator));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId scores, context.Concat({zero, linear}, estimator));
    SCOREWAY_ASSIGN_OR_RETURN(probabilities, sklearn::AddRow(context, estimator, op::RowFunction::kSoftmax, scores));
  } else {
    return context.Unsupported(estimator, "the model " + model);
  }
  if (context.width(probabilities) != labels.size()) return estimator.Corrupt("parameters do not fit the classes");
  return sklearn::ClassifierOfProbabilities(context, estimator, std::move(labels), probabilities);
}

// statsmodels' OrderedModel: one linear score, and a threshold between each two classes; behind the first threshold
// come the logarithms of the steps to the next.
Result<Prediction> PredictStatsModelsOrdinal(Context& context, const Object& estimator, const Table& in) {
  SCOREWAY_RETURN_IF_ERROR(RefuseOffsets(context, estimator));
  const std::string model = estimator.Get("model_class").short_name();
  if (model != "OrderedModel") return context.Unsupported(estimator, "the model " + model);
  SCOREWAY_ASSIGN_OR_RETURN(Labels labels, estimator.ReadLabels("classes_"));
  const std::string distribution = estimator.Get("model_").Get("distr").short_name();
  if (distribution != "logistic_gen" && distribution != "norm_gen") {
    return context.Unsupported(estimator, "the distribution '" + distribution + "'");
  }
  const Object results = estimator.Get("results_");
  const Object inner = results.Get("_results").exists() ? results.Get("_results") : results;
  if (labels.size() < 2) return estimator.Corrupt("fewer than two classes");
  const size_t steps = labels.size() - 1;
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<double> params, inner.Vector("params", in.width() + steps));
  SCOREWAY_RETURN_IF_ERROR(context.Charge(steps * in.width() * sizeof(double), estimator));
  op::Linear linear;
  linear.outputs = static_cast<uint32_t>(steps);
  double threshold = 0;
  for (size_t step = 0; step < steps; ++step) {
    const double param = params[in.width() + step];
    threshold += step == 0 ? param : std::exp(param);
    linear.bias.push_back(threshold);
    for (size_t column = 0; column < in.width(); ++column) linear.weights.push_back(-params[column]);
  }
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId numbers, context.Numbers(estimator, in));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId scores, context.Add(std::move(linear), {numbers}, estimator));
  const op::UnaryFunction function =
      distribution == "norm_gen" ? op::UnaryFunction::kNormalCdf : op::UnaryFunction::kLogistic;
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId below, sklearn::AddUnary(context, estimator, function, scores));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId probabilities, AddDifferences(context, estimator, below));
  return sklearn::ClassifierOfProbabilities(context, estimator, std::move(labels), probabilities);
}

// An estimator of FLAML hands on to the one it tuned, with codes for categories unless that one takes categories; the
// linear ones by gradient descent normalize rows before.
Result<Prediction> PredictFlaml(Context& context, const Object& estimator, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const Object model, estimator.Want("_model"));
  Table table = in;
  if (estimator.short_name() != "LGBMEstimator") {
    SCOREWAY_ASSIGN_OR_RETURN(table, CategoryCodes(context, estimator, in));
  }
  const Object normalizer = estimator.Get("normalizer");
  if (!normalizer.has_value()) return context.Predict(model, table);
  SCOREWAY_ASSIGN_OR_RETURN(const Table normalized, context.Transform(normalizer, table));
  return context.Predict(model, normalized);
}

// scikit-lego: the predictions of an estimator as columns.
Result<Table> TransformEstimator(Context& context, const Object& transformer, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const Object estimator, transformer.Want("estimator_"));
  SCOREWAY_ASSIGN_OR_RETURN(const std::string function, transformer.TextOr("predict_func", "predict"));
  if (function == "apply") {
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId leaves, AddLeaves(context, estimator, in));
    return context.TableOf(leaves);
  }
  SCOREWAY_ASSIGN_OR_RETURN(const Prediction prediction, context.Predict(estimator, in));
  if (function == "predict_proba" && prediction.probabilities) return context.TableOf(*prediction.probabilities);
  if (function == "decision_function" && prediction.decision) return context.TableOf(*prediction.decision);
  if (function != "predict") return context.Unsupported(transformer, "predict_func '" + function + "'");
  if (prediction.numbers) return context.TableOf(*prediction.numbers);
  if (!prediction.codes) return context.Unsupported(transformer, "what its estimator predicts");
  if (prediction.labels.type != Type::kString) {
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId labels, sklearn::LabelNumbers(context, transformer, prediction));
    return context.TableOf(labels);
  }
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId labels,
                            context.Add(op::DecodeText{prediction.labels.texts}, {*prediction.codes}, transformer));
  return context.TableOf(labels);
}

// TPOT: the predictions of an estimator, its probabilities, and then the columns themselves.
Result<Table> TransformStackingEstimator(Context& context, const Object& transformer, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const Object estimator, transformer.Want("estimator"));
  SCOREWAY_ASSIGN_OR_RETURN(const Prediction prediction, context.Predict(estimator, in));
  Table out;
  if (prediction.codes) {
    if (prediction.labels.type == Type::kString) return context.Unsupported(transformer, "labels of text as a column");
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId labels, sklearn::LabelNumbers(context, transformer, prediction));
    out = context.TableOf(labels);
    if (prediction.probabilities) out.Append(context.TableOf(*prediction.probabilities));
  } else if (prediction.numbers) {
    out = context.TableOf(*prediction.numbers);
  } else {
    return context.Unsupported(transformer, "what its estimator predicts");
  }
  out.Append(in);
  return out;
}

// scikit-lego: one classifier a threshold between classes, which says how probable the classes below it are.
Result<Prediction> PredictOrdinal(Context& context, const Object& estimator, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(Labels labels, estimator.ReadLabels("classes_"));
  const Result<pickle::DictView> dict = estimator.Get("estimators_").exists()
                                            ? estimator.Get("estimators_").node().AsDict()
                                            : Result<pickle::DictView>(estimator.Corrupt("has no 'estimators_'"));
  if (!dict.ok()) return AtPlace(estimator.path(), dict.error());
  const size_t steps = dict->size();
  if (labels.size() != steps + 1) return estimator.Corrupt("not one estimator between two classes");
  std::vector<ValueId> below;
  for (size_t i = 0; i < steps; ++i) {
    const Object step(&dict->value(i), estimator.path() + ".estimators_[" + std::to_string(i) + "]");
    SCOREWAY_ASSIGN_OR_RETURN(const Prediction prediction, context.Predict(step, in));
    if (!prediction.probabilities || context.width(*prediction.probabilities) != 2) {
      return context.Unsupported(step, "a threshold without a probability");
    }
    SCOREWAY_ASSIGN_OR_RETURN(below.emplace_back(), context.SelectColumns(*prediction.probabilities, {1}, step));
  }
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId joined, context.Concat(std::move(below), estimator));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId probabilities, AddDifferences(context, estimator, joined));
  return sklearn::ClassifierOfProbabilities(context, estimator, std::move(labels), probabilities);
}

}  // namespace scoreway::sklearn2pmml
