#include <cmath>

#include "score/kernels/kernels.h"
#include "score/kernels/operator_kernel.h"

namespace scoreway {
namespace {

using op::LinearTreeEnsemble;
using op::TreeEnsemble;

// Walks the operator's own nodes, a row after the other: the terms of the leaves cost more than the way to them.
class LinearTreeKernel final : public OperatorKernel<LinearTreeEnsemble> {
 public:
  using OperatorKernel::OperatorKernel;

  Status Run(const Tile& tile) const override {
    const Block& in = Input(tile);
    const Block& out = Output(tile);
    const TreeEnsemble& trees = op_.trees;
    for (size_t row = 0; row < tile.rows; ++row) {
      for (uint32_t c = 0; c < out.width; ++c) out.number_column(c)[row] = trees.base.empty() ? 0 : trees.base[c];
      for (size_t t = 0; t < trees.roots.size(); ++t) {
        const uint32_t output = trees.tree_output.empty() ? 0 : trees.tree_output[t];
        out.number_column(output)[row] += LeafValue(in, row, trees.payload[Leaf(in, row, trees.roots[t])]);
      }
      for (uint32_t c = 0; c < out.width; ++c) out.number_column(c)[row] /= trees.divisor;
    }
    return {};
  }

 private:
  uint32_t Leaf(const Block& in, size_t row, uint32_t node) const {
    const TreeEnsemble& trees = op_.trees;
    while (trees.left[node] != node) {
      const double x = in.number_column(trees.feature[node])[row];
      node = GoesLeft(node, x) ? trees.left[node] : trees.right[node];
    }
    return node;
  }

  bool GoesLeft(uint32_t node, double x) const {
    const TreeEnsemble& trees = op_.trees;
    const uint8_t flags = trees.flags[node];
    const bool missing_left = (flags & TreeEnsemble::kMissingLeft) != 0;
    if (std::isnan(x)) return missing_left;
    if ((flags & TreeEnsemble::kCategorical) == 0) return x <= trees.threshold[node];
    if (!(x > -1) || x >= trees.category_bits[node]) {
      return (flags & TreeEnsemble::kUnknownIsMissing) != 0 && missing_left;
    }
    const auto category = static_cast<uint32_t>(x);
    return ((trees.category_words[trees.payload[node] + category / 32] >> (category % 32)) & 1) != 0;
  }

  double LeafValue(const Block& in, size_t row, uint32_t leaf) const {
    double value = op_.leaf_constants[leaf];
    for (uint32_t i = leaf == 0 ? 0 : op_.term_ends[leaf - 1]; i < op_.term_ends[leaf]; ++i) {
      const double x = in.number_column(op_.term_features[i])[row];
      if (std::isnan(x)) return op_.trees.leaf_values[leaf];
      value += op_.term_weights[i] * x;
    }
    return value;
  }
};

}  // namespace

KernelResult MakeLinearTreeEnsemble(const KernelContext& context) { return KernelOf<LinearTreeKernel>(context); }

}  // namespace scoreway
