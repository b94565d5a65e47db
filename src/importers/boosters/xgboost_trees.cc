#include "importers/boosters/xgboost_trees.h"

#include <algorithm>
#include <cmath>
#include <string>

namespace scoreway::boosters {
namespace {

// A category is held in a float32 in XGBoost, which counts no further.
constexpr int32_t kCategoryMax = 1 << 24;

Status Wrong(std::string what) { return Status(Code::kCorrupt, std::move(what)); }

Status CheckSizes(const XgboostTree& tree) {
  const size_t nodes = tree.left.size();
  if (nodes == 0) return Wrong("has no nodes");
  if (tree.right.size() != nodes || tree.feature.size() != nodes || tree.condition.size() != nodes ||
      tree.default_left.size() != nodes || (!tree.split_type.empty() && tree.split_type.size() != nodes)) {
    return Wrong("its arrays have different lengths");
  }
  if (tree.category_segments.size() != tree.category_nodes.size() ||
      tree.category_sizes.size() != tree.category_nodes.size()) {
    return Wrong("its arrays of categories have different lengths");
  }
  const auto children = static_cast<int64_t>(nodes);
  for (size_t i = 0; i < nodes; ++i) {
    if (tree.left[i] == -1) continue;
    if (tree.left[i] < 0 || tree.left[i] >= children || tree.right[i] < 0 || tree.right[i] >= children ||
        tree.left[i] == static_cast<int64_t>(i) || tree.right[i] == static_cast<int64_t>(i)) {
      return Wrong("node " + std::to_string(i) + " points out of range");
    }
    const bool by_number = tree.split_type.empty() || tree.split_type[i] == 0;
    if (by_number && std::isnan(tree.condition[i]))
      return Wrong("the condition of node " + std::to_string(i) + " is no number");
  }
  if (tree.leaf_width <= 1) return {};
  const std::vector<float>& leaves = tree.leaf_values.empty() ? tree.base_weights : tree.leaf_values;
  const auto rows = static_cast<int64_t>(leaves.size() / tree.leaf_width);
  for (size_t i = 0; i < nodes; ++i) {
    const int64_t row = tree.leaf_values.empty() ? static_cast<int64_t>(i) : tree.right[i];
    if (tree.left[i] == -1 && (row < 0 || row >= rows)) return Wrong("leaf " + std::to_string(i) + " has no value");
  }
  return {};
}

}  // namespace

void XgboostTree::Clear() {
  left.clear(), right.clear(), feature.clear(), condition.clear(), default_left.clear(), split_type.clear();
  category_nodes.clear(), category_segments.clear(), category_sizes.clear(), categories.clear();
  leaf_width = 1;
  base_weights.clear(), leaf_values.clear();
  loss_changes.clear(), sum_hessian.clear();
}

Status AppendSplits(const XgboostTree& tree, std::vector<XgboostSplit>* splits) {
  const size_t nodes = tree.left.size();
  if (tree.loss_changes.size() != nodes || tree.sum_hessian.size() != nodes) {
    return Wrong("its arrays have different lengths");
  }
  std::vector<size_t> open = {0};
  for (size_t visited = 0; !open.empty(); ++visited) {
    if (visited == nodes) return Wrong("its nodes make no tree");
    const size_t node = open.back();
    open.pop_back();
    if (tree.left[node] == -1) continue;
    splits->push_back({tree.feature[node], tree.loss_changes[node], tree.sum_hessian[node]});
    open.push_back(static_cast<size_t>(tree.left[node]));
    open.push_back(static_cast<size_t>(tree.right[node]));
  }
  return {};
}

void XgboostTrees::Reserve(size_t nodes) {
  op_.feature.reserve(nodes), op_.threshold.reserve(nodes), op_.left.reserve(nodes), op_.right.reserve(nodes);
  op_.flags.reserve(nodes), op_.payload.reserve(nodes);
  op_.leaf_values.reserve(nodes / 2 + 1);
}

void XgboostTrees::AddLeaf(const XgboostTree& tree, size_t node) {
  const uint32_t width = op_.leaf_width;
  op_.payload.push_back(static_cast<uint32_t>(op_.leaf_values.size() / width));
  if (tree.leaf_width <= 1) {
    op_.leaf_values.push_back(tree.condition[node]);
    return;
  }
  const bool mapped = !tree.leaf_values.empty();
  const size_t row = mapped ? static_cast<size_t>(tree.right[node]) : node;
  const float* values = (mapped ? tree.leaf_values : tree.base_weights).data() + row * width;
  op_.leaf_values.insert(op_.leaf_values.end(), values, values + width);
}

Status XgboostTrees::Add(const XgboostTree& tree) {
  SCOREWAY_RETURN_IF_ERROR(CheckSizes(tree));
  const uint32_t width = std::max<uint32_t>(tree.leaf_width, 1);
  if (op_.roots.empty()) op_.leaf_width = width;
  if (op_.leaf_width != width) return Wrong("its leaves have another width than those of other trees");
  const size_t nodes = tree.left.size();
  if (op_.feature.size() + nodes > UINT32_MAX / 2) {
    return Status(Code::kResourceExhausted, "there are too many nodes");
  }
  const auto first = static_cast<uint32_t>(op_.feature.size());
  op_.roots.push_back(first);
  first_leaf_.push_back(op_.leaf_values.size());
  for (size_t i = 0; i < nodes; ++i) {
    const bool leaf = tree.left[i] == -1;
    const uint32_t self = first + static_cast<uint32_t>(i);
    op_.feature.push_back(leaf ? 0 : tree.feature[i]);
    op_.threshold.push_back(leaf ? 0 : tree.condition[i]);
    op_.left.push_back(leaf ? self : first + static_cast<uint32_t>(tree.left[i]));
    op_.right.push_back(leaf ? self : first + static_cast<uint32_t>(tree.right[i]));
    op_.flags.push_back(!leaf && tree.default_left[i] != 0 ? op::TreeEnsemble::kMissingLeft : 0);
    if (leaf) {
      AddLeaf(tree, i);
    } else {
      op_.payload.push_back(0);
    }
  }
  if (!category_bits_.empty()) category_bits_.resize(op_.feature.size());
  return AddCategories(tree, first);
}

Status XgboostTrees::AddCategories(const XgboostTree& tree, uint32_t first) {
  const auto by_category = [&](size_t i) { return i < tree.split_type.size() && tree.split_type[i] == 1; };
  size_t listed = 0;
  for (size_t i = 0; i < tree.split_type.size(); ++i) {
    if (tree.split_type[i] > 1) return Wrong("node " + std::to_string(i) + " is of an unknown kind");
    if (by_category(i) && tree.left[i] != -1) ++listed;
  }
  for (size_t k = 0; k < tree.category_nodes.size(); ++k) {
    const int64_t node = tree.category_nodes[k];
    if (node < 0 || node >= static_cast<int64_t>(tree.left.size()) || !by_category(static_cast<size_t>(node)) ||
        (k > 0 && node <= tree.category_nodes[k - 1])) {
      return Wrong("categories of a node that has none");
    }
    const int64_t begin = tree.category_segments[k], size = tree.category_sizes[k];
    const auto total = static_cast<int64_t>(tree.categories.size());
    if (begin < 0 || size <= 0 || begin > total || size > total - begin) return Wrong("categories out of range");
    const auto from = tree.categories.begin() + begin, to = from + size;
    const auto [least, greatest] = std::minmax_element(from, to);
    if (*least < 0 || *greatest >= kCategoryMax) return Wrong("a category out of range");
    if (tree.left[static_cast<size_t>(node)] == -1) continue;
    --listed;

    const uint32_t self = first + static_cast<uint32_t>(node);
    const size_t words = static_cast<size_t>(*greatest) / 32 + 1;
    const size_t at = op_.category_words.size();
    op_.category_words.resize(at + words);
    for (auto category = from; category != to; ++category) {
      op_.category_words[at + static_cast<size_t>(*category) / 32] |= uint32_t{1} << (*category % 32);
    }
    if (category_bits_.empty()) category_bits_.resize(op_.feature.size());
    category_bits_[self] = static_cast<uint32_t>(32 * words);
    op_.payload[self] = static_cast<uint32_t>(at);
    op_.threshold[self] = 0;
    std::swap(op_.left[self], op_.right[self]);
    op_.flags[self] ^= op::TreeEnsemble::kMissingLeft;
    op_.flags[self] |= op::TreeEnsemble::kCategorical;
  }
  return listed == 0 ? Status() : Wrong("a split by category without categories");
}

void XgboostTrees::Scale(size_t tree, float weight) {
  const size_t end = tree + 1 < first_leaf_.size() ? first_leaf_[tree + 1] : op_.leaf_values.size();
  for (size_t i = first_leaf_[tree]; i < end; ++i) {
    op_.leaf_values[i] = static_cast<double>(static_cast<float>(op_.leaf_values[i]) * weight);
  }
}

void XgboostTrees::Truncate(size_t trees) {
  if (trees >= op_.roots.size()) return;
  const uint32_t nodes = op_.roots[trees];
  op_.leaf_values.resize(first_leaf_[trees]);
  op_.roots.resize(trees), first_leaf_.resize(trees);
  op_.feature.resize(nodes), op_.threshold.resize(nodes), op_.left.resize(nodes), op_.right.resize(nodes);
  op_.flags.resize(nodes), op_.payload.resize(nodes);
  if (!category_bits_.empty()) category_bits_.resize(nodes);
}

op::TreeEnsemble XgboostTrees::Take(bool unknown_is_missing) && {
  for (uint8_t& flags : op_.flags) {
    if (unknown_is_missing && (flags & op::TreeEnsemble::kCategorical) != 0)
      flags |= op::TreeEnsemble::kUnknownIsMissing;
  }
  op_.compare = op::TreeEnsemble::Compare::kFloat32Less;
  op_.precision = op::Precision::kFloat32;
  op_.category_bits = std::move(category_bits_);
  return std::move(op_);
}

}  // namespace scoreway::boosters
