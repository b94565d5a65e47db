// Clusters other than those of k-means.

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <utility>

#include "importers/spark/lowerings.h"
#include "importers/spark/symmetric_eigen.h"

namespace scoreway::spark {
namespace {

constexpr double kEpsilon = std::numeric_limits<double>::epsilon();

// ---- mixtures of normal distributions ------------------------------------------------------------------------------

// The work of taking all covariances apart: their number times the cube of the width.
constexpr double kEigenWorkMax = 1e10;

struct Normal {
  std::vector<double> mean;
  std::vector<double> root;   // rows: of the inverse of the covariance's root; only those of full rank
  double log_normalizer = 0;  // of the density at the mean
};

// MultivariateGaussian: directions in which the covariance is next to nothing do not count.
Result<Normal> ReadNormal(const Stage& stage, std::vector<double> mean, std::vector<double> covariance) {
  const size_t width = mean.size();
  Normal normal;
  const SymmetricEigen eigen = FindSymmetricEigen(std::move(covariance), width);
  const double greatest = *std::max_element(eigen.values.begin(), eigen.values.end());
  const double least = kEpsilon * greatest * static_cast<double>(width);
  double log_determinant = 0;
  for (size_t k = 0; k < width; ++k) {
    if (!(eigen.values[k] > least)) continue;
    log_determinant += std::log(eigen.values[k]);
    const double factor = std::sqrt(1 / eigen.values[k]);
    for (size_t i = 0; i < width; ++i) normal.root.push_back(factor * eigen.vectors[k * width + i]);
  }
  if (normal.root.empty()) return stage.Corrupt("has a covariance of nothing");
  normal.log_normalizer = -0.5 * (static_cast<double>(width) * std::log(2 * M_PI) + log_determinant);
  normal.mean = std::move(mean);
  return normal;
}

// exp(log_normalizer - |root (x - mean)|^2 / 2).
Result<ValueId> Density(Context& context, const Stage& stage, const Normal& normal, ValueId features) {
  const size_t width = normal.mean.size();
  SCOREWAY_ASSIGN_OR_RETURN(
      const ValueId centred,
      context.Add(stage, op::Affine{op::Affine::Form::kSubtractDivide, normal.mean, {}}, {features}));
  op::Linear root;
  root.outputs = static_cast<uint32_t>(normal.root.size() / width);
  root.weights = normal.root;
  op::Distances square;
  square.metric = op::Distances::Metric::kSquaredEuclidean;
  square.points.assign(root.outputs, 0.0);
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId turned, context.Add(stage, std::move(root), {centred}));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId distance, context.Add(stage, std::move(square), {turned}));
  SCOREWAY_ASSIGN_OR_RETURN(
      const ValueId exponent,
      context.Add(stage, op::Affine{op::Affine::Form::kMultiplyAdd, {normal.log_normalizer}, {-0.5}}, {distance}));
  return context.Add(stage, op::Unary{op::UnaryFunction::kExp}, {exponent});
}

// The items of a list of vectors or matrices in the table's first row.
struct ListOfStructs {
  const parquet::Column* type = nullptr;
  const parquet::Column* values = nullptr;

  size_t size() const { return type->size(); }
  std::vector<double> At(size_t item) const {
    std::vector<double> numbers;
    const auto range = values->ItemsOf(1, item);
    for (size_t i = range.begin; i < range.end; ++i) numbers.push_back(values->NumberAt(i));
    return numbers;
  }
};

Result<ListOfStructs> DenseItems(const Stage& stage, const parquet::Table& table, const std::string& name) {
  ListOfStructs list{table.Find(name + ".type"), table.Find(name + ".values")};
  if (list.type == nullptr || list.values == nullptr || list.type->ends.size() != 1 || list.values->ends.size() != 2 ||
      list.values->kind != parquet::Column::Kind::kReal || list.type->kind != parquet::Column::Kind::kInteger ||
      list.values->ends[1].size() != list.type->size()) {
    return stage.Corrupt("its data have no list '" + name + "'");
  }
  for (size_t i = 0; i < list.size(); ++i) {
    if (list.type->NumberAt(i) != 1) return stage.Corrupt("has sparse '" + name + "'");
  }
  return list;
}

}  // namespace

