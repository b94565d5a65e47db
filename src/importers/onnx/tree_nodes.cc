#include "importers/onnx/tree_nodes.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <unordered_map>

namespace scoreway::onnx {
namespace {

using op::BinaryFunction;

Error Wrong(std::string message) { return Error{Code::kCorrupt, std::move(message), {}}; }

Result<NodeMode> ModeOf(std::string_view name) {
  if (name == "BRANCH_LEQ") return NodeMode::kLessEqual;
  if (name == "BRANCH_LT") return NodeMode::kLess;
  if (name == "BRANCH_GTE") return NodeMode::kGreaterEqual;
  if (name == "BRANCH_GT") return NodeMode::kGreater;
  if (name == "BRANCH_EQ") return NodeMode::kEqual;
  if (name == "BRANCH_NEQ") return NodeMode::kNotEqual;
  if (name == "LEAF") return NodeMode::kLeaf;
  return Wrong("the mode '" + std::string(name) + "' of a node is not known");
}

struct NodeKey {
  int64_t tree, node;
  bool operator==(const NodeKey&) const = default;
};
struct NodeKeyHash {
  size_t operator()(const NodeKey& key) const {
    return static_cast<size_t>(static_cast<uint64_t>(key.tree) * 0x9E3779B97F4A7C15ULL +
                               static_cast<uint64_t>(key.node));
  }
};

// Numbers of floats, or of the tensor that may take their place.
Result<std::vector<double>> NumbersOf(const Node& node, const std::string& name, bool* in_double) {
  if (node.has(name + "_as_tensor")) {
    SCOREWAY_ASSIGN_OR_RETURN(const Tensor tensor, node.TensorAttribute(name + "_as_tensor"));
    if (tensor.is_text()) return Wrong(name + " are texts");
    *in_double = *in_double || tensor.type == ElementType::kDouble;
    return tensor.numbers();
  }
  const auto numbers = node.Numbers(name);
  return std::vector<double>(numbers.begin(), numbers.end());
}

Status SameSize(std::string_view what, size_t size, size_t wanted) {
  if (size == wanted) return {};
  return Status(Wrong(std::string(what) + " has " + std::to_string(size) + " entries, not " + std::to_string(wanted)));
}

Status CheckFeature(int64_t feature) {
  if (feature >= 0 && feature <= std::numeric_limits<int32_t>::max()) return {};
  return Status(Wrong("feature " + std::to_string(feature) + " of a node is impossible"));
}

// Gathers the weights by leaf; `leaf_of` gives the leaf of weight i.
struct WeightEntry {
  uint32_t leaf;
  LeafWeight weight;
};
void AssignWeights(std::vector<WeightEntry> entries, Trees* trees) {
  std::stable_sort(entries.begin(), entries.end(),
                   [](const WeightEntry& a, const WeightEntry& b) { return a.leaf < b.leaf; });
  for (const WeightEntry& entry : entries) {
    TreeNode& leaf = trees->nodes[entry.leaf];
    const auto at = static_cast<uint32_t>(trees->weights.size());
    if (leaf.begin == leaf.end) leaf.begin = at;
    leaf.end = at + 1;
    trees->weights.push_back(entry.weight);
  }
}

}  // namespace

Result<Trees> ReadNodesAttributes(const Node& node, const std::string& prefix) {
  Trees trees;
  const auto tree_ids = node.Integers("nodes_treeids");
  const auto node_ids = node.Integers("nodes_nodeids");
  const auto features = node.Integers("nodes_featureids");
  const auto modes = node.Texts("nodes_modes");
  const auto when_true = node.Integers("nodes_truenodeids");
  const auto when_false = node.Integers("nodes_falsenodeids");
  const auto missing = node.Integers("nodes_missing_value_tracks_true");
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<double> values, NumbersOf(node, "nodes_values", &trees.in_double));
  const size_t count = node_ids.size();
  if (count > std::numeric_limits<int32_t>::max()) return Wrong("too many nodes");
  SCOREWAY_RETURN_IF_ERROR(SameSize("nodes_treeids", tree_ids.size(), count));
  SCOREWAY_RETURN_IF_ERROR(SameSize("nodes_featureids", features.size(), count));
  SCOREWAY_RETURN_IF_ERROR(SameSize("nodes_modes", modes.size(), count));
  SCOREWAY_RETURN_IF_ERROR(SameSize("nodes_truenodeids", when_true.size(), count));
  SCOREWAY_RETURN_IF_ERROR(SameSize("nodes_falsenodeids", when_false.size(), count));
  SCOREWAY_RETURN_IF_ERROR(SameSize("nodes_values", values.size(), count));
  if (!missing.empty()) {
    SCOREWAY_RETURN_IF_ERROR(SameSize("nodes_missing_value_tracks_true", missing.size(), count));
  }

