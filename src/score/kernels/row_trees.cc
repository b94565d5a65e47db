#include "score/kernels/row_trees.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace scoreway {
namespace {

// Sums are rounded after each step where the operator says so.
double Rounded(op::Precision precision, double sum) {
  return precision == op::Precision::kFloat32 ? static_cast<double>(static_cast<float>(sum)) : sum;
}

// NaN, with which nothing compares, if no number goes left.
double GreatestLeft(op::TreeEnsemble::Compare compare, double threshold) {
  using Compare = op::TreeEnsemble::Compare;
  if (compare == Compare::kFloat32Less) threshold = static_cast<float>(threshold);
  const bool strict = compare == Compare::kLess || compare == Compare::kFloat32Less;
  if (!strict) return threshold;
  return threshold == -op::kInfinity ? op::kNaN : std::nextafter(threshold, -op::kInfinity);
}

}  // namespace

RowTrees::RowTrees(const op::TreeEnsemble& op, std::span<const Feature> features)
    : op_(op),
      as_float32_(forest::ComparesFloat32(op.compare)),
      is_plain_sum_(op.tree_output.empty() && op.precision == op::Precision::kFloat64) {
  nodes_.reserve(op.feature.size());
  for (uint32_t node = 0; node < op.feature.size(); ++node) {
    const bool is_leaf = op.left[node] == node;
    Node made{0, {}, op.left[node], op.right[node], op.flags[node], is_leaf};
    if (is_leaf) {
      made.cut = uint64_t{op.payload[node]} * op.leaf_width;
    } else {
      made.feature = features[op.feature[node]];
      const bool is_categorical = (op.flags[node] & op::TreeEnsemble::kCategorical) != 0;
      made.cut = is_categorical ? uint64_t{op.payload[node]} << 32 | op.category_bits[node]
                                : std::bit_cast<uint64_t>(GreatestLeft(op.compare, op.threshold[node]));
    }
    nodes_.push_back(made);
  }
}

void RowTrees::Begin(std::span<double> sums) const {
  std::fill(sums.begin(), sums.end(), 0.0);
  std::transform(op_.base.begin(), op_.base.end(), sums.begin(),
                 [this](double base) { return Rounded(op_.precision, base); });
}

void RowTrees::AddLeaf(size_t tree, uint32_t leaf, std::span<double> sums) const {
  const double* row = op_.leaf_values.data() + size_t{op_.payload[leaf]} * op_.leaf_width;
  const auto add = [this](double value, double* sum) {
    *sum = Rounded(op_.precision, *sum + Rounded(op_.precision, value));
  };
  if (!op_.tree_output.empty()) return add(row[0], &sums[op_.tree_output[tree]]);
  for (uint32_t c = 0; c < op_.leaf_width; ++c) add(row[c], &sums[c]);
}

void RowTrees::Divide(std::span<double> sums) const {
  if (op_.divisor == 1) return;
  for (double& sum : sums) sum = Rounded(op_.precision, sum / Rounded(op_.precision, op_.divisor));
}

}  // namespace scoreway
