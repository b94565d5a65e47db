// TreeEnsemble of model/operators/predictors.h, as version 5 of ai.onnx.ml's: float64 all through.
//
// A leaf there adds one number to one target. Where ours holds a row of numbers, the ensemble gives instead the index
// of the leaf reached in each tree, and the numbers are looked up and summed over the trees.

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <utility>

#include "exporters/onnx/formulas.h"
#include "exporters/onnx/lower.h"
#include "exporters/tree_cut.h"

namespace scoreway::onnx_export {
namespace {

using op::TreeEnsemble;

constexpr uint8_t kBranchLessEqual = 0, kBranchLess = 1, kBranchMember = 6;
constexpr int64_t kAggregateSum = 1, kTransformNone = 0;

bool IsLeaf(const TreeEnsemble& op, uint32_t node) { return op.left[node] == node; }
bool Has(const TreeEnsemble& op, uint32_t node, TreeEnsemble::Flag flag) { return (op.flags[node] & flag) != 0; }

// Columns of categories: whole numbers, and NaN where the library takes an unknown category for a missing one.
class CategoryColumns {
 public:
  // The column that the categorical node asks; made when first asked for, after the columns of the input.
  uint32_t ColumnOf(const TreeEnsemble& op, uint32_t node, Site& site) {
    const uint32_t known = Has(op, node, TreeEnsemble::kUnknownIsMissing) ? op.category_bits[node] : 0;
    const auto [found, is_new] = columns_.try_emplace({op.feature[node], known});
    if (is_new) {
      found->second = site.width() + static_cast<uint32_t>(tensors_.size());
      tensors_.push_back(Make(site, op.feature[node], known));
    }
    return found->second;
  }

  std::string WithInput(Site& site) const {
    std::vector<std::string> parts = {site.in()};
    parts.insert(parts.end(), tensors_.begin(), tensors_.end());
    return site.graph().SideBySide(parts);
  }

 private:
  static std::string Make(Site& site, uint32_t feature, uint32_t known) {
    Graph& graph = site.graph();
    const std::string whole = Truncate(graph, graph.Column(site.in(), feature));
    if (known == 0) return whole;
    const std::string is_known = graph.Op("And", graph.Op("GreaterOrEqual", whole, graph.Number(0)),
                                          graph.Op("Less", whole, graph.Number(known)));
    return MissingWhere(graph, graph.Op("Not", is_known), whole);
  }

  std::map<std::pair<uint32_t, uint32_t>, uint32_t> columns_;
  std::vector<std::string> tensors_;
};

// The attributes of the operator, filled tree after tree.
struct Attributes {
  std::vector<int64_t> roots, features, true_ids, false_ids, true_leaves, false_leaves, missing_true, leaf_targets;
  std::vector<uint8_t> modes;
  std::vector<double> splits, members, leaf_weights;
  bool tracks_missing = false;
};

class TreeWriter {
 public:
  TreeWriter(const TreeEnsemble& op, Site& site) : op_(op), site_(site) {}

  // A tree that gives every row the same.
  void AddConstant(double weight, int64_t target) {
    StartTree();
    AddNode(0, kBranchLess, -op::kInfinity, false);
    for (int side = 0; side < 2; ++side) SetChild(NodeCount() - 1, side == 0, AddLeaf(weight, target), true);
  }

  // `leaf(node)` is the weight of a leaf.
  template <typename LeafWeight>
  void AddTree(uint32_t root, int64_t target, LeafWeight leaf) {
    if (IsLeaf(op_, root)) return AddConstant(leaf(root), target);
    StartTree();
    std::vector<std::pair<uint32_t, Parent>> open = {{root, {}}};
    while (!open.empty()) {
      const auto [node, parent] = open.back();
      open.pop_back();
      if (IsLeaf(op_, node)) {
        SetChild(parent.node, parent.is_true, AddLeaf(leaf(node), target), true);
        continue;
      }
      AddInner(node);
      const int64_t index = NodeCount() - 1;
      if (parent.node >= 0) SetChild(parent.node, parent.is_true, index, false);
      open.push_back({op_.right[node], {index, false}});
      open.push_back({op_.left[node], {index, true}});
    }
  }

  // The operator over the input: [N, targets].
  std::string Finish(int64_t targets) && {
    std::vector<Attribute> attributes = {{"aggregate_function", kAggregateSum},
                                         {"leaf_targetids", a_.leaf_targets},
                                         {"leaf_weights", Doubles(a_.leaf_weights)},
                                         {"n_targets", targets},
                                         {"nodes_falseleafs", a_.false_leaves},
                                         {"nodes_falsenodeids", a_.false_ids},
                                         {"nodes_featureids", a_.features},
                                         {"nodes_modes", Bytes(a_.modes)},
                                         {"nodes_splits", Doubles(a_.splits)},
                                         {"nodes_trueleafs", a_.true_leaves},
                                         {"nodes_truenodeids", a_.true_ids},
                                         {"post_transform", kTransformNone},
                                         {"tree_roots", a_.roots}};
    if (a_.tracks_missing) attributes.emplace_back("nodes_missing_value_tracks_true", a_.missing_true);
    if (!a_.members.empty()) attributes.emplace_back("membership_values", Doubles(a_.members));
    return site_.graph().MlNode("TreeEnsemble", {categories_.WithInput(site_)}, attributes, 5);
  }

