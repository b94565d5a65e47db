// Single trees, forests of them, and the isolation forest.

#include <cmath>
#include <numbers>

#include "importers/sklearn/decision.h"
#include "importers/sklearn/isolation.h"
#include "importers/sklearn/lowerings.h"
#include "importers/sklearn/tree_builder.h"

namespace scoreway::sklearn {
namespace {

// classes_ of each target: one list, or a list of them.
Result<std::vector<Labels>> ReadTargets(const Object& estimator) {
  SCOREWAY_ASSIGN_OR_RETURN(const double outputs, estimator.NumberOr("n_outputs_", 1));
  std::vector<Labels> targets;
  if (outputs == 1) {
    SCOREWAY_ASSIGN_OR_RETURN(Labels labels, estimator.ReadLabels("classes_"));
    targets.push_back(std::move(labels));
    return targets;
  }
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<Object> lists, estimator.Items("classes_"));
  for (const Object& list : lists) {
    SCOREWAY_ASSIGN_OR_RETURN(Labels labels, list.ReadLabels());
    targets.push_back(std::move(labels));
  }
  if (targets.empty()) return estimator.Corrupt("a classifier without classes");
  return targets;
}

Result<Prediction> AddTreeClassifier(Context& context, const Object& estimator, const std::vector<Object>& trees,
                                     const Table& in) {
  if (trees.empty()) return estimator.Corrupt("a forest without trees");
  SCOREWAY_ASSIGN_OR_RETURN(std::vector<Labels> targets, ReadTargets(estimator));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId input, TreeInput(context, estimator, trees[0], in));
  Prediction all;
  for (size_t target = 0; target < targets.size(); ++target) {
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId probabilities,
                              MeanTreeProbabilities(context, estimator, trees, input, target, targets[target].size()));
    SCOREWAY_ASSIGN_OR_RETURN(Prediction prediction,
                              ClassifierOfProbabilities(context, estimator, std::move(targets[target]), probabilities));
    if (targets.size() == 1) return prediction;
    all.targets.push_back(std::move(prediction));
  }
  return all;
}

Result<Prediction> AddTreeRegressor(Context& context, const Object& estimator, const std::vector<Object>& trees,
                                    const Table& in) {
  if (trees.empty()) return estimator.Corrupt("a forest without trees");
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId input, TreeInput(context, estimator, trees[0], in));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId values, MeanTreeValues(context, estimator, trees, input));
  return RegressorOf(values);
}

// The mean length of an unsuccessful search among n leaves of a random binary tree.
double AveragePathLength(const Context& context, double n) {
  const bool exact = context.AtLeast(0, 21);
  if (n <= 1) return exact ? 0 : 1;
  if (n == 2 && exact) return 1;
  return 2 * (std::log(n - 1) + std::numbers::egamma) - 2 * (n - 1) / n;
}

// Leaf depths of a tree whose nodes were checked to be within range; a node seen twice keeps its first depth.
std::vector<double> NodeDepths(const TreeNodes& nodes) {
  std::vector<double> depths(nodes.size(), -1);
  std::vector<size_t> open = {0};
  depths[0] = 0;
  while (!open.empty()) {
    const size_t node = open.back();
    open.pop_back();
    if (nodes.left[node] < 0) continue;
    for (int64_t child : {nodes.left[node], nodes.right[node]}) {
      if (child < 0 || static_cast<size_t>(child) >= nodes.size()) continue;
      const auto next = static_cast<size_t>(child);
      if (depths[next] >= 0) continue;
      depths[next] = depths[node] + 1;
      open.push_back(next);
    }
  }
  return depths;
}

Result<std::vector<std::vector<size_t>>> ReadFeatureLists(const Object& estimator, size_t trees, size_t width) {
  std::vector<std::vector<size_t>> lists;
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<Object> items, estimator.Items("estimators_features_"));
  if (items.size() != trees) return estimator.Corrupt("not one list of features a tree");
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

}  // namespace

Result<Prediction> PredictTreeClassifier(Context& context, const Object& tree, const Table& in) {
  return AddTreeClassifier(context, tree, {tree}, in);
}