// A cluster's probability is its share in the density of all; Spark adds the machine's epsilon to each.
Status LowerGaussianMixture(Context& context, const Stage& stage) {
  SCOREWAY_ASSIGN_OR_RETURN(const parquet::Table table, stage.ReadTable());
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<double> weights, stage.NumbersOf(table, "weights"));
  SCOREWAY_ASSIGN_OR_RETURN(const ListOfStructs means, DenseItems(stage, table, "mus"));
  SCOREWAY_ASSIGN_OR_RETURN(const ListOfStructs covariances, DenseItems(stage, table, "sigmas"));
  if (weights.empty() || means.size() != weights.size() || covariances.size() != weights.size()) {
    return stage.Corrupt("has not one mean and covariance for each cluster");
  }
  const double width = static_cast<double>(means.At(0).size());
  if (static_cast<double>(weights.size()) * width * width * width > kEigenWorkMax) {
    return Status(Code::kResourceExhausted, "its covariances are too large", stage.folder());
  }
  SCOREWAY_ASSIGN_OR_RETURN(const FrameColumn features, Features(context, stage, means.At(0).size()));
  std::vector<ValueId> densities;
  for (size_t k = 0; k < weights.size(); ++k) {
    std::vector<double> mean = means.At(k), covariance = covariances.At(k);
    if (mean.size() != features.width || covariance.size() != mean.size() * mean.size()) {
      return stage.Corrupt("its clusters have not the width of the features");
    }
    SCOREWAY_ASSIGN_OR_RETURN(const Normal normal, ReadNormal(stage, std::move(mean), std::move(covariance)));
    SCOREWAY_ASSIGN_OR_RETURN(densities.emplace_back(), Density(context, stage, normal, features.value));
  }
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId joined, context.Add(stage, op::Concat{}, std::move(densities)));
  const std::vector<double> epsilon(weights.size(), kEpsilon);
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId weighed,
                            context.Add(stage, op::Affine{op::Affine::Form::kMultiplyAdd, epsilon, weights}, {joined}));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId probability,
                            context.Add(stage, op::Row{op::RowFunction::kNormalizeSum}, {weighed}));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId cluster,
                            context.Add(stage, op::Row{op::RowFunction::kArgMax}, {probability}));
  SCOREWAY_RETURN_IF_ERROR(SetPrediction(context, stage, cluster, Type::kInt64));
  SCOREWAY_ASSIGN_OR_RETURN(const std::string name, stage.Text("probabilityCol", "probability"));
  if (name.empty()) return {};
  context.SetVector(name, probability);
  context.MarkAnswer(name);
  return {};
}

// ---- bisecting k-means ---------------------------------------------------------------------------------------------

namespace {

struct ClusterNode {
  double index = 0;  // of a leaf, the cluster
  std::vector<double> centre;
  std::vector<double> children;  // their indices; two
};

Result<std::map<double, ClusterNode>> ReadNodes(const Stage& stage) {
  SCOREWAY_ASSIGN_OR_RETURN(const parquet::Table table, stage.ReadTable("data/data"));
  std::map<double, ClusterNode> nodes;
  for (size_t row = 0; row < table.row_count(); ++row) {
    ClusterNode node;
    SCOREWAY_ASSIGN_OR_RETURN(node.index, stage.NumberOf(table, "index", row));
    SCOREWAY_ASSIGN_OR_RETURN(node.centre, stage.VectorOf(table, "center", row));
    SCOREWAY_ASSIGN_OR_RETURN(node.children, stage.NumbersOf(table, "children", row));
    if (node.children.size() != 0 && node.children.size() != 2) return stage.Corrupt("has a cluster of other than two");
    const double index = node.index;
    if (!nodes.emplace(index, std::move(node)).second) return stage.Corrupt("has two clusters of one number");
  }
  return nodes;
}

// The tree over inner nodes: number i of these asks whether its first child is as near as the second, column i.
class ClusterTree {
 public:
  ClusterTree(const Stage& stage, const std::map<double, ClusterNode>& nodes) : stage_(stage), nodes_(nodes) {
    trees_.roots = {0};
  }

  Status Build(double root) {
    SCOREWAY_RETURN_IF_ERROR(Visit(root).status());
    return {};
  }

  op::TreeEnsemble TakeTrees() { return std::move(trees_); }
  // The centres of the first and second children, row after row.
  const std::vector<double>& first() const { return first_; }
  const std::vector<double>& second() const { return second_; }
  size_t question_count() const { return questions_; }

 private:
  const ClusterNode* Find(double index) const {
    const auto found = nodes_.find(index);
    return found == nodes_.end() ? nullptr : &found->second;
  }

