#include "importers/boosters/lightgbm_trees.h"
#include "model/append_node.h"

#include <cmath>
#include <string>

namespace scoreway::boosters {
namespace {

constexpr uint8_t kByCategory = 1, kDefaultLeft = 2, kZeroIsMissing = 4, kNanIsMissing = 8;

Status Wrong(std::string what) { return Status(Code::kCorrupt, std::move(what)); }

Status CheckSizes(const LightgbmTree& tree) {
  if (tree.leaves < 1 || tree.leaf_value.size() != static_cast<size_t>(tree.leaves)) {
    return Wrong("there is not one value a leaf");
  }
  const size_t splits = static_cast<size_t>(tree.leaves) - 1;
  if (tree.left.size() != splits || tree.right.size() != splits || tree.feature.size() != splits ||
      tree.threshold.size() != splits || (!tree.decision.empty() && tree.decision.size() != splits)) {
    return Wrong("its arrays have different lengths");
  }
  return {};
}

}  // namespace

void LightgbmTree::Clear() { *this = LightgbmTree(); }

Status LightgbmTrees::Add(const LightgbmTree& tree, uint64_t features) {
  SCOREWAY_RETURN_IF_ERROR(CheckSizes(tree));
  op::TreeEnsemble& op = op_.trees;
  const auto splits = static_cast<size_t>(tree.leaves) - 1;
  if (op.feature.size() + 2 * splits + 1 > UINT32_MAX / 2) {
    return Status(Code::kResourceExhausted, "there are too many nodes");
  }
  op.roots.push_back(static_cast<uint32_t>(op.feature.size()));
  first_leaf_.push_back(op.leaf_values.size());
  for (size_t i = 0; i < splits; ++i) SCOREWAY_RETURN_IF_ERROR(AddNode(tree, i, features));
  for (const double value : tree.leaf_value) op::AppendLeaf(&op, value);
  if (!category_bits_.empty()) category_bits_.resize(op.feature.size());
  return AddTerms(tree, features);
}

Status LightgbmTrees::AddNode(const LightgbmTree& tree, size_t node, uint64_t features) {
  op::TreeEnsemble& op = op_.trees;
  const int64_t splits = tree.leaves - 1;
  const uint32_t root = op.roots.back();
  uint32_t children[2];
  for (const bool right : {false, true}) {
    const int64_t child = right ? tree.right[node] : tree.left[node];
    const int64_t place = child >= 0 ? child : splits + ~child;
    if (child >= splits || place >= splits + tree.leaves || child == static_cast<int64_t>(node)) {
      return Wrong("node " + std::to_string(node) + " points out of range");
    }
    children[right] = root + static_cast<uint32_t>(place);
  }
  if (tree.feature[node] >= features) return Wrong("node " + std::to_string(node) + " asks for an unknown feature");
  op.feature.push_back(tree.feature[node]);
  op.threshold.push_back(0);
  op.left.push_back(children[0]);
  op.right.push_back(children[1]);
  op.flags.push_back(0);
  op.payload.push_back(0);
  if (!tree.decision.empty() && (tree.decision[node] & kByCategory) != 0) return AddCategories(tree, node);
  if (std::isnan(tree.threshold[node])) return Wrong("the threshold of node " + std::to_string(node) + " is no number");
  AddNumber(tree, node, features);
  return {};
}

// A missing category and one that is in no set go right.
Status LightgbmTrees::AddCategories(const LightgbmTree& tree, size_t node) {
  const double number = tree.threshold[node];
  if (!(number >= 0) || number + 1 >= static_cast<double>(tree.category_ends.size())) {
    return Wrong("node " + std::to_string(node) + " has no categories");
  }
  const auto split = static_cast<size_t>(number);
  const uint32_t begin = tree.category_ends[split], end = tree.category_ends[split + 1];
  if (begin > end || end > tree.category_words.size() || end - begin > UINT32_MAX / 32) {
    return Wrong("the categories of node " + std::to_string(node) + " are out of range");
  }
  op::TreeEnsemble& op = op_.trees;
  category_bits_.resize(op.feature.size());
  category_bits_.back() = 32 * (end - begin);
  op.flags.back() = op::TreeEnsemble::kCategorical;
  op.payload.back() = static_cast<uint32_t>(op.category_words.size());
  op.category_words.insert(op.category_words.end(), tree.category_words.begin() + begin,
                           tree.category_words.begin() + end);
  return {};
}

void LightgbmTrees::AddNumber(const LightgbmTree& tree, size_t node, uint64_t features) {
  op::TreeEnsemble& op = op_.trees;
  const uint8_t decision = tree.decision.empty() ? 0 : tree.decision[node];
  const double threshold = tree.threshold[node];
  const bool default_left = (decision & kDefaultLeft) != 0;
  op.threshold.back() = threshold;
  bool missing_left = default_left;
  if ((decision & (kZeroIsMissing | kNanIsMissing)) == 0) {
    missing_left = 0 <= threshold;
  } else if ((decision & kZeroIsMissing) != 0) {
    const bool zeros_go_default_way = default_left ? threshold >= kLightgbmZero : threshold < -kLightgbmZero;
    if (!zeros_go_default_way) op.feature.back() = ZeroMissingColumn(tree.feature[node], features);
  }
  op.flags.back() = missing_left ? op::TreeEnsemble::kMissingLeft : 0;
}

uint32_t LightgbmTrees::ZeroMissingColumn(uint32_t feature, uint64_t features) {
  const auto [found, added] =
      zero_missing_column_.try_emplace(feature, static_cast<uint32_t>(features + zero_missing_.size()));
  if (added) zero_missing_.push_back(feature);
  return found->second;
}

Status LightgbmTrees::AddTerms(const LightgbmTree& tree, uint64_t features) {
  const auto leaves = static_cast<size_t>(tree.leaves);
  if (!tree.is_linear && !is_linear_) return {};
  if (!is_linear_) {
    // The trees so far were plain: leaves that are constants.
    is_linear_ = true;
    op_.leaf_constants.assign(op_.trees.leaf_values.begin(), op_.trees.leaf_values.end() - tree.leaves);
    op_.term_ends.assign(op_.leaf_constants.size(), 0);
  }
  if (!tree.is_linear) {
    op_.leaf_constants.insert(op_.leaf_constants.end(), tree.leaf_value.begin(), tree.leaf_value.end());
    op_.term_ends.insert(op_.term_ends.end(), leaves, static_cast<uint32_t>(op_.term_features.size()));
    return {};
  }
  if (tree.leaf_constant.size() != leaves || tree.term_counts.size() != leaves ||
      tree.term_features.size() != tree.term_weights.size()) {
    return Wrong("the linear models do not fit the leaves");
  }
  size_t terms = 0;
  for (size_t leaf = 0; leaf < leaves; ++leaf) {
    terms += tree.term_counts[leaf];
    if (terms > tree.term_features.size()) return Wrong("the linear models do not fit the leaves");
    op_.leaf_constants.push_back(tree.leaf_constant[leaf]);
    op_.term_ends.push_back(static_cast<uint32_t>(op_.term_features.size() + terms));
  }
  if (terms != tree.term_features.size()) return Wrong("the linear models do not fit the leaves");
  for (size_t i = 0; i < terms; ++i) {
    if (tree.term_features[i] >= features) return Wrong("a linear model asks for an unknown feature");
    op_.term_features.push_back(tree.term_features[i]);
    op_.term_weights.push_back(tree.term_weights[i]);
  }
  return {};
}

void LightgbmTrees::Truncate(size_t trees) {
  op::TreeEnsemble& op = op_.trees;
  if (trees >= op.roots.size()) return;
  const uint32_t nodes = op.roots[trees];
  const size_t leaves = first_leaf_[trees];
  op.roots.resize(trees), first_leaf_.resize(trees), op.leaf_values.resize(leaves);
  op.feature.resize(nodes), op.threshold.resize(nodes), op.left.resize(nodes), op.right.resize(nodes);
  op.flags.resize(nodes), op.payload.resize(nodes);
  if (!category_bits_.empty()) category_bits_.resize(nodes);
  if (!is_linear_) return;
  op_.leaf_constants.resize(leaves), op_.term_ends.resize(leaves);
  const uint32_t terms = leaves == 0 ? 0 : op_.term_ends.back();
  op_.term_features.resize(terms), op_.term_weights.resize(terms);
}

op::Params LightgbmTrees::Take(uint32_t outputs) && {
  op::TreeEnsemble& op = op_.trees;
  op.compare = op::TreeEnsemble::Compare::kLessEqual;
  op.outputs = outputs;
  op.category_bits = std::move(category_bits_);
  for (size_t t = 0; outputs > 1 && t < op.roots.size(); ++t) {
    op.tree_output.push_back(static_cast<uint32_t>(t % outputs));
  }
  if (is_linear_) return std::move(op_);
  return std::move(op);
}

}  // namespace scoreway::boosters