 private:
  struct Parent {
    int64_t node = -1;
    bool is_true = false;
  };

  int64_t NodeCount() const { return static_cast<int64_t>(a_.modes.size()); }
  void StartTree() { a_.roots.push_back(NodeCount()); }

  void AddNode(uint32_t feature, uint8_t mode, double split, bool missing_true) {
    a_.features.push_back(feature);
    a_.modes.push_back(mode);
    a_.splits.push_back(split);
    a_.missing_true.push_back(missing_true ? 1 : 0);
    a_.tracks_missing |= missing_true;
    for (auto* ids : {&a_.true_ids, &a_.false_ids, &a_.true_leaves, &a_.false_leaves}) ids->push_back(0);
  }

  void AddInner(uint32_t node) {
    const bool missing_left = Has(op_, node, TreeEnsemble::kMissingLeft);
    if (!Has(op_, node, TreeEnsemble::kCategorical)) {
      const TreeCut cut = Float64Cut(op_.compare, op_.threshold[node]);
      return AddNode(op_.feature[node], cut.or_equal ? kBranchLessEqual : kBranchLess, cut.threshold, missing_left);
    }
    const uint32_t column = categories_.ColumnOf(op_, node, site_);
    const size_t before = a_.members.size();
    for (uint32_t bit = 0; bit < op_.category_bits[node]; ++bit) {
      const uint32_t word = op_.category_words[op_.payload[node] + bit / 32];
      if ((word >> (bit % 32) & 1) != 0) a_.members.push_back(bit);
    }
    // Of an empty set nothing is a member.
    if (a_.members.size() == before) return AddNode(column, kBranchLess, -op::kInfinity, missing_left);
    a_.members.push_back(op::kNaN);
    AddNode(column, kBranchMember, 0, missing_left);
  }

  int64_t AddLeaf(double weight, int64_t target) {
    a_.leaf_weights.push_back(weight);
    a_.leaf_targets.push_back(target);
    return static_cast<int64_t>(a_.leaf_weights.size()) - 1;
  }

  void SetChild(int64_t node, bool is_true, int64_t id, bool is_leaf) {
    const auto at = static_cast<size_t>(node);
    (is_true ? a_.true_ids : a_.false_ids)[at] = id;
    (is_true ? a_.true_leaves : a_.false_leaves)[at] = is_leaf ? 1 : 0;
  }

  const TreeEnsemble& op_;
  Site& site_;
  CategoryColumns categories_;
  Attributes a_;
};

// Leaves of one number: the ensemble sums them itself. The base comes first, as ours is summed.
std::string SumNumbers(const TreeEnsemble& op, Site& site) {
  TreeWriter writer(op, site);
  const bool single = op.outputs == 1;
  for (size_t j = 0; j < op.base.size(); ++j) {
    if (op.base[j] != 0) writer.AddConstant(op.base[j], static_cast<int64_t>(j));
  }
  for (size_t t = 0; t < op.roots.size(); ++t) {
    const int64_t target = single || op.tree_output.empty() ? 0 : op.tree_output[t];
    writer.AddTree(op.roots[t], target, [&op](uint32_t node) { return op.leaf_values[op.payload[node]]; });
  }
  return std::move(writer).Finish(op.outputs);
}

// Leaves of a row of numbers.
std::string SumRows(const TreeEnsemble& op, Site& site) {
  Graph& graph = site.graph();
  TreeWriter writer(op, site);
  for (size_t t = 0; t < op.roots.size(); ++t) {
    writer.AddTree(op.roots[t], static_cast<int64_t>(t),
                   [&op](uint32_t node) { return static_cast<double>(op.payload[node]); });
  }
  const std::string leaves =
      graph.Cast(std::move(writer).Finish(static_cast<int64_t>(op.roots.size())), Element::kInt64);
  std::vector<std::string> columns;
  for (uint32_t j = 0; j < op.outputs; ++j) {
    std::vector<double> of_leaf;
    for (size_t i = j; i < op.leaf_values.size(); i += op.leaf_width) of_leaf.push_back(op.leaf_values[i]);
    const std::string numbers = graph.Node("Gather", {graph.Row(of_leaf), leaves}, {{"axis", int64_t{0}}});
    columns.push_back(op.roots.size() == 1 ? numbers : graph.OverColumns("ReduceSum", numbers));
  }
  const std::string sums = graph.SideBySide(columns);
  const bool has_base = std::any_of(op.base.begin(), op.base.end(), [](double b) { return b != 0; });
  return has_base ? graph.Op("Add", graph.Row(op.base), sums) : sums;
}

}  // namespace

void Lower(const TreeEnsemble& op, Site& site) {
  Graph& graph = site.graph();
  if (op.roots.empty()) {
    std::vector<double> base = op.base;
    base.resize(op.outputs);
    for (double& of_output : base) of_output /= op.divisor;
    return site.Give(SameRows(site, base), false);
  }
  if (site.width() == 0) return site.Refuse("it has no columns to ask");
  std::string sums = op.leaf_width == 1 ? SumNumbers(op, site) : SumRows(op, site);
  if (op.divisor != 1) sums = graph.Op("Div", sums, graph.Number(op.divisor));
  const bool misses = std::any_of(op.leaf_values.begin(), op.leaf_values.end(), [](double x) { return std::isnan(x); });
  site.Give(sums, misses);
}

}  // namespace scoreway::onnx_export
