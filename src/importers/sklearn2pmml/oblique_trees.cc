// treeple: trees that ask for sums of columns.

#include <map>

#include "importers/sklearn/decision.h"
#include "importers/sklearn/isolation.h"
#include "importers/sklearn/tree_builder.h"
#include "importers/sklearn2pmml/lowerings.h"

namespace scoreway::sklearn2pmml {
namespace {

using sklearn::TreeNodes;

// The sums that the nodes of all trees ask for, each once.
class Projections {
 public:
  explicit Projections(size_t width) : width_(width) {}

  // Lets the nodes of the tree ask for a projection rather than for a column.
  Status Redirect(const Object& estimator, TreeNodes* nodes) {
    const Object vectors_at = estimator.Get("tree_").Get("proj_vecs");
    SCOREWAY_ASSIGN_OR_RETURN(const sklearn::Matrix vectors, vectors_at.Numbers());
    if (vectors.size() != nodes->size() * width_) return Status(vectors_at.Corrupt("not one projection a node"));
    for (size_t node = 0; node < nodes->size(); ++node) {
      if (nodes->left[node] < 0) continue;
      const auto begin = vectors.values.begin() + static_cast<ptrdiff_t>(node * width_);
      std::vector<double> vector(begin, begin + static_cast<ptrdiff_t>(width_));
      const auto [found, is_new] = known_.emplace(vector, known_.size());
      if (is_new) weights_.insert(weights_.end(), vector.begin(), vector.end());
      nodes->feature[node] = static_cast<int64_t>(found->second);
    }
    nodes->missing_left.clear();
    return {};
  }

  // In float32, as the trees compute.
  Result<ValueId> Add(Context& context, const Object& owner, ValueId input) {
    op::Linear linear;
    linear.precision = op::Precision::kFloat32;
    if (weights_.empty()) weights_.assign(width_, 0);
    linear.outputs = static_cast<uint32_t>(weights_.size() / width_);
    linear.weights = std::move(weights_);
    SCOREWAY_RETURN_IF_ERROR(context.Charge(linear.weights.size() * sizeof(double), owner));
    return context.Add(std::move(linear), {input}, owner);
  }

 private:
  size_t width_;
  std::map<std::vector<double>, size_t> known_;
  std::vector<double> weights_;
};

Result<Prediction> AddObliqueClassifier(Context& context, const Object& owner, const std::vector<Object>& trees,
                                        const Table& in) {
  if (trees.empty()) return owner.Corrupt("a forest without trees");
  SCOREWAY_ASSIGN_OR_RETURN(Labels labels, owner.ReadLabels("classes_"));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId input, sklearn::TreeInput(context, owner, trees[0], in));
  Projections projections(in.width());
  sklearn::TreeBuilder builder(&context, labels.size());
  for (const Object& tree : trees) {
    SCOREWAY_ASSIGN_OR_RETURN(TreeNodes nodes, sklearn::ReadTree(tree));
    if (nodes.outputs != 1 || nodes.classes != labels.size()) return tree.Corrupt("leaves do not fit the classes");
    SCOREWAY_RETURN_IF_ERROR(projections.Redirect(tree, &nodes));
    const auto leaf = [&nodes](size_t node, std::vector<double>* out) {
      const double* values = nodes.At(node, 0);
      double sum = 0;
      for (size_t k = 0; k < nodes.classes; ++k) sum += values[k];
      for (size_t k = 0; k < nodes.classes; ++k) out->push_back(sum == 0 ? values[k] : values[k] / sum);
    };
    SCOREWAY_RETURN_IF_ERROR(builder.Add(tree, nodes, leaf));
  }
  builder.trees().divisor = static_cast<double>(trees.size());
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId projected, projections.Add(context, owner, input));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId shares, context.Add(std::move(builder.trees()), {projected}, owner));
  return sklearn::ClassifierOfProbabilities(context, owner, std::move(labels), shares);
}

Result<Prediction> AddObliqueRegressor(Context& context, const Object& owner, const std::vector<Object>& trees,
                                       const Table& in) {
  if (trees.empty()) return owner.Corrupt("a forest without trees");
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId input, sklearn::TreeInput(context, owner, trees[0], in));
  Projections projections(in.width());
  sklearn::TreeBuilder builder(&context, 1);
  for (const Object& tree : trees) {
    SCOREWAY_ASSIGN_OR_RETURN(TreeNodes nodes, sklearn::ReadTree(tree));
    if (nodes.outputs != 1 || nodes.classes != 1) return context.Unsupported(tree, "several targets");
    SCOREWAY_RETURN_IF_ERROR(projections.Redirect(tree, &nodes));
    const auto leaf = [&nodes](size_t node, std::vector<double>* out) { out->push_back(*nodes.At(node, 0)); };
    SCOREWAY_RETURN_IF_ERROR(builder.Add(tree, nodes, leaf));
  }
  builder.trees().divisor = static_cast<double>(trees.size());
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId projected, projections.Add(context, owner, input));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId mean, context.Add(std::move(builder.trees()), {projected}, owner));
  return sklearn::RegressorOf(mean);
}

}  // namespace

Result<Prediction> PredictObliqueTreeClassifier(Context& context, const Object& tree, const Table& in) {
  return AddObliqueClassifier(context, tree, {tree}, in);
}

Result<Prediction> PredictObliqueTreeRegressor(Context& context, const Object& tree, const Table& in) {
  return AddObliqueRegressor(context, tree, {tree}, in);
}

Result<Prediction> PredictObliqueForestClassifier(Context& context, const Object& forest, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<Object> trees, forest.Items("estimators_"));
  return AddObliqueClassifier(context, forest, trees, in);
}

Result<Prediction> PredictObliqueForestRegressor(Context& context, const Object& forest, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<Object> trees, forest.Items("estimators_"));
  return AddObliqueRegressor(context, forest, trees, in);
}

Result<Prediction> PredictExtendedIsolationForest(Context& context, const Object& forest, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<Object> trees, forest.Items("estimators_"));
  if (trees.empty()) return forest.Corrupt("a forest without trees");
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId input, sklearn::TreeInput(context, forest, trees[0], in));
  Projections projections(in.width());
  sklearn::TreeBuilder builder(&context, 1);
  for (const Object& tree : trees) {
    SCOREWAY_ASSIGN_OR_RETURN(TreeNodes nodes, sklearn::ReadTree(tree));
    SCOREWAY_ASSIGN_OR_RETURN(const std::vector<double> depths, sklearn::IsolationDepths(context, tree, nodes));
    SCOREWAY_RETURN_IF_ERROR(projections.Redirect(tree, &nodes));
    SCOREWAY_RETURN_IF_ERROR(
        builder.Add(tree, nodes, [&depths](size_t node, std::vector<double>* out) { out->push_back(depths[node]); }));
  }
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId projected, projections.Add(context, forest, input));
  return sklearn::IsolationOf(context, forest, trees.size(), std::move(builder.trees()), projected);
}

}  // namespace scoreway::sklearn2pmml
