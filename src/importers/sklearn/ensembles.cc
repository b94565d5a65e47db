// Ensembles of any estimators: adaptive boosting, bagging, voting, stacking.

#include <algorithm>
#include <cmath>
#include <limits>

#include "importers/sklearn/decision.h"
#include "importers/sklearn/lowerings.h"
#include "importers/sklearn/tree_builder.h"

namespace scoreway::sklearn {
namespace {

bool AreTrees(const std::vector<Object>& estimators) {
  return !estimators.empty() && std::all_of(estimators.begin(), estimators.end(), [](const Object& estimator) {
    const std::string name = estimator.public_name();
    return name.starts_with("sklearn.tree.") && estimator.Get("tree_").has_value();
  });
}

// Lowers all of them; where one cannot be expressed the others are still walked, so that all reasons are found.
Result<std::vector<Prediction>> PredictAll(Context& context, const std::vector<Object>& estimators,
                                           const std::vector<Table>& tables) {
  std::vector<Prediction> predictions;
  std::optional<Error> failure;
  for (size_t i = 0; i < estimators.size(); ++i) {
    Result<Prediction> prediction = context.Predict(estimators[i], tables.size() == 1 ? tables[0] : tables[i]);
    if (prediction.ok()) {
      predictions.push_back(std::move(prediction).value());
      continue;
    }
    if (!context.NoteAndGoOn(prediction.error())) return std::move(prediction).error();
    failure = std::move(prediction).error();
  }
  if (failure) return *failure;
  return predictions;
}

Result<ValueId> WeightedMean(Context& context, const Object& origin, std::vector<ValueId> values,
                             std::vector<double> weights) {
  op::WeightedSum sum;
  sum.divisor = static_cast<double>(values.size());
  if (!weights.empty()) {
    if (weights.size() != values.size()) return origin.Corrupt("not one weight an estimator");
    sum.divisor = 0;
    for (double weight : weights) sum.divisor += weight;
    sum.weights = std::move(weights);
  }
  return context.Add(std::move(sum), std::move(values), origin);
}

Result<std::vector<ValueId>> Regressions(const Object& origin, const std::vector<Prediction>& predictions) {
  std::vector<ValueId> values;
  for (const Prediction& prediction : predictions) {
    if (!prediction.numbers) return origin.Corrupt("an ensemble of regressors holds something else");
    values.push_back(*prediction.numbers);
  }
  if (values.empty()) return origin.Corrupt("an ensemble without estimators");
  return values;
}

// ---- adaptive boosting ---------------------------------------------------------------------------------------------

// What a vote of one estimator adds to each class: its weight to the class, and since 1.3 as much, shared out, is taken
// from the others.
struct VoteWeights {
  double vote = 1;
  double other = 0;
};

VoteWeights SammeWeights(const Context& context, double weight, size_t classes) {
  return {weight, context.AtLeast(1, 3) ? -1 / (static_cast<double>(classes) - 1) * weight : 0};
}

// (K - 1) * (log p_k - mean over k of log p_k), the terms of SAMME.R.
std::vector<double> SammeRTerms(std::vector<double> probabilities) {
  const auto classes = static_cast<double>(probabilities.size());
  double sum = 0;
  for (double& p : probabilities) {
    p = std::log(std::max(p, std::numeric_limits<double>::epsilon()));
    sum += p;
  }
  for (double& p : probabilities) p = (classes - 1) * (p - (1 / classes) * sum);
  return probabilities;
}

// All votes of tree classifiers, as one ensemble of trees whose leaves hold the votes.
Result<ValueId> TreeVotes(Context& context, const Object& boosting, const std::vector<Object>& trees,
                          const std::vector<double>& weights, bool real, size_t classes, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId input, TreeInput(context, trees[0], trees[0], in));
  const bool counts = !context.AtLeast(1, 4);
  TreeBuilder builder(&context, classes);
  for (size_t t = 0; t < trees.size(); ++t) {
    SCOREWAY_ASSIGN_OR_RETURN(const TreeNodes nodes, ReadTree(trees[t]));
    if (nodes.outputs != 1 || nodes.classes != classes) return trees[t].Corrupt("values do not fit the classes");
    const VoteWeights votes = SammeWeights(context, weights[t], classes);
    const auto leaf = [&](size_t node, std::vector<double>* out) {
      std::vector<double> values(nodes.At(node, 0), nodes.At(node, 0) + classes);
      if (!real) {
        const auto best = static_cast<size_t>(std::max_element(values.begin(), values.end()) - values.begin());
        for (size_t k = 0; k < classes; ++k) out->push_back(k == best ? votes.vote : votes.other);
        return;
      }
      double sum = 0;
      for (double value : values) sum += counts ? value : 0;
      for (double& value : values) value /= sum == 0 ? 1 : sum;
      values = SammeRTerms(std::move(values));
      out->insert(out->end(), values.begin(), values.end());
    };
    SCOREWAY_RETURN_IF_ERROR(builder.Add(trees[t], nodes, leaf));
  }
  return context.Add(std::move(builder.trees()), {input}, boosting);
}

// The same for classifiers of any kind.
Result<ValueId> AnyVotes(Context& context, const Object& boosting, const std::vector<Object>& estimators,
                         const std::vector<double>& weights, bool real, const Labels& labels, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(std::vector<Prediction> predictions, PredictAll(context, estimators, {in}));
  std::vector<ValueId> terms;
  for (size_t i = 0; i < predictions.size(); ++i) {
    const Object& at = estimators[i];
    SCOREWAY_ASSIGN_OR_RETURN(const Prediction aligned, AlignClasses(context, at, std::move(predictions[i]), labels));
    if (!real) {
      terms.push_back(*aligned.codes);
      continue;
    }
    if (!aligned.probabilities) return context.Unsupported(at, "SAMME.R over an estimator without probabilities");
    op::Affine clip{.offset = {}, .factor = {}, .low = std::numeric_limits<double>::epsilon()};
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId clipped, context.Add(std::move(clip), {*aligned.probabilities}, at));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId log, AddUnary(context, at, op::UnaryFunction::kLog, clipped));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId mean, context.Add(op::AggregateRow{op::RowAggregate::kMean}, {log}, at));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId centered,
                              context.Add(op::Binary{op::BinaryFunction::kSubtract}, {log, mean}, at));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId term,
                              MultiplyAdd(context, at, centered, static_cast<double>(labels.size()) - 1, 0));
    terms.push_back(term);
  }
  if (real) return context.Add(op::WeightedSum{}, std::move(terms), boosting);
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId votes, context.Add(op::Votes{static_cast<uint32_t>(labels.size()), weights},
                                                             std::move(terms), boosting));
  double total = 0;
  for (double weight : weights) total += weight;
  const VoteWeights share = SammeWeights(context, 1, labels.size());
  // What others take: other * (total - votes).
  return MultiplyAdd(context, boosting, votes, share.vote - share.other, share.other * total);
}