  std::unordered_map<NodeKey, uint32_t, NodeKeyHash> index;
  index.reserve(count);
  for (size_t i = 0; i < count; ++i) {
    if (!index.emplace(NodeKey{tree_ids[i], node_ids[i]}, static_cast<uint32_t>(i)).second) {
      return Wrong("node " + std::to_string(node_ids[i]) + " of tree " + std::to_string(tree_ids[i]) + " twice");
    }
  }
  std::vector<bool> is_child(count, false);
  trees.nodes.resize(count);
  for (size_t i = 0; i < count; ++i) {
    TreeNode& to = trees.nodes[i];
    SCOREWAY_ASSIGN_OR_RETURN(to.mode, ModeOf(modes[i]));
    if (to.mode == NodeMode::kLeaf) continue;
    SCOREWAY_RETURN_IF_ERROR(CheckFeature(features[i]));
    to.feature = static_cast<uint32_t>(features[i]);
    to.threshold = values[i];
    to.missing_true = !missing.empty() && missing[i] != 0;
    for (const bool branch : {true, false}) {
      const int64_t id = branch ? when_true[i] : when_false[i];
      const auto child = index.find(NodeKey{tree_ids[i], id});
      if (child == index.end()) {
        return Wrong("node " + std::to_string(id) + " of tree " + std::to_string(tree_ids[i]) + " is not there");
      }
      (branch ? to.when_true : to.when_false) = child->second;
      is_child[child->second] = true;
    }
  }
  std::unordered_map<int64_t, bool> rooted;
  for (size_t i = 0; i < count; ++i) {
    if (is_child[i]) continue;
    if (!rooted.emplace(tree_ids[i], true).second) {
      return Wrong("tree " + std::to_string(tree_ids[i]) + " has several roots");
    }
    trees.roots.push_back(static_cast<uint32_t>(i));
  }
  for (const int64_t tree : tree_ids) {
    if (rooted.count(tree) == 0) return Wrong("tree " + std::to_string(tree) + " has no root");
  }

  const auto weight_trees = node.Integers(prefix + "treeids");
  const auto weight_nodes = node.Integers(prefix + "nodeids");
  const auto targets = node.Integers(prefix + "ids");
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<double> weights, NumbersOf(node, prefix + "weights", &trees.in_double));
  SCOREWAY_RETURN_IF_ERROR(SameSize(prefix + "treeids", weight_trees.size(), weights.size()));
  SCOREWAY_RETURN_IF_ERROR(SameSize(prefix + "nodeids", weight_nodes.size(), weights.size()));
  SCOREWAY_RETURN_IF_ERROR(SameSize(prefix + "ids", targets.size(), weights.size()));
  std::vector<WeightEntry> entries;
  entries.reserve(weights.size());
  for (size_t i = 0; i < weights.size(); ++i) {
    const auto leaf = index.find(NodeKey{weight_trees[i], weight_nodes[i]});
    if (leaf == index.end()) return Wrong("a weight of a node that is not there");
    if (targets[i] < 0 || targets[i] > std::numeric_limits<int32_t>::max()) return Wrong("an impossible target");
    if (trees.nodes[leaf->second].mode != NodeMode::kLeaf) continue;  // only leaves are asked for their weights
    entries.push_back({leaf->second, {static_cast<uint32_t>(targets[i]), weights[i]}});
  }
  AssignWeights(std::move(entries), &trees);
  return trees;
}

