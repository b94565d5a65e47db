// Models that are expressions.

#include "importers/sklearn/decision.h"
#include "importers/sklearn2pmml/expression_cells.h"

namespace scoreway::sklearn2pmml {
namespace {

// Scores of the classes that have an expression, in the order of `labels`, and which these are.
struct Scores {
  std::vector<ValueId> values;
  std::vector<size_t> classes;
};

Result<Object> FindClass(const Object& dict, const Labels& labels, size_t index) {
  const Result<pickle::DictView> view = dict.node().AsDict();
  if (!view.ok()) return AtPlace(dict.path(), view.error());
  for (size_t i = 0; i < view->size(); ++i) {
    const Object key(&view->key(i), dict.path());
    bool equal = false;
    if (labels.type == Type::kString) {
      equal = key.is_text() && *key.Text() == labels.texts[index];
    } else if (!key.is_text()) {
      SCOREWAY_ASSIGN_OR_RETURN(const double number, key.Number());
      equal = number == labels.numbers[index];
    }
    if (equal) return Object(&view->value(i), dict.path() + "[" + labels.TextAt(index) + "]");
  }
  return Object();
}

Result<Scores> AddScores(Context& context, const Object& classifier, const Labels& labels, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const Object dict, classifier.Want("class_exprs"));
  Scores scores;
  for (size_t k = 0; k < labels.size(); ++k) {
    SCOREWAY_ASSIGN_OR_RETURN(const Object expression, FindClass(dict, labels, k));
    if (!expression.exists()) continue;
    SCOREWAY_ASSIGN_OR_RETURN(const Cell cell, LowerExpression(context, classifier, expression, in));
    if (cell.open || cell.is_text) return context.Unsupported(classifier, "a score that is no number");
    scores.values.push_back(cell.value);
    scores.classes.push_back(k);
  }
  if (scores.values.empty()) return dict.Corrupt("no expression is of a class");
  return scores;
}

// One score for two classes: the probability of its class.
Result<ValueId> TwoClasses(Context& context, const Object& classifier, const Scores& scores, bool logit) {
  ValueId own = scores.values[0];
  if (logit) {
    SCOREWAY_ASSIGN_OR_RETURN(own, sklearn::AddUnary(context, classifier, op::UnaryFunction::kLogistic, own));
  } else {
    op::Affine clip;
    clip.low = 0;
    clip.high = 1;
    SCOREWAY_ASSIGN_OR_RETURN(own, context.Add(std::move(clip), {own}, classifier));
  }
  if (scores.classes[0] == 1) return sklearn::BothProbabilities(context, classifier, own);
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId other, sklearn::MultiplyAdd(context, classifier, own, -1, 1));
  return context.Concat({own, other}, classifier);
}

}  // namespace

Result<Prediction> PredictExpressionClassifier(Context& context, const Object& classifier, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(Labels labels, classifier.ReadLabels("classes_"));
  SCOREWAY_ASSIGN_OR_RETURN(const std::string method, classifier.Text("normalization_method"));
  SCOREWAY_ASSIGN_OR_RETURN(const Scores scores, AddScores(context, classifier, labels, in));
  const bool all = scores.values.size() == labels.size();
  ValueId probabilities = 0;
  if (labels.size() == 2 && scores.values.size() == 1 && (method == "none" || method == "logit")) {
    SCOREWAY_ASSIGN_OR_RETURN(probabilities, TwoClasses(context, classifier, scores, method == "logit"));
  } else if (all && (method == "simplemax" || method == "softmax")) {
    SCOREWAY_ASSIGN_OR_RETURN(probabilities, context.Concat(scores.values, classifier));
    op::Params normalize = op::NormalizeRows{op::NormalizeRows::Norm::kL1, 0};
    if (method == "softmax") normalize = op::Row{op::RowFunction::kSoftmax, false};
    SCOREWAY_ASSIGN_OR_RETURN(probabilities, context.Add(std::move(normalize), {probabilities}, classifier));
  } else {
    return context.Unsupported(classifier, "normalization_method '" + method + "' of these expressions");
  }
  return sklearn::ClassifierOfProbabilities(context, classifier, std::move(labels), probabilities);
}

Result<Prediction> PredictExpressionRegressor(Context& context, const Object& regressor, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const Object expression, regressor.Want("expr"));
  SCOREWAY_ASSIGN_OR_RETURN(const std::string method, regressor.TextOr("normalization_method", "none"));
  SCOREWAY_ASSIGN_OR_RETURN(const Cell cell, LowerExpression(context, regressor, expression, in));
  if (cell.open || cell.is_text) return context.Unsupported(regressor, "a value that is no number");
  if (method == "none") return sklearn::RegressorOf(cell.value);
  if (method != "exp") return context.Unsupported(regressor, "normalization_method '" + method + "'");
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId value,
                            sklearn::AddUnary(context, regressor, op::UnaryFunction::kExp, cell.value));
  return sklearn::RegressorOf(value);
}

}  // namespace scoreway::sklearn2pmml