// ---- bagging -------------------------------------------------------------------------------------------------------

Result<std::vector<std::vector<size_t>>> ReadFeatures(const Object& bagging, size_t estimators, size_t width) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<Object> items, bagging.Items("estimators_features_"));
  if (items.size() != estimators) return bagging.Corrupt("not one list of features an estimator");
  std::vector<std::vector<size_t>> lists;
  for (const Object& item : items) {
    SCOREWAY_ASSIGN_OR_RETURN(const std::vector<int64_t> features, item.Integers());
    std::vector<size_t>& list = lists.emplace_back();
    for (int64_t feature : features) {
      if (feature < 0 || static_cast<size_t>(feature) >= width) return item.Corrupt("a feature out of range");
      list.push_back(static_cast<size_t>(feature));
    }
  }
  return lists;
}

std::vector<Table> SelectAll(const Table& in, const std::vector<std::vector<size_t>>& lists) {
  std::vector<Table> tables;
  for (const std::vector<size_t>& list : lists) tables.push_back(in.Select(list));
  return tables;
}

// ---- voting and stacking -------------------------------------------------------------------------------------------

// Weights of the estimators that were not dropped.
Result<std::vector<double>> ReadWeights(const Object& voting) {
  const Object weights_at = voting.Get("weights");
  if (!weights_at.has_value()) return std::vector<double>();
  SCOREWAY_ASSIGN_OR_RETURN(const Matrix weights, weights_at.Numbers());
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<Object> pairs, voting.Items("estimators"));
  if (pairs.size() != weights.size()) return weights_at.Corrupt("not one weight an estimator");
  std::vector<double> kept;
  for (size_t i = 0; i < pairs.size(); ++i) {
    SCOREWAY_ASSIGN_OR_RETURN(const std::vector<Object> pair, pairs[i].Items());
    if (pair.size() == 2 && (pair[1].is_text() || pair[1].is_none())) continue;
    kept.push_back(weights.values[i]);
  }
  return kept;
}