Result<Prediction> PredictTreeRegressor(Context& context, const Object& tree, const Table& in) {
  return AddTreeRegressor(context, tree, {tree}, in);
}

Result<Prediction> PredictForestClassifier(Context& context, const Object& forest, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<Object> trees, forest.Items("estimators_"));
  return AddTreeClassifier(context, forest, trees, in);
}

Result<Prediction> PredictForestRegressor(Context& context, const Object& forest, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<Object> trees, forest.Items("estimators_"));
  return AddTreeRegressor(context, forest, trees, in);
}

Result<std::vector<double>> IsolationDepths(const Context& context, const Object& tree, const TreeNodes& nodes) {
  const Object array_at = tree.Get("tree_").Get("nodes");
  Result<pickle::Array> field = (*array_at.node().AsArray())->Field("n_node_samples");
  if (!field.ok()) return AtPlace(array_at.path(), std::move(field).error());
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<double> samples, field->ToDoubles());
  std::vector<double> depths = NodeDepths(nodes);
  for (size_t node = 0; node < depths.size(); ++node) depths[node] += AveragePathLength(context, samples[node]);
  return depths;
}

Result<Prediction> IsolationOf(Context& context, const Object& forest, size_t trees, op::TreeEnsemble ensemble,
                               ValueId input) {
  SCOREWAY_ASSIGN_OR_RETURN(const double samples_max, forest.Number("_max_samples"));
  SCOREWAY_ASSIGN_OR_RETURN(const double offset, forest.Number("offset_"));
  const double length = static_cast<double>(trees) * AveragePathLength(context, samples_max);
  if (!(length > 0)) return context.Unsupported(forest, "trees of a single sample");
  ensemble.divisor = length;
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId depth, context.Add(std::move(ensemble), {input}, forest));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId exponent, MultiplyAdd(context, forest, depth, -1, 0));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId anomaly, AddUnary(context, forest, op::UnaryFunction::kExp2, exponent));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId scores, MultiplyAdd(context, forest, anomaly, -1, 0));
  SCOREWAY_ASSIGN_OR_RETURN(Prediction detector, DetectorOf(context, forest, scores, offset));
  if (forest.Get("behaviour").is_text() && forest.Get("_threshold_").is_number()) {
    // Before 0.22 the decision function could stay as it was and be compared with a threshold other than 0.
    SCOREWAY_ASSIGN_OR_RETURN(const std::string behaviour, forest.Text("behaviour"));
    SCOREWAY_ASSIGN_OR_RETURN(const double threshold, forest.Number("_threshold_"));
    if (behaviour == "old") {
      SCOREWAY_ASSIGN_OR_RETURN(const ValueId above, MultiplyAdd(context, forest, *detector.decision, 1, -threshold));
      SCOREWAY_ASSIGN_OR_RETURN(detector.numbers, AddOutlierMark(context, forest, above, true));
    }
  }
  return detector;
}

Result<Prediction> PredictIsolationForest(Context& context, const Object& forest, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<Object> trees, forest.Items("estimators_"));
  if (trees.empty()) return forest.Corrupt("a forest without trees");
  SCOREWAY_ASSIGN_OR_RETURN(const auto features, ReadFeatureLists(forest, trees.size(), in.width()));
  TreeBuilder builder(&context, 1);
  for (size_t t = 0; t < trees.size(); ++t) {
    SCOREWAY_ASSIGN_OR_RETURN(const TreeNodes nodes, ReadTree(trees[t]));
    SCOREWAY_ASSIGN_OR_RETURN(const std::vector<double> depths, IsolationDepths(context, trees[t], nodes));
    const auto leaf = [&depths](size_t node, std::vector<double>* out) { out->push_back(depths[node]); };
    SCOREWAY_RETURN_IF_ERROR(builder.Add(trees[t], nodes, leaf, features[t]));
  }
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId input, TreeInput(context, forest, trees[0], in));
  return IsolationOf(context, forest, trees.size(), std::move(builder.trees()), input);
}

}  // namespace scoreway::sklearn