Result<Trees> ReadTreeEnsemble(const Node& node) {
  Trees trees;
  SCOREWAY_ASSIGN_OR_RETURN(const Tensor splits, node.TensorAttribute("nodes_splits"));
  SCOREWAY_ASSIGN_OR_RETURN(const Tensor modes, node.TensorAttribute("nodes_modes"));
  SCOREWAY_ASSIGN_OR_RETURN(const Tensor leaf_weights, node.TensorAttribute("leaf_weights"));
  if (splits.is_text() || modes.is_text() || leaf_weights.is_text()) return Wrong("texts where numbers belong");
  trees.in_double = splits.type == ElementType::kDouble;
  if (!splits.is_real()) return Unsupported("splits of " + ElementTypeName(splits.type));
  const auto features = node.Integers("nodes_featureids");
  const auto when_true = node.Integers("nodes_truenodeids");
  const auto when_false = node.Integers("nodes_falsenodeids");
  const auto true_leafs = node.Integers("nodes_trueleafs");
  const auto false_leafs = node.Integers("nodes_falseleafs");
  const auto missing = node.Integers("nodes_missing_value_tracks_true");
  const auto targets = node.Integers("leaf_targetids");
  const auto roots = node.Integers("tree_roots");
  const size_t count = features.size();
  SCOREWAY_RETURN_IF_ERROR(SameSize("nodes_splits", splits.numbers().size(), count));
  SCOREWAY_RETURN_IF_ERROR(SameSize("nodes_modes", modes.numbers().size(), count));
  SCOREWAY_RETURN_IF_ERROR(SameSize("nodes_truenodeids", when_true.size(), count));
  SCOREWAY_RETURN_IF_ERROR(SameSize("nodes_falsenodeids", when_false.size(), count));
  SCOREWAY_RETURN_IF_ERROR(SameSize("nodes_trueleafs", true_leafs.size(), count));
  SCOREWAY_RETURN_IF_ERROR(SameSize("nodes_falseleafs", false_leafs.size(), count));
  if (!missing.empty()) {
    SCOREWAY_RETURN_IF_ERROR(SameSize("nodes_missing_value_tracks_true", missing.size(), count));
  }
  SCOREWAY_RETURN_IF_ERROR(SameSize("leaf_targetids", targets.size(), leaf_weights.numbers().size()));

  // Leaves come behind the inner nodes.
  std::vector<double> members;
  if (node.has("membership_values")) {
    SCOREWAY_ASSIGN_OR_RETURN(const Tensor values, node.TensorAttribute("membership_values"));
    if (values.is_text()) return Wrong("membership_values are texts");
    members = values.numbers();
  }
  size_t next_member = 0;
  trees.nodes.resize(count + targets.size());
  const auto child = [&](int64_t id, bool leaf, uint32_t* to) {
    const size_t bound = leaf ? targets.size() : count;
    if (id < 0 || static_cast<size_t>(id) >= bound) return false;
    *to = static_cast<uint32_t>(id + (leaf ? static_cast<int64_t>(count) : 0));
    return true;
  };
  for (size_t i = 0; i < count; ++i) {
    TreeNode& to = trees.nodes[i];
    const double mode = modes.numbers()[i];
    if (!(mode >= 0 && mode <= 6)) return Wrong("mode " + std::to_string(mode) + " of a node is not known");
    to.mode = static_cast<NodeMode>(static_cast<uint8_t>(mode));
    SCOREWAY_RETURN_IF_ERROR(CheckFeature(features[i]));
    to.feature = static_cast<uint32_t>(features[i]);
    to.threshold = splits.numbers()[i];
    to.missing_true = !missing.empty() && missing[i] != 0;
    if (!child(when_true[i], true_leafs[i] != 0, &to.when_true) ||
        !child(when_false[i], false_leafs[i] != 0, &to.when_false)) {
      return Wrong("a branch of node " + std::to_string(i) + " is not there");
    }
    if (to.mode != NodeMode::kMember) continue;
    // The members of each such node, in order, each list ended by NaN.
    while (next_member < members.size() && !std::isnan(members[next_member])) {
      to.members.push_back(members[next_member++]);
    }
    ++next_member;
  }
  std::vector<WeightEntry> entries;
  for (size_t i = 0; i < targets.size(); ++i) {
    if (targets[i] < 0 || targets[i] > std::numeric_limits<int32_t>::max()) return Wrong("an impossible target");
    entries.push_back(
        {static_cast<uint32_t>(count + i), {static_cast<uint32_t>(targets[i]), leaf_weights.numbers()[i]}});
  }
  AssignWeights(std::move(entries), &trees);
  for (const int64_t root : roots) {
    if (root < 0 || static_cast<size_t>(root) >= std::max<size_t>(count, 1)) return Wrong("a root is not there");
    // A tree of a single leaf is written as a node whose branches are that leaf.
    const TreeNode& first = trees.nodes[static_cast<size_t>(root)];
    const bool leaf_only = first.mode != NodeMode::kLeaf && first.when_true == first.when_false;
    trees.roots.push_back(leaf_only ? first.when_true : static_cast<uint32_t>(root));
  }
  return trees;
}