// What a stacked estimator gives the final one.
Result<ValueId> StackedColumns(Context& context, const Object& at, const Prediction& prediction,
                               const std::string& method) {
  if (method == "predict_proba") {
    if (!prediction.probabilities) return context.Unsupported(at, "has no probabilities to stack");
    if (context.width(*prediction.probabilities) != 2) return *prediction.probabilities;
    return context.SelectColumns(*prediction.probabilities, {1}, at);
  }
  if (method == "decision_function") {
    if (!prediction.decision) return context.Unsupported(at, "has no decision function to stack");
    return *prediction.decision;
  }
  if (method != "predict") return context.Unsupported(at, "stacks by '" + method + "'");
  if (prediction.codes) return LabelNumbers(context, at, prediction);
  if (!prediction.numbers) return context.Unsupported(at, "has no predictions to stack");
  return *prediction.numbers;
}

Result<Prediction> AddStack(Context& context, const Object& stacking, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<Object> estimators, stacking.Items("estimators_"));
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<Object> methods, stacking.Items("stack_method_"));
  SCOREWAY_ASSIGN_OR_RETURN(const Object final_estimator, stacking.Want("final_estimator_"));
  std::vector<std::string> used;
  for (const Object& method : methods) {
    if (method.is_none()) continue;  // dropped
    SCOREWAY_ASSIGN_OR_RETURN(std::string word, method.Text());
    used.push_back(std::move(word));
  }
  if (used.size() != estimators.size()) return stacking.Corrupt("not one method an estimator");
  Result<std::vector<Prediction>> predictions = PredictAll(context, estimators, {in});
  if (!predictions.ok()) {
    context.Survey(final_estimator);
    return std::move(predictions).error();
  }
  Table stacked;
  for (size_t i = 0; i < estimators.size(); ++i) {
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId columns,
                              StackedColumns(context, estimators[i], (*predictions)[i], used[i]));
    stacked.Append(context.TableOf(columns));
  }
  SCOREWAY_ASSIGN_OR_RETURN(const bool passthrough, stacking.BoolOr("passthrough", false));
  if (passthrough) stacked.Append(in);
  return context.Predict(final_estimator, stacked);
}

}  // namespace

Result<Prediction> PredictAdaBoostClassifier(Context& context, const Object& boosting, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(Labels labels, boosting.ReadLabels("classes_"));
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<Object> estimators, boosting.Items("estimators_"));
  SCOREWAY_ASSIGN_OR_RETURN(const std::string algorithm, boosting.TextOr("algorithm", "SAMME"));
  SCOREWAY_ASSIGN_OR_RETURN(const Matrix all_weights, boosting.Numbers("estimator_weights_"));
  const size_t classes = labels.size();
  if (classes < 2) return context.Unsupported(boosting, "a single class");
  if (estimators.empty() || all_weights.size() < estimators.size())
    return boosting.Corrupt("not one weight an estimator");
  double total = 0;
  for (double weight : all_weights.values) total += weight;
  const std::vector<double> weights(all_weights.values.begin(),
                                    all_weights.values.begin() + static_cast<ptrdiff_t>(estimators.size()));
  // From 1.6 on the word means nothing.
  const bool real = algorithm == "SAMME.R" && !context.AtLeast(1, 6);
  Table checked = in;
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId finite, context.FiniteNumbers(boosting, &checked));
  checked = context.TableOf(finite, checked);
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId votes,
                            AreTrees(estimators)
                                ? TreeVotes(context, boosting, estimators, weights, real, classes, checked)
                                : AnyVotes(context, boosting, estimators, weights, real, labels, checked));
  op::Affine divide{.form = op::Affine::Form::kSubtractDivide, .offset = {}, .factor = {}};
  divide.factor.assign(classes, total);
  SCOREWAY_ASSIGN_OR_RETURN(ValueId decision, context.Add(std::move(divide), {votes}, boosting));

  Prediction prediction;
  ValueId scores = decision;
  if (classes == 2) {
    SCOREWAY_ASSIGN_OR_RETURN(
        decision, context.Add(op::Linear{.outputs = 1, .weights = {-1, 1}, .bias = {}}, {decision}, boosting));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId low, MultiplyAdd(context, boosting, decision, -0.5, 0));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId high, MultiplyAdd(context, boosting, decision, 0.5, 0));
    SCOREWAY_ASSIGN_OR_RETURN(scores, context.Concat({low, high}, boosting));
  } else {
    op::Affine share{.form = op::Affine::Form::kSubtractDivide, .offset = {}, .factor = {}};
    share.factor.assign(classes, static_cast<double>(classes) - 1);
    SCOREWAY_ASSIGN_OR_RETURN(scores, context.Add(std::move(share), {decision}, boosting));
  }
  prediction.labels = std::move(labels);
  prediction.decision = decision;
  SCOREWAY_ASSIGN_OR_RETURN(prediction.codes, CodesOfDecision(context, boosting, decision));
  SCOREWAY_ASSIGN_OR_RETURN(prediction.probabilities, AddRow(context, boosting, op::RowFunction::kSoftmax, scores));
  return prediction;
}

