// Estimators around other estimators: searches, transformed targets, one against the rest, several targets, chains.

#include <algorithm>

#include "base/number_text.h"
#include "importers/sklearn/decision.h"
#include "importers/sklearn/inverse.h"
#include "importers/sklearn/lowerings.h"

namespace scoreway::sklearn {
namespace {

// The code of the greatest column, the last among equals: as the loop of releases before 1.9 has it.
Result<ValueId> LastArgMax(Context& context, const Object& origin, std::vector<ValueId> scores) {
  std::reverse(scores.begin(), scores.end());
  std::vector<double> table;
  for (size_t i = scores.size(); i-- > 0;) table.push_back(static_cast<double>(i));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId reversed, context.Concat(std::move(scores), origin));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId index, ArgMax(context, origin, reversed));
  return context.Add(op::DecodeNumber{std::move(table)}, {index}, origin);
}

Result<ValueId> SharesOfSum(Context& context, const Object& origin, ValueId value) {
  if (context.AtLeast(1, 6)) return AddRow(context, origin, op::RowFunction::kNormalizeSum, value);
  // A row of zeros became NaN.
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId sum, context.Add(op::AggregateRow{op::RowAggregate::kSum}, {value}, origin));
  return context.Add(op::Binary{op::BinaryFunction::kDivide}, {value, sum}, origin);
}

// A chain keeps what its links predict in one array of numbers, and so reads labels of text as the numbers they spell.
Status SpellNumbers(Context& context, const Object& estimator, Labels* labels) {
  if (labels->type != Type::kString) return Status();
  Labels numbers;
  for (const std::string& text : labels->texts) {
    double number = 0;
    if (ParseDouble(text, &number) != NumberParse::kOk) {
      return Status(context.Unsupported(estimator, "labels of text as numbers"));
    }
    numbers.numbers.push_back(number);
  }
  *labels = std::move(numbers);
  return Status();
}

// The columns of a chain in the order of the targets.
Result<std::vector<uint32_t>> ChainOrder(const Object& chain, size_t size) {
  SCOREWAY_ASSIGN_OR_RETURN(const Object order_at, chain.Want("order_"));
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<int64_t> order, order_at.Integers());
  std::vector<uint32_t> position(size, UINT32_MAX);
  for (size_t i = 0; i < order.size(); ++i) {
    if (order[i] < 0 || static_cast<size_t>(order[i]) >= size) return order_at.Corrupt("a target out of range");
    position[static_cast<size_t>(order[i])] = static_cast<uint32_t>(i);
  }
  if (order.size() != size || std::count(position.begin(), position.end(), UINT32_MAX) != 0) {
    return order_at.Corrupt("not an order of the targets");
  }
  return position;
}

}  // namespace

Result<Prediction> PredictConstantClass(Context& context, const Object& constant) {
  SCOREWAY_ASSIGN_OR_RETURN(const Matrix y, constant.Numbers("y_"));
  if (y.size() != 1) return constant.Corrupt("one class was expected");
  Prediction prediction;
  SCOREWAY_ASSIGN_OR_RETURN(prediction.decision, context.Add(op::Constant{{y.values[0]}}, {}, constant));
  SCOREWAY_ASSIGN_OR_RETURN(prediction.probabilities,
                            context.Add(op::Constant{{1 - y.values[0], y.values[0]}}, {}, constant));
  return prediction;
}

Result<Prediction> PredictSearch(Context& context, const Object& search, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const Object best, search.Want("best_estimator_"));
  if (context.CanPredict(best) || !context.CanTransform(best)) return context.Predict(best, in);
  Prediction prediction;
  SCOREWAY_ASSIGN_OR_RETURN(prediction.transformed, context.Transform(best, in));
  return prediction;
}

Result<Table> TransformSearch(Context& context, const Object& search, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const Object best, search.Want("best_estimator_"));
  return context.Transform(best, in);
}

Result<Prediction> PredictFrozen(Context& context, const Object& frozen, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const Object inner, frozen.Want("estimator"));
  return context.Predict(inner, in);
}

Result<Table> TransformFrozen(Context& context, const Object& frozen, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const Object inner, frozen.Want("estimator"));
  return context.Transform(inner, in);
}

Result<Prediction> PredictTransformedTarget(Context& context, const Object& target, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const Object regressor, target.Want("regressor_"));
  SCOREWAY_ASSIGN_OR_RETURN(const Object transformer, target.Want("transformer_"));
  SCOREWAY_ASSIGN_OR_RETURN(const Prediction inner, context.Predict(regressor, in));
  if (!inner.numbers) return regressor.Corrupt("a regressor was expected");
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId value, InvertTransformer(context, transformer, *inner.numbers));
  return RegressorOf(value);
}

