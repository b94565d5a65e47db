// Classifiers that decide at a threshold of their own.

#include "importers/sklearn/decision.h"
#include "importers/sklearn/lowerings.h"

namespace scoreway::sklearn {
namespace {

// The place of the positive class: the second, unless another was named.
Result<size_t> PositivePlace(const Object& at, const Object& named, const Labels& labels) {
  if (!named.has_value()) return size_t{1};
  std::string text;
  if (named.is_text()) {
    SCOREWAY_ASSIGN_OR_RETURN(text, named.Text());
  } else {
    SCOREWAY_ASSIGN_OR_RETURN(const double number, named.Number());
    for (size_t i = 0; i < labels.numbers.size(); ++i) {
      if (labels.numbers[i] == number) return i;
    }
    return at.Corrupt("the positive class is no class");
  }
  for (size_t i = 0; i < labels.texts.size(); ++i) {
    if (labels.texts[i] == text) return i;
  }
  return at.Corrupt("the positive class is no class");
}

struct Rule {
  Object positive;
  std::optional<double> threshold;  // none: the usual one
};

Result<Prediction> AddThreshold(Context& context, const Object& classifier, const Table& in, const Rule& rule) {
  const Object fitted = classifier.GetFirst({"estimator_", "estimator"});
  SCOREWAY_ASSIGN_OR_RETURN(Prediction prediction, context.Predict(fitted, in));
  if (!prediction.codes || prediction.labels.size() != 2) return fitted.Corrupt("a binary classifier was expected");
  SCOREWAY_ASSIGN_OR_RETURN(const size_t positive, PositivePlace(classifier, rule.positive, prediction.labels));
  SCOREWAY_ASSIGN_OR_RETURN(const std::string method, classifier.TextOr("response_method", "auto"));
  const bool by_probability = method == "predict_proba" || (method == "auto" && prediction.probabilities);
  if (!by_probability && method != "decision_function" && method != "auto") {
    return context.Unsupported(classifier, "a threshold on '" + method + "'");
  }
  ValueId score = 0;
  if (by_probability) {
    if (!prediction.probabilities) return context.Unsupported(fitted, "has no probabilities");
    SCOREWAY_ASSIGN_OR_RETURN(
        score, context.SelectColumns(*prediction.probabilities, {static_cast<uint32_t>(positive)}, classifier));
  } else {
    if (!prediction.decision || context.width(*prediction.decision) != 1) {
      return context.Unsupported(fitted, "has no decision function");
    }
    score = *prediction.decision;
    if (positive == 0) {
      SCOREWAY_ASSIGN_OR_RETURN(score, AddUnary(context, classifier, op::UnaryFunction::kNegate, score));
    }
  }
  const double threshold = rule.threshold.value_or(by_probability ? 0.5 : 0);
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId above, context.Add(op::Threshold{threshold, true}, {score}, classifier));
  prediction.codes = above;
  if (positive == 0) {
    SCOREWAY_ASSIGN_OR_RETURN(prediction.codes, AddUnary(context, classifier, op::UnaryFunction::kNot, above));
  }
  return prediction;
}

}  // namespace

Result<Prediction> PredictFixedThreshold(Context& context, const Object& classifier, const Table& in) {
  Rule rule;
  rule.positive = classifier.Get("pos_label");
  if (const Object threshold = classifier.Get("threshold"); threshold.is_number()) {
    SCOREWAY_ASSIGN_OR_RETURN(rule.threshold, threshold.Number());
  }
  return AddThreshold(context, classifier, in, rule);
}

Result<Prediction> PredictTunedThreshold(Context& context, const Object& classifier, const Table& in) {
  Rule rule;
  SCOREWAY_ASSIGN_OR_RETURN(rule.threshold, classifier.Number("best_threshold_"));
  const Object scorer = classifier.Get("_curve_scorer");
  rule.positive = scorer.Get("_kwargs").Get("pos_label");
  return AddThreshold(context, classifier, in, rule);
}

}  // namespace scoreway::sklearn