  // Recursion is as deep as the tree, which is no deeper than it has nodes; more nodes than there are is a cycle.
  Result<uint32_t> Visit(double index) {
    const ClusterNode* node = Find(index);
    const auto at = static_cast<uint32_t>(trees_.left.size());
    if (node == nullptr || at >= nodes_.size()) return stage_.Corrupt("its clusters are no tree");
    trees_.left.push_back(at);
    trees_.right.push_back(at);
    trees_.feature.push_back(0);
    trees_.threshold.push_back(0);
    trees_.flags.push_back(0);
    trees_.payload.push_back(0);
    if (node->children.empty()) {
      trees_.payload[at] = static_cast<uint32_t>(trees_.leaf_values.size());
      trees_.leaf_values.push_back(node->index);
      return at;
    }
    const ClusterNode* first = Find(node->children[0]);
    const ClusterNode* second = Find(node->children[1]);
    if (first == nullptr || second == nullptr || first->centre.size() != second->centre.size() ||
        (!first_.empty() && first_.size() != questions_ * first->centre.size())) {
      return stage_.Corrupt("its clusters are no tree");
    }
    first_.insert(first_.end(), first->centre.begin(), first->centre.end());
    second_.insert(second_.end(), second->centre.begin(), second->centre.end());
    trees_.feature[at] = static_cast<uint32_t>(questions_++);
    SCOREWAY_ASSIGN_OR_RETURN(trees_.left[at], Visit(node->children[0]));
    SCOREWAY_ASSIGN_OR_RETURN(trees_.right[at], Visit(node->children[1]));
    return at;
  }

  const Stage& stage_;
  const std::map<double, ClusterNode>& nodes_;
  op::TreeEnsemble trees_;
  std::vector<double> first_, second_;
  size_t questions_ = 0;
};

// So deep a tree has as many clusters.
constexpr size_t kNodesMax = 20000;

void NormalizeRows(std::vector<double>* rows, size_t width) {
  for (size_t begin = 0; begin < rows->size(); begin += width) {
    double square = 0;
    for (size_t i = begin; i < begin + width; ++i) square += (*rows)[i] * (*rows)[i];
    for (size_t i = begin; square > 0 && i < begin + width; ++i) (*rows)[i] /= std::sqrt(square);
  }
}

}  // namespace

// Down a tree of clusters, to the nearer centre of two at each.
Status LowerBisectingKMeans(Context& context, const Stage& stage) {
  SCOREWAY_ASSIGN_OR_RETURN(const auto nodes, ReadNodes(stage));
  if (nodes.size() > kNodesMax) return Status(Code::kResourceExhausted, "has too many clusters", stage.folder());
  SCOREWAY_ASSIGN_OR_RETURN(const std::string measure, stage.Text("distanceMeasure", "euclidean"));
  const bool cosine = measure == "cosine";
  if (!cosine && measure != "euclidean") return context.Unsupported(stage, "the distance '" + measure + "'");
  SCOREWAY_ASSIGN_OR_RETURN(const JsonValue metadata, stage.ReadMetadata("data"));
  double root = 0;
  const JsonValue* root_id = metadata.Find("rootId");
  if (root_id == nullptr || !root_id->AsNumber(&root) || !nodes.contains(root)) {
    return stage.Corrupt("has no root of its clusters");
  }
  const size_t width = nodes.at(root).centre.size();
  SCOREWAY_ASSIGN_OR_RETURN(const FrameColumn features, Features(context, stage, width));
  ClusterTree tree(stage, nodes);
  SCOREWAY_RETURN_IF_ERROR(tree.Build(root));
  if (tree.question_count() == 0) {
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId only, context.Add(stage, op::Constant{{root}}, {}));
    return SetPrediction(context, stage, only, Type::kInt64);
  }
  op::Distances first, second;
  first.metric = second.metric = op::Distances::Metric::kSquaredEuclidean;
  first.points = tree.first();
  second.points = tree.second();
  ValueId value = features.value;
  if (cosine) {
    // On the unit sphere the order by cosine is the order by distance.
    NormalizeRows(&first.points, width);
    NormalizeRows(&second.points, width);
    SCOREWAY_ASSIGN_OR_RETURN(value, context.Add(stage, op::NormalizeRows{}, {value}));
  }
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId near, context.Add(stage, std::move(first), {value}));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId far, context.Add(stage, std::move(second), {value}));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId is_second,
                            context.Add(stage, op::Binary{op::BinaryFunction::kGreater}, {near, far}));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId cluster, context.Add(stage, tree.TakeTrees(), {is_second}));
  return SetPrediction(context, stage, cluster, Type::kInt64);
}

}  // namespace scoreway::spark