Result<Prediction> PredictAdaBoostRegressor(Context& context, const Object& boosting, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<Object> estimators, boosting.Items("estimators_"));
  SCOREWAY_ASSIGN_OR_RETURN(const Matrix weights, boosting.Numbers("estimator_weights_"));
  if (weights.size() < estimators.size()) return boosting.Corrupt("not one weight an estimator");
  Table checked = in;
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId finite, context.FiniteNumbers(boosting, &checked));
  checked = context.TableOf(finite, checked);
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<Prediction> predictions, PredictAll(context, estimators, {checked}));
  SCOREWAY_ASSIGN_OR_RETURN(std::vector<ValueId> values, Regressions(boosting, predictions));
  op::WeightedMedian median;
  median.weights.assign(weights.values.begin(), weights.values.begin() + static_cast<ptrdiff_t>(estimators.size()));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId all, context.Concat(std::move(values), boosting));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId out, context.Add(std::move(median), {all}, boosting));
  return RegressorOf(out);
}

Result<Prediction> PredictBaggingClassifier(Context& context, const Object& bagging, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(Labels labels, bagging.ReadLabels("classes_"));
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<Object> estimators, bagging.Items("estimators_"));
  SCOREWAY_ASSIGN_OR_RETURN(const auto features, ReadFeatures(bagging, estimators.size(), in.width()));
  bool same_classes = AreTrees(estimators);
  for (const Object& estimator : estimators) {
    SCOREWAY_ASSIGN_OR_RETURN(const double own, estimator.NumberOr("n_classes_", 0));
    same_classes = same_classes && own == static_cast<double>(labels.size());
    if (!same_classes) break;
  }
  if (same_classes) {
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId input, TreeInput(context, estimators[0], estimators[0], in));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId probabilities,
                              MeanTreeProbabilities(context, bagging, estimators, input, 0, labels.size(), features));
    return ClassifierOfProbabilities(context, bagging, std::move(labels), probabilities);
  }
  SCOREWAY_ASSIGN_OR_RETURN(std::vector<Prediction> predictions,
                            PredictAll(context, estimators, SelectAll(in, features)));
  std::vector<ValueId> values;
  std::vector<ValueId> decisions;
  for (size_t i = 0; i < predictions.size(); ++i) {
    SCOREWAY_ASSIGN_OR_RETURN(const Prediction one, Relabel(context, estimators[i], std::move(predictions[i]), labels));
    if (one.decision) decisions.push_back(*one.decision);
    if (one.probabilities) {
      values.push_back(*one.probabilities);
      continue;
    }
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId votes, context.Add(op::Votes{static_cast<uint32_t>(labels.size()), {}},
                                                               {*one.codes}, estimators[i]));
    values.push_back(votes);
  }
  if (values.empty()) return bagging.Corrupt("an ensemble without estimators");
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId probabilities, WeightedMean(context, bagging, std::move(values), {}));
  SCOREWAY_ASSIGN_OR_RETURN(Prediction prediction,
                            ClassifierOfProbabilities(context, bagging, std::move(labels), probabilities));
  if (decisions.size() == estimators.size()) {
    SCOREWAY_ASSIGN_OR_RETURN(prediction.decision, WeightedMean(context, bagging, std::move(decisions), {}));
  }
  return prediction;
}

