// Operators that hold what a training library learned: weights, points, trees. The conventions are those of
// model/operators.h.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "model/operators/constants.h"

namespace scoreway::op {

// out = in * weights + bias; weights of output j are weights[j * in_width .. (j + 1) * in_width). An empty bias is 0.
struct Linear {
  static constexpr std::string_view kName = "linear";
  Precision precision = Precision::kFloat64;  // kFloat32: by fused multiply-adds, as score/kernels/fused_dot.h says
  uint32_t outputs = 1;
  std::vector<double> weights;
  std::vector<double> bias;
  template <typename Self, typename Visit>
  static void Fields(Self& self, Visit&& visit) {
    visit("precision", self.precision);
    visit("outputs", self.outputs);
    visit("weights", self.weights);
    visit("bias", self.bias);
  }
};

// Squared (kSquaredEuclidean), Euclidean or Manhattan distance of the row to each point (points: rows of in_width).
struct Distances {
  static constexpr std::string_view kName = "distances";
  enum class Metric : uint8_t { kSquaredEuclidean = 0, kEuclidean = 1, kManhattan = 2 };
  Metric metric = Metric::kEuclidean;
  std::vector<double> points;
  template <typename Self, typename Visit>
  static void Fields(Self& self, Visit&& visit) {
    visit("metric", self.metric);
    visit("points", self.points);
  }
};

// Decision trees of any library. All trees' nodes lie back to back; roots[t] is the first node of tree t. A node i with
// left[i] == i is a leaf and payload[i] is its row in leaf_values (leaf_width numbers a row). An inner node asks:
//   categorical (flags & kCategorical): goes left if trunc(x) is set in category_words at bit offset 32 * payload[i]
//     with category_bits[i] bits; a value outside that range, or negative, goes right, or counts as missing with
//     kUnknownIsMissing (scikit-learn's histogram boosting: unknown categories are missing). category_bits is parallel
//     to nodes only if any node is categorical, else empty.
//   else x <compare> threshold[i] goes left, in the stated precision.
// A missing x goes left if flags & kMissingLeft, else right. Trees whose library rejects missing get a RequireFinite.
struct TreeEnsemble {
  static constexpr std::string_view kName = "tree_ensemble";
  enum class Compare : uint8_t {
    kLessEqual = 0,         // float64 x <= threshold
    kLess = 1,              // float64 x < threshold
    kFloat32LessEqual = 2,  // float32(x) <= threshold, threshold exact in float64 (scikit-learn's trees)
    kFloat32Less = 3,       // float32(x) < float32 threshold (XGBoost)
  };
  enum Flag : uint8_t { kMissingLeft = 1, kCategorical = 2, kUnknownIsMissing = 4 };
  // How trees become outputs: summed in tree order onto `base`, then divided by `divisor` (a forest's mean).
  Compare compare = Compare::kLessEqual;
  Precision precision = Precision::kFloat64;  // of the sum
  uint32_t outputs = 1;
  std::vector<double> base;  // empty or `outputs` numbers
  double divisor = 1;
  std::vector<uint32_t> roots;
  // Which output a tree adds to when leaf_width is 1 and outputs is more; empty: leaf_width == outputs.
  std::vector<uint32_t> tree_output;
  uint32_t leaf_width = 1;
  std::vector<double> leaf_values;
  // Nodes.
  std::vector<uint32_t> feature;
  std::vector<double> threshold;
  std::vector<uint32_t> left, right;
  std::vector<uint8_t> flags;
  std::vector<uint32_t> payload;
  std::vector<uint32_t> category_bits;
  std::vector<uint32_t> category_words;
  template <typename Self, typename Visit>
  static void Fields(Self& self, Visit&& visit) {
    visit("compare", self.compare);
    visit("precision", self.precision);
    visit("outputs", self.outputs);
    visit("base", self.base);
    visit("divisor", self.divisor);
    visit("roots", self.roots);
    visit("tree_output", self.tree_output);
    visit("leaf_width", self.leaf_width);
    visit("leaf_values", self.leaf_values);
    visit("feature", self.feature);
    visit("threshold", self.threshold);
    visit("left", self.left);
    visit("right", self.right);
    visit("flags", self.flags);
    visit("payload", self.payload);
    visit("category_bits", self.category_bits);
    visit("category_words", self.category_words);
  }
};

// Trees with a linear model in each leaf (LightGBM's linear_tree): a leaf, a row l of leaf_values of width 1, gives
// leaf_constants[l] and after it, in order, term_weights[i] * x of the column term_features[i] for i in
// [term_ends[l - 1], term_ends[l]); or its leaf value if one of these x is missing.
struct LinearTreeEnsemble {
  static constexpr std::string_view kName = "linear_tree_ensemble";
  TreeEnsemble trees;
  std::vector<double> leaf_constants;
  std::vector<uint32_t> term_ends;
  std::vector<uint32_t> term_features;
  std::vector<double> term_weights;
  template <typename Self, typename Visit>
  static void Fields(Self& self, Visit&& visit) {
    TreeEnsemble::Fields(self.trees, visit);
    visit("leaf_constants", self.leaf_constants);
    visit("term_ends", self.term_ends);
    visit("term_features", self.term_features);
    visit("term_weights", self.term_weights);
  }
};

}  // namespace scoreway::op