namespace {

// Columns that say whether a feature equals a number, or is one of several, beside the features themselves: a split by
// them is a split like any other.
class EqualityColumns {
 public:
  EqualityColumns(Context& context, const Tensor& x, bool in_double)
      : context_(context), x_(x), in_double_(in_double) {}

  // The column that is 1 where the node's condition holds (kNotEqual: where it does not), else 0.
  uint32_t Column(const TreeNode& node) {
    const std::vector<double> members =
        node.mode == NodeMode::kMember ? node.members : std::vector<double>{node.threshold};
    const bool missing = node.mode != NodeMode::kNotEqual && node.missing_true;
    const auto [it, is_new] = columns_.try_emplace({node.feature, members, missing}, columns_.size());
    if (is_new) keys_.push_back(it->first);
    return x_.width() + static_cast<uint32_t>(it->second);
  }

  Result<ValueId> Joined() {
    if (keys_.empty()) return x_.value;
    std::vector<uint32_t> features;
    op::EncodeNumber encode;
    for (const auto& [feature, members, missing] : keys_) {
      if (feature >= x_.width()) return Wrong("feature " + std::to_string(feature) + " is out of range");
      features.push_back(feature);
      std::vector<double> categories;
      for (const double member : members) {
        const double exact = in_double_ ? member : static_cast<double>(static_cast<float>(member));
        if (!std::isnan(exact) && std::find(categories.begin(), categories.end(), exact) == categories.end()) {
          categories.push_back(exact);
        }
      }
      encode.categories.push_back(std::move(categories));
      encode.unknown.push_back({false, -1});
      encode.missing.push_back({false, missing ? 0.0 : -1.0});
    }
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId chosen, context_.Select(x_.value, std::move(features)));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId codes, context_.Add(std::move(encode), {chosen}));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId zero, context_.ConstantNumbers({0}));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId found, context_.Binary(BinaryFunction::kGreaterEqual, codes, zero));
    return context_.Concat({x_.value, found});
  }

 private:
  using Key = std::tuple<uint32_t, std::vector<double>, bool>;

  Context& context_;
  const Tensor& x_;
  const bool in_double_;
  std::map<Key, size_t> columns_;
  std::vector<Key> keys_;
};

double Before(double threshold, bool in_double) {
  if (in_double) return std::nextafter(threshold, -INFINITY);
  return std::nextafter(static_cast<float>(threshold), -INFINITY);
}

