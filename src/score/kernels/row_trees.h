// RowTrees: a few trees of an op::TreeEnsemble walked by one row, node by node, which asks only for the columns on its
// way. With many trees the kernel of the ensemble is faster: it prepares all columns once. The answers are the same.
#pragma once

#include <bit>
#include <cstdint>
#include <span>
#include <vector>

#include "score/kernels/tree_ensemble_forest.h"

namespace scoreway {

class RowTrees {
 public:
  // Whether there are so few trees.
  static bool Fits(const op::TreeEnsemble& op) {
    return op.roots.size() <= kTreesMax || (op.roots.size() <= kSmallTreesMax && op.feature.size() <= kSmallNodesMax);
  }

  // Where the cell of a feature is, as the caller takes it: a column, and what it may have to wait for.
  struct Feature {
    uint32_t column = 0;
    uint32_t waiting = 0;
  };

  // The operator outlives it. `features`: by feature of the operator.
  RowTrees(const op::TreeEnsemble& op, std::span<const Feature> features);

  // fetch(Feature) gives the cell of the row. Fills `out`, one number an output.
  template <typename Fetch>
  void Run(Fetch&& fetch, std::span<double> out) const {
    if (is_plain_sum_ && out.size() == 1) return SumOfOne(fetch, out[0]);
    if (is_plain_sum_) return Sum(fetch, out);
    Begin(out);
    for (size_t tree = 0; tree < op_.roots.size(); ++tree) AddLeaf(tree, Walk(op_.roots[tree], fetch), out);
    Divide(out);
  }

 private:
  static constexpr size_t kTreesMax = 4;
  // Small trees end before the others could hide what a step waits for.
  static constexpr size_t kSmallTreesMax = 12, kSmallNodesMax = 300;

  struct Node {
    // The bits of the greatest number that goes left. Of a categorical node the first word of its set (high half) and
    // the number of its bits; of a leaf the place of its values.
    uint64_t cut;
    Feature feature;
    uint32_t left, right;
    uint8_t flags;
    bool is_leaf;
  };

  template <typename Fetch>
  void Sum(Fetch&& fetch, std::span<double> out) const {
    for (size_t c = 0; c < out.size(); ++c) out[c] = op_.base.empty() ? 0 : op_.base[c];
    for (const uint32_t root : op_.roots) {
      const double* leaf = op_.leaf_values.data() + nodes_[Walk(root, fetch)].cut;
      for (size_t c = 0; c < out.size(); ++c) out[c] += leaf[c];
    }
    if (op_.divisor == 1) return;
    for (double& sum : out) sum /= op_.divisor;
  }

  // The same for a single output, by far the most frequent, without loops over outputs.
  template <typename Fetch>
  void SumOfOne(Fetch&& fetch, double& out) const {
    double sum = op_.base.empty() ? 0 : op_.base[0];
    for (const uint32_t root : op_.roots) sum += op_.leaf_values[nodes_[Walk(root, fetch)].cut];
    out = op_.divisor == 1 ? sum : sum / op_.divisor;
  }

  // The leaf that a row comes to.
  template <typename Fetch>
  uint32_t Walk(uint32_t node, Fetch&& fetch) const {
    while (!nodes_[node].is_leaf) {
      const Node& at = nodes_[node];
      double x = fetch(at.feature);
      if (as_float32_) x = static_cast<double>(static_cast<float>(x));
      node = GoesRight(at, x) ? at.right : at.left;
    }
    return node;
  }

  // As the forest says with its cuts and sets.
  bool GoesRight(const Node& at, double x) const {
    if ((at.flags & op::TreeEnsemble::kCategorical) != 0) return IsOutside(at, x);
    if (x <= std::bit_cast<double>(at.cut)) return false;
    return x == x || (at.flags & op::TreeEnsemble::kMissingLeft) == 0;
  }
  bool IsOutside(const Node& at, double x) const {
    const uint64_t category = forest::CategoryValue(x) - 1;  // wraps for missing
    if (category < static_cast<uint32_t>(at.cut)) {
      return (op_.category_words[(at.cut >> 32) + category / 32] >> (category % 32) & 1) == 0;
    }
    const bool missing = x != x || (at.flags & op::TreeEnsemble::kUnknownIsMissing) != 0;
    return !(missing && (at.flags & op::TreeEnsemble::kMissingLeft) != 0);
  }

  void Begin(std::span<double> sums) const;
  void AddLeaf(size_t tree, uint32_t leaf, std::span<double> sums) const;
  void Divide(std::span<double> sums) const;

  const op::TreeEnsemble& op_;
  const bool as_float32_;
  const bool is_plain_sum_;  // of whole rows of leaf values, in float64
  std::vector<Node> nodes_;  // by node of the operator
};

}  // namespace scoreway
