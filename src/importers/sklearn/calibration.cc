// Isotonic regression, and classifiers whose scores are mapped to probabilities.

#include <cmath>

#include "importers/sklearn/decision.h"
#include "importers/sklearn/lowerings.h"

namespace scoreway::sklearn {
namespace {

// The step-wise linear function of an IsotonicRegression.
Result<ValueId> AddIsotonic(Context& context, const Object& isotonic, ValueId value) {
  const Object x_at = isotonic.GetFirst({"X_thresholds_", "_necessary_X_"});
  const Object y_at = isotonic.GetFirst({"y_thresholds_", "_necessary_y_"});
  SCOREWAY_ASSIGN_OR_RETURN(Matrix x, x_at.Numbers());
  SCOREWAY_ASSIGN_OR_RETURN(Matrix y, y_at.Numbers());
  if (x.size() == 0 || x.size() != y.size()) return isotonic.Corrupt("thresholds do not fit each other");
  SCOREWAY_ASSIGN_OR_RETURN(const std::string outside, isotonic.TextOr("out_of_bounds", "nan"));
  if (outside != "nan" && outside != "clip" && outside != "raise") {
    return context.Unsupported(isotonic, "out_of_bounds '" + outside + "'");
  }
  if (outside == "raise") {
    op::NumberDomain domain;
    domain.low.assign(1, x.values.front());
    domain.high.assign(1, x.values.back());
    domain.invalid = op::InvalidCell::kReject;
    SCOREWAY_ASSIGN_OR_RETURN(value, context.Add(std::move(domain), {value}, isotonic));
  }
  // A single threshold is a constant everywhere.
  const bool nan_outside = outside == "nan" && y.size() > 1;
  return context.Add(op::Interpolate{std::move(x.values), std::move(y.values), nan_outside}, {value}, isotonic);
}

// 1 / (1 + exp(a * score + b)).
Result<ValueId> AddSigmoid(Context& context, const Object& sigmoid, ValueId score) {
  SCOREWAY_ASSIGN_OR_RETURN(const double a, sigmoid.Number("a_"));
  SCOREWAY_ASSIGN_OR_RETURN(const double b, sigmoid.Number("b_"));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId exponent, MultiplyAdd(context, sigmoid, score, -a, -b));
  return AddUnary(context, sigmoid, op::UnaryFunction::kLogistic, exponent);
}

// The probabilities that one temperature gives all classes: the softmax of their logits over it. Scores of one column
// are logits for and against; probabilities become logits by their logarithm.
Result<ValueId> AddTemperature(Context& context, const Object& calibrator, const Prediction& inner, ValueId scores) {
  SCOREWAY_ASSIGN_OR_RETURN(const double factor, calibrator.Number("beta_"));
  ValueId logits = scores;
  if (!inner.decision) {
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId above, MultiplyAdd(context, calibrator, *inner.probabilities, 1, 1e-12));
    SCOREWAY_ASSIGN_OR_RETURN(logits, AddUnary(context, calibrator, op::UnaryFunction::kLog, above));
  } else if (context.width(scores) == 1) {
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId against, MultiplyAdd(context, calibrator, scores, -1, 0));
    SCOREWAY_ASSIGN_OR_RETURN(logits, context.Concat({against, scores}, calibrator));
  }
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId scaled, MultiplyAdd(context, calibrator, logits, factor, 0));
  return AddRow(context, calibrator, op::RowFunction::kSoftmax, scaled);
}

Result<ValueId> AddCalibrator(Context& context, const Object& calibrator, ValueId score) {
  const std::string name = calibrator.short_name();
  if (name == "_SigmoidCalibration") return AddSigmoid(context, calibrator, score);
  if (name == "IsotonicRegression") return AddIsotonic(context, calibrator, score);
  return context.Unsupported(calibrator, "this way of calibration is not known");
}

// The probabilities that one calibrated classifier gives.
Result<ValueId> AddCalibrated(Context& context, const Object& calibrated, const Labels& labels, const Table& in) {
  const Object estimator = calibrated.GetFirst({"estimator", "base_estimator"});
  SCOREWAY_ASSIGN_OR_RETURN(const std::string method, calibrated.TextOr("method", "sigmoid"));
  if (method != "sigmoid" && method != "isotonic" && method != "temperature")
    return context.Unsupported(calibrated, "method '" + method + "'");
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<Object> calibrators,
                            calibrated.GetFirst({"calibrators", "calibrators_"}).Items());
  SCOREWAY_ASSIGN_OR_RETURN(const Prediction inner, context.Predict(estimator, in));
  const size_t classes = labels.size();
  if (!inner.is_classifier() || inner.labels.size() != classes) {
    return context.Unsupported(estimator, "a fold of the calibration that lacks a class");
  }
  ValueId scores = 0;
  if (inner.decision) {
    scores = *inner.decision;
  } else if (inner.probabilities && classes == 2) {
    SCOREWAY_ASSIGN_OR_RETURN(scores, context.SelectColumns(*inner.probabilities, {1}, estimator));
  } else if (inner.probabilities) {
    scores = *inner.probabilities;
  } else {
    return context.Unsupported(estimator, "has neither a decision function nor probabilities");
  }
  SCOREWAY_RETURN_IF_ERROR(WantDecisionWidth(context, estimator, scores, classes));
  if (method == "temperature") {
    if (calibrators.size() != 1) return calibrated.Corrupt("one temperature was expected");
    return AddTemperature(context, calibrators[0], inner, scores);
  }
  if (calibrators.size() != context.width(scores)) return calibrated.Corrupt("not one calibrator a class");

  std::vector<ValueId> each;
  for (size_t k = 0; k < calibrators.size(); ++k) {
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId score,
                              context.SelectColumns(scores, {static_cast<uint32_t>(k)}, calibrators[k]));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId probability, AddCalibrator(context, calibrators[k], score));
    each.push_back(probability);
  }
  if (classes == 2) return BothProbabilities(context, calibrated, each[0]);
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId all, context.Concat(std::move(each), calibrated));
  return context.Add(op::Row{op::RowFunction::kNormalizeSum, true}, {all}, calibrated);
}

}  // namespace

Result<Prediction> PredictCalibrated(Context& context, const Object& calibration, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(Labels labels, calibration.ReadLabels("classes_"));
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<Object> parts, calibration.Items("calibrated_classifiers_"));
  std::vector<ValueId> values;
  for (const Object& part : parts) {
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId probabilities, AddCalibrated(context, part, labels, in));
    values.push_back(probabilities);
  }
  if (values.empty()) return calibration.Corrupt("has no calibrated classifiers");
  op::WeightedSum mean;
  mean.divisor = static_cast<double>(values.size());
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId probabilities, context.Add(mean, std::move(values), calibration));
  return ClassifierOfProbabilities(context, calibration, std::move(labels), probabilities);
}

Result<Prediction> PredictIsotonic(Context& context, const Object& isotonic, const Table& in) {
  SCOREWAY_RETURN_IF_ERROR(context.WantWidth(isotonic, in, 1));
  Table checked = in;
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId value, context.FiniteNumbers(isotonic, &checked));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId out, AddIsotonic(context, isotonic, value));
  return RegressorOf(out);
}

Result<Table> TransformIsotonic(Context& context, const Object& isotonic, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const Prediction prediction, PredictIsotonic(context, isotonic, in));
  return context.TableOf(*prediction.numbers);
}

}  // namespace scoreway::sklearn