// Puts trees into the arrays of an op::TreeEnsemble.
class Writer {
 public:
  Writer(const Trees& trees, EqualityColumns* equality, op::TreeEnsemble* ensemble, bool single, uint32_t targets)
      : trees_(trees), equality_(equality), ensemble_(ensemble), single_(single), targets_(targets) {}

  // Depth first. CORRUPT for a node that is reached twice.
  Status AddTree(uint32_t root, std::vector<bool>* seen) {
    ensemble_->roots.push_back(Reserve());
    std::vector<std::pair<uint32_t, uint32_t>> stack = {{root, ensemble_->roots.back()}};
    while (!stack.empty()) {
      const auto [from, to] = stack.back();
      stack.pop_back();
      if ((*seen)[from]) return Status(Wrong("a node of a tree is reached twice"));
      (*seen)[from] = true;
      const TreeNode& node = trees_.nodes[from];
      if (node.mode == NodeMode::kLeaf) {
        WriteLeaf(node, to);
        continue;
      }
      WriteSplit(node, to);
      const bool swap = Swapped(node.mode);
      stack.push_back({swap ? node.when_true : node.when_false, ensemble_->right[to]});
      stack.push_back({swap ? node.when_false : node.when_true, ensemble_->left[to]});
    }
    return {};
  }

 private:
  // The left branch is that of <=: of the other conditions the false one.
  static bool Swapped(NodeMode mode) {
    return mode != NodeMode::kLessEqual && mode != NodeMode::kLess && mode != NodeMode::kNotEqual;
  }

  uint32_t Reserve() {
    const auto node = static_cast<uint32_t>(ensemble_->feature.size());
    ensemble_->feature.push_back(0);
    ensemble_->threshold.push_back(0);
    ensemble_->left.push_back(node);
    ensemble_->right.push_back(node);
    ensemble_->flags.push_back(0);
    ensemble_->payload.push_back(0);
    return node;
  }

  void WriteSplit(const TreeNode& node, uint32_t to) {
    using enum NodeMode;
    const bool equality = node.mode == kEqual || node.mode == kNotEqual || node.mode == kMember;
    ensemble_->feature[to] = equality ? equality_->Column(node) : node.feature;
    double threshold = trees_.in_double ? node.threshold : static_cast<double>(static_cast<float>(node.threshold));
    if (node.mode == kLess || node.mode == kGreaterEqual) threshold = Before(threshold, trees_.in_double);
    ensemble_->threshold[to] = equality ? 0.5 : threshold;
    const bool missing_left = Swapped(node.mode) ? !node.missing_true : node.missing_true;
    if (!equality && missing_left) ensemble_->flags[to] = op::TreeEnsemble::kMissingLeft;
    const uint32_t left = Reserve();
    const uint32_t right = Reserve();
    ensemble_->left[to] = left;
    ensemble_->right[to] = right;
  }

  void WriteLeaf(const TreeNode& node, uint32_t to) {
    const size_t width = single_ ? 1 : targets_;
    const size_t at = ensemble_->leaf_values.size();
    ensemble_->payload[to] = static_cast<uint32_t>(at / width);
    ensemble_->leaf_values.resize(at + width, 0);
    // Of a single target ONNX Runtime takes a leaf's first weight alone; skl2onnx writes one for each class.
    const uint32_t end = targets_ == 1 ? std::min(node.end, node.begin + 1) : node.end;
    for (uint32_t i = node.begin; i < end; ++i) {
      const LeafWeight& weight = trees_.weights[i];
      ensemble_->leaf_values[at + (single_ ? 0 : weight.target)] += weight.weight;
    }
  }

  const Trees& trees_;
  EqualityColumns* equality_;
  op::TreeEnsemble* ensemble_;
  const bool single_;
  const uint32_t targets_;
};