Result<Prediction> PredictBaggingRegressor(Context& context, const Object& bagging, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<Object> estimators, bagging.Items("estimators_"));
  SCOREWAY_ASSIGN_OR_RETURN(const auto features, ReadFeatures(bagging, estimators.size(), in.width()));
  if (AreTrees(estimators)) {
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId input, TreeInput(context, estimators[0], estimators[0], in));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId mean, MeanTreeValues(context, bagging, estimators, input, features));
    return RegressorOf(mean);
  }
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<Prediction> predictions,
                            PredictAll(context, estimators, SelectAll(in, features)));
  SCOREWAY_ASSIGN_OR_RETURN(std::vector<ValueId> values, Regressions(bagging, predictions));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId mean, WeightedMean(context, bagging, std::move(values), {}));
  return RegressorOf(mean);
}

Result<Prediction> PredictVotingClassifier(Context& context, const Object& voting, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const Labels labels, voting.ReadLabels("classes_"));
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<Object> estimators, voting.Items("estimators_"));
  SCOREWAY_ASSIGN_OR_RETURN(std::vector<double> weights, ReadWeights(voting));
  SCOREWAY_ASSIGN_OR_RETURN(const std::string kind, voting.TextOr("voting", "hard"));
  SCOREWAY_ASSIGN_OR_RETURN(std::vector<Prediction> predictions, PredictAll(context, estimators, {in}));
  std::vector<ValueId> values;
  for (size_t i = 0; i < predictions.size(); ++i) {
    SCOREWAY_ASSIGN_OR_RETURN(const Prediction one, Relabel(context, estimators[i], std::move(predictions[i]), labels));
    if (kind == "soft" && !one.probabilities) {
      return context.Unsupported(estimators[i], "soft voting over an estimator without probabilities");
    }
    values.push_back(kind == "soft" ? *one.probabilities : *one.codes);
  }
  if (values.empty()) return voting.Corrupt("an ensemble without estimators");
  if (kind == "soft") {
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId mean, WeightedMean(context, voting, std::move(values), std::move(weights)));
    return ClassifierOfProbabilities(context, voting, labels, mean);
  }
  SCOREWAY_ASSIGN_OR_RETURN(
      const ValueId votes,
      context.Add(op::Votes{static_cast<uint32_t>(labels.size()), std::move(weights)}, std::move(values), voting));
  Prediction prediction;
  prediction.labels = labels;
  SCOREWAY_ASSIGN_OR_RETURN(prediction.codes, ArgMax(context, voting, votes));
  return prediction;
}

Result<Prediction> PredictVotingRegressor(Context& context, const Object& voting, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<Object> estimators, voting.Items("estimators_"));
  SCOREWAY_ASSIGN_OR_RETURN(std::vector<double> weights, ReadWeights(voting));
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<Prediction> predictions, PredictAll(context, estimators, {in}));
  SCOREWAY_ASSIGN_OR_RETURN(std::vector<ValueId> values, Regressions(voting, predictions));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId mean, WeightedMean(context, voting, std::move(values), std::move(weights)));
  return RegressorOf(mean);
}

Result<Prediction> PredictStackingClassifier(Context& context, const Object& stacking, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const Object classes, stacking.Want("classes_"));
  SCOREWAY_ASSIGN_OR_RETURN(const Labels labels, classes.ReadLabels());
  SCOREWAY_ASSIGN_OR_RETURN(Prediction prediction, AddStack(context, stacking, in));
  return Relabel(context, stacking, std::move(prediction), labels);
}

Result<Prediction> PredictStackingRegressor(Context& context, const Object& stacking, const Table& in) {
  return AddStack(context, stacking, in);
}

}  // namespace scoreway::sklearn
