// LightgbmTrees: the trees of a model, put together one at a time into flat arrays. LightGBM sends a row left if
// x <= threshold in float64, and has three kinds of splits by number: a missing x counts as 0; or x goes the default
// way if it is missing; or if it is 0 or missing. The operator knows the second only. The first is the second with the
// way that 0 takes. For the third, where 0 does not take the default way anyhow, the feature gets a second column in
// which a 0 is missing.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "base/result.h"
#include "model/operators.h"

namespace scoreway::boosters {

// Numbers up to this size count as 0: the float32 1e-35.
inline constexpr double kLightgbmZero = static_cast<double>(1e-35F);

// One tree as it is written. A child that is negative is the leaf of the number ~child.
struct LightgbmTree {
  int64_t leaves = 0;
  std::vector<int32_t> left, right;
  std::vector<uint32_t> feature;
  std::vector<double> threshold;
  std::vector<uint8_t> decision;  // 1: by category; 2: default left; 4: 0 is missing; 8: NaN is missing
  std::vector<double> leaf_value;
  std::vector<uint32_t> category_ends;  // category_boundaries: words of split k begin at [k]
  std::vector<uint32_t> category_words;
  // A linear model in each leaf: constant + weights * features, or leaf_value where one of these is missing.
  bool is_linear = false;
  std::vector<double> leaf_constant;
  std::vector<uint32_t> term_counts;  // of each leaf
  std::vector<uint32_t> term_features;
  std::vector<double> term_weights;

  void Clear();
};

class LightgbmTrees {
 public:
  // CORRUPT if the arrays do not make a tree over that many features.
  Status Add(const LightgbmTree& tree, uint64_t features);

  size_t size() const { return op_.trees.roots.size(); }
  // Features that need a column in which 0 is missing; the columns follow the features, in this order.
  const std::vector<uint32_t>& zero_missing_features() const { return zero_missing_; }
  // The first trees alone.
  void Truncate(size_t trees);
  // Sums of trees in turn to that many outputs: an op::TreeEnsemble, or op::LinearTreeEnsemble if a tree is linear.
  op::Params Take(uint32_t outputs) &&;

 private:
  Status AddNode(const LightgbmTree& tree, size_t node, uint64_t features);
  Status AddCategories(const LightgbmTree& tree, size_t node);
  void AddNumber(const LightgbmTree& tree, size_t node, uint64_t features);
  Status AddTerms(const LightgbmTree& tree, uint64_t features);
  uint32_t ZeroMissingColumn(uint32_t feature, uint64_t features);

  op::LinearTreeEnsemble op_;
  std::vector<uint32_t> category_bits_;
  std::vector<size_t> first_leaf_;
  std::vector<uint32_t> zero_missing_;
  std::map<uint32_t, uint32_t> zero_missing_column_;
  bool is_linear_ = false;
};

}  // namespace scoreway::boosters