Result<Prediction> PredictOneVsRest(Context& context, const Object& meta, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const Object binarizer, meta.Want("label_binarizer_"));
  SCOREWAY_ASSIGN_OR_RETURN(const std::string kind, binarizer.TextOr("y_type_", "multiclass"));
  const bool multilabel = kind.starts_with("multilabel");
  if (kind != "multiclass" && kind != "binary" && !multilabel)
    return context.Unsupported(meta, "targets '" + kind + "'");
  SCOREWAY_ASSIGN_OR_RETURN(Labels labels, binarizer.ReadLabels("classes_"));
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<Object> estimators, meta.Items("estimators_"));
  const bool binary = !multilabel && labels.size() == 2 && estimators.size() == 1;
  if (!binary && estimators.size() != labels.size()) return meta.Corrupt("not one estimator a class");

  std::vector<ValueId> scores;
  std::vector<ValueId> positives;
  bool all_decide = true;
  for (const Object& estimator : estimators) {
    const bool constant = estimator.short_name() == "_ConstantPredictor";
    SCOREWAY_ASSIGN_OR_RETURN(const Prediction one,
                              constant ? PredictConstantClass(context, estimator) : context.Predict(estimator, in));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId score, PositiveScore(context, estimator, one));
    if (context.width(score) != 1) return estimator.Corrupt("a binary classifier was expected");
    scores.push_back(score);
    all_decide = all_decide && one.decision.has_value();
    if (!one.probabilities || context.width(*one.probabilities) != 2) continue;
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId positive, context.SelectColumns(*one.probabilities, {1}, estimator));
    positives.push_back(positive);
  }

  Prediction prediction;
  prediction.labels = std::move(labels);
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId all_scores, context.Concat(scores, meta));
  if (multilabel) {
    SCOREWAY_ASSIGN_OR_RETURN(
        prediction, MarksOfScores(context, meta, std::move(prediction.labels), all_scores, all_decide ? 0 : 0.5));
  }
  if (all_decide) prediction.decision = all_scores;
  if (multilabel) {
    // Marks, not a class.
  } else if (binary) {
    const double threshold = all_decide ? 0 : 0.5;
    SCOREWAY_ASSIGN_OR_RETURN(prediction.codes, context.Add(op::Threshold{threshold}, {all_scores}, meta));
  } else if (context.AtLeast(1, 9)) {
    SCOREWAY_ASSIGN_OR_RETURN(prediction.codes, ArgMax(context, meta, all_scores));
  } else {
    SCOREWAY_ASSIGN_OR_RETURN(prediction.codes, LastArgMax(context, meta, scores));
  }
  if (positives.size() == estimators.size()) {
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId each, context.Concat(std::move(positives), meta));
    SCOREWAY_ASSIGN_OR_RETURN(prediction.probabilities, multilabel ? Result<ValueId>(each)
                                                        : binary   ? BothProbabilities(context, meta, each)
                                                                   : SharesOfSum(context, meta, each));
  }
  return prediction;
}

Result<Prediction> PredictMultiOutputRegressor(Context& context, const Object& meta, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<Object> estimators, meta.Items("estimators_"));
  std::vector<ValueId> values;
  for (const Object& estimator : estimators) {
    SCOREWAY_ASSIGN_OR_RETURN(const Prediction one, context.Predict(estimator, in));
    if (!one.numbers || context.width(*one.numbers) != 1) return estimator.Corrupt("a regressor was expected");
    values.push_back(*one.numbers);
  }
  if (values.empty()) return meta.Corrupt("has no estimators");
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId all, context.Concat(std::move(values), meta));
  return RegressorOf(all);
}

Result<Prediction> PredictMultiOutputClassifier(Context& context, const Object& meta, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<Object> estimators, meta.Items("estimators_"));
  Prediction prediction;
  for (const Object& estimator : estimators) {
    SCOREWAY_ASSIGN_OR_RETURN(Prediction one, context.Predict(estimator, in));
    if (!one.codes) return estimator.Corrupt("a classifier was expected");
    prediction.targets.push_back(std::move(one));
    prediction.targets.back().transformed.reset();
  }
  if (prediction.targets.empty()) return meta.Corrupt("has no estimators");
  return prediction;
}

Result<Prediction> PredictRegressorChain(Context& context, const Object& chain, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<Object> estimators, chain.Items("estimators_"));
  Table table = in;
  std::vector<ValueId> values;
  for (const Object& estimator : estimators) {
    SCOREWAY_ASSIGN_OR_RETURN(const Prediction one, context.Predict(estimator, table));
    if (!one.numbers || context.width(*one.numbers) != 1) return estimator.Corrupt("a regressor was expected");
    values.push_back(*one.numbers);
    table.Append(context.TableOf(*one.numbers));
  }
  if (values.empty()) return chain.Corrupt("has no estimators");
  SCOREWAY_ASSIGN_OR_RETURN(std::vector<uint32_t> order, ChainOrder(chain, values.size()));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId all, context.Concat(std::move(values), chain));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId ordered, context.SelectColumns(all, std::move(order), chain));
  return RegressorOf(ordered);
}

Result<Prediction> PredictClassifierChain(Context& context, const Object& chain, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<Object> estimators, chain.Items("estimators_"));
  SCOREWAY_ASSIGN_OR_RETURN(const std::string method, chain.TextOr("chain_method_", "predict"));
  Table table = in;
  Prediction prediction;
  std::vector<Prediction> links;
  for (const Object& estimator : estimators) {
    SCOREWAY_ASSIGN_OR_RETURN(Prediction one, context.Predict(estimator, table));
    if (!one.codes) return estimator.Corrupt("a classifier was expected");
    SCOREWAY_RETURN_IF_ERROR(SpellNumbers(context, estimator, &one.labels));
    if (method == "predict") {
      SCOREWAY_ASSIGN_OR_RETURN(const ValueId numbers, LabelNumbers(context, estimator, one));
      table.Append(context.TableOf(numbers));
    } else {
      const bool by_probability = method == "predict_proba" && one.probabilities;
      if (!by_probability && method != "decision_function") {
        return context.Unsupported(chain, "a chain by '" + method + "'");
      }
      Prediction only = one;
      if (by_probability) only.decision.reset();
      SCOREWAY_ASSIGN_OR_RETURN(const ValueId score, PositiveScore(context, estimator, only));
      table.Append(context.TableOf(score));
    }
    links.push_back(std::move(one));
  }
  if (links.empty()) return chain.Corrupt("has no estimators");
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<uint32_t> order, ChainOrder(chain, links.size()));
  for (uint32_t position : order) {
    prediction.targets.push_back(links[position]);
    prediction.targets.back().transformed.reset();
  }
  return prediction;
}

}  // namespace scoreway::sklearn
