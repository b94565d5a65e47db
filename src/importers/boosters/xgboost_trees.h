// XgboostTrees: the trees of a model, put together one at a time into flat arrays. XGBoost sends a row left if
// float32(x) < condition and, at a split by category, if the category is not among those listed; the operator's sets
// go left, so such a node has its children exchanged.
#pragma once

#include <cstdint>
#include <vector>

#include "base/result.h"
#include "model/operators.h"

namespace scoreway::boosters {

// One tree as it is written. A node whose left child is -1 is a leaf, and its condition is its value.
struct XgboostTree {
  std::vector<int32_t> left, right;
  std::vector<uint32_t> feature;
  std::vector<float> condition;
  std::vector<uint8_t> default_left;
  std::vector<uint8_t> split_type;  // 1: by category; may be empty
  // Of the splits by category, in rising order of nodes: categories[segments[i] .. segments[i] + sizes[i]).
  std::vector<int32_t> category_nodes;
  std::vector<int64_t> category_segments, category_sizes;
  std::vector<int32_t> categories;
  // Leaves of several numbers. Of leaf_values a row a leaf, and the right child of a leaf is its row; without them
  // (before 3.2) of base_weights a row a node.
  uint32_t leaf_width = 1;
  std::vector<float> base_weights, leaf_values;
  // A number a node, as far as they were read.
  std::vector<float> loss_changes, sum_hessian;

  void Clear();
};

// What a split brought when its tree was grown.
struct XgboostSplit {
  uint32_t feature = 0;
  float gain = 0;
  float cover = 0;
};

// Appends the splits of a tree that XgboostTrees took, in the order in which XGBoost sums over them: a node, what is
// right of it, what is left of it. CORRUPT if a node has two parents or the numbers are not one a node.
Status AppendSplits(const XgboostTree& tree, std::vector<XgboostSplit>* splits);

class XgboostTrees {
 public:
  // Room for that many nodes, if it is likely that there will be.
  void Reserve(size_t nodes);
  // CORRUPT if the arrays do not make a tree.
  Status Add(const XgboostTree& tree);

  size_t size() const { return op_.roots.size(); }
  uint32_t leaf_width() const { return op_.leaf_width; }
  // Calls visit(feature, condition) for each split by a number.
  template <typename Visit>
  void ForEachSplit(Visit visit) const {
    for (size_t i = 0; i < op_.feature.size(); ++i) {
      const bool by_category = (op_.flags[i] & op::TreeEnsemble::kCategorical) != 0;
      if (op_.left[i] != i && !by_category) visit(op_.feature[i], op_.threshold[i]);
    }
  }
  // Multiplies the leaves of a tree, rounded to float32.
  void Scale(size_t tree, float weight);
  // The first trees alone.
  void Truncate(size_t trees);
  // Compares in float32 and sums in float32; what the trees add to is left to the caller. With unknown_is_missing (so
  // in XGBoost 1.6) a category beyond those that a split has bits for counts as missing.
  op::TreeEnsemble Take(bool unknown_is_missing) &&;

 private:
  Status AddCategories(const XgboostTree& tree, uint32_t first);
  void AddLeaf(const XgboostTree& tree, size_t node);

  op::TreeEnsemble op_;
  std::vector<uint32_t> category_bits_;
  std::vector<size_t> first_leaf_;  // of each tree, as an index into leaf_values
};

}  // namespace scoreway::boosters