// The target that all leaves of each tree have, if there is but one a tree.
std::optional<std::vector<uint32_t>> SingleTargets(const Trees& trees) {
  std::vector<uint32_t> targets;
  std::vector<bool> seen(trees.nodes.size(), false);
  for (const uint32_t root : trees.roots) {
    std::optional<uint32_t> target;
    std::vector<uint32_t> stack = {root};
    while (!stack.empty()) {
      const uint32_t at = stack.back();
      stack.pop_back();
      if (seen[at]) return std::nullopt;
      seen[at] = true;
      const TreeNode& node = trees.nodes[at];
      if (node.mode != NodeMode::kLeaf) {
        stack.push_back(node.when_true);
        stack.push_back(node.when_false);
        continue;
      }
      if (node.end - node.begin > 1) return std::nullopt;
      if (node.begin == node.end) continue;
      if (target.has_value() && *target != trees.weights[node.begin].target) return std::nullopt;
      target = trees.weights[node.begin].target;
    }
    targets.push_back(target.value_or(0));
  }
  return targets;
}

op::TreeEnsemble EmptyEnsemble(const Trees& trees, uint32_t targets, bool single) {
  op::TreeEnsemble ensemble;
  using Compare = op::TreeEnsemble::Compare;
  ensemble.compare = trees.in_double ? Compare::kLessEqual : Compare::kFloat32LessEqual;
  ensemble.precision = trees.in_double ? op::Precision::kFloat64 : op::Precision::kFloat32;
  ensemble.outputs = targets;
  ensemble.leaf_width = single ? 1 : targets;
  return ensemble;
}

}  // namespace

Result<ValueId> AddTrees(Context& context, const Tensor& x, const Trees& trees, uint32_t targets, Aggregate aggregate) {
  for (const LeafWeight& weight : trees.weights) {
    if (weight.target >= targets) {
      return Wrong("target " + std::to_string(weight.target) + " of " + std::to_string(targets));
    }
  }
  if (trees.roots.empty()) return Wrong("no trees");
  std::optional<std::vector<uint32_t>> single_targets = SingleTargets(trees);
  const bool single = targets == 1 || single_targets.has_value();
  SCOREWAY_RETURN_IF_ERROR(context.Charge(trees.nodes.size() / 2 * (single ? 1 : targets)));
  EqualityColumns equality(context, x, trees.in_double);
  std::vector<bool> seen(trees.nodes.size(), false);
  const auto type = trees.in_double ? ElementType::kDouble : ElementType::kFloat;

  if (aggregate == Aggregate::kSum || aggregate == Aggregate::kAverage) {
    op::TreeEnsemble ensemble = EmptyEnsemble(trees, targets, single);
    Writer writer(trees, &equality, &ensemble, single, targets);
    for (const uint32_t root : trees.roots) SCOREWAY_RETURN_IF_ERROR(writer.AddTree(root, &seen));
    if (single && targets > 1) ensemble.tree_output = *std::move(single_targets);
    if (aggregate == Aggregate::kAverage) ensemble.divisor = static_cast<double>(trees.roots.size());
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId features, equality.Joined());
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId value, context.Add(std::move(ensemble), {features}));
    return context.Round(type, value);
  }

  constexpr size_t kTreesMax = 1000;
  if (targets != 1 || trees.roots.size() > kTreesMax) {
    return Unsupported("the least or greatest of very many trees, or of several targets");
  }
  std::vector<op::TreeEnsemble> ensembles;
  for (const uint32_t root : trees.roots) {
    ensembles.push_back(EmptyEnsemble(trees, targets, true));
    SCOREWAY_RETURN_IF_ERROR(Writer(trees, &equality, &ensembles.back(), true, targets).AddTree(root, &seen));
  }
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId features, equality.Joined());
  std::vector<ValueId> values;
  for (op::TreeEnsemble& ensemble : ensembles) {
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId value, context.Add(std::move(ensemble), {features}));
    values.push_back(value);
  }
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId joined, context.Concat(std::move(values)));
  const op::RowAggregate best = aggregate == Aggregate::kMin ? op::RowAggregate::kMin : op::RowAggregate::kMax;
  return context.Add(op::AggregateRow{.function = best}, {joined});
}

}  // namespace scoreway::onnx
