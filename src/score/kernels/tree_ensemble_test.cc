// The tree kernel against the plainest possible reading of op::TreeEnsemble, bit for bit, over random ensembles that
// are full of ties, missing cells and thresholds a hair beside a float32.
#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <vector>

#include "score/kernels/row_trees.h"
#include "score/kernels/tree_ensemble.h"

namespace scoreway {
namespace {

using op::TreeEnsemble;
using Compare = TreeEnsemble::Compare;
using Columns = std::vector<std::vector<double>>;

bool GoesLeft(const TreeEnsemble& op, uint32_t node, double x) {
  const bool float32 = op.compare == Compare::kFloat32LessEqual || op.compare == Compare::kFloat32Less;
  const bool missing_left = (op.flags[node] & TreeEnsemble::kMissingLeft) != 0;
  if (float32) x = static_cast<float>(x);
  if (std::isnan(x)) return missing_left;
  if ((op.flags[node] & TreeEnsemble::kCategorical) != 0) {
    const double category = std::trunc(x);
    if (category < 0 || category >= op.category_bits[node]) {
      return (op.flags[node] & TreeEnsemble::kUnknownIsMissing) != 0 && missing_left;
    }
    const auto bit = static_cast<uint32_t>(category);
    return (op.category_words[op.payload[node] + bit / 32] >> (bit % 32) & 1) != 0;
  }
  const double threshold = op.threshold[node];
  if (op.compare == Compare::kLessEqual || op.compare == Compare::kFloat32LessEqual) return x <= threshold;
  if (op.compare == Compare::kLess) return x < threshold;
  return static_cast<float>(x) < static_cast<float>(threshold);
}

// Outputs of one row, as the comments of op::TreeEnsemble say.
template <typename Real>
std::vector<double> Expected(const TreeEnsemble& op, const Columns& columns, size_t row) {
  std::vector<Real> sums(op.outputs);
  for (size_t c = 0; c < op.base.size(); ++c) sums[c] = static_cast<Real>(op.base[c]);
  for (size_t t = 0; t < op.roots.size(); ++t) {
    uint32_t node = op.roots[t];
    while (op.left[node] != node) {
      node = GoesLeft(op, node, columns[op.feature[node]][row]) ? op.left[node] : op.right[node];
    }
    for (uint32_t c = 0; c < op.leaf_width; ++c) {
      const size_t to = op.tree_output.empty() ? c : op.tree_output[t];
      sums[to] += static_cast<Real>(op.leaf_values[size_t{op.payload[node]} * op.leaf_width + c]);
    }
  }
  std::vector<double> outputs;
  for (const Real sum : sums) outputs.push_back(sum / static_cast<Real>(op.divisor));
  return outputs;
}

struct Wish {
  Compare compare = Compare::kLessEqual;
  op::Precision precision = op::Precision::kFloat64;
  uint32_t features = 5;
  uint32_t trees = 20;
  uint32_t leaves = 30;  // of a tree, about
  uint32_t outputs = 1;
  bool tree_outputs = false;  // a tree for each output in turn
  bool missing = false;       // missing cells, and nodes that send them left
  bool categories = false;
  size_t different_sets = 0;  // of categories; 0: each node has its own
  bool chains = false;        // trees of one long branch
  uint32_t distinct = 40;     // different thresholds; 0: all differ
  uint32_t depth_max = 1000;
};

class Generator {
 public:
  explicit Generator(uint32_t seed) : random_(seed) {}

  uint32_t Below(uint32_t n) { return std::uniform_int_distribution<uint32_t>(0, n - 1)(random_); }

  // Numbers around which branches could be mistaken: few round ones, their neighbours in float32 and in float64,
  // zeros, infinities, float32 overflow.
  double Number(uint32_t distinct) {
    if (distinct == 0) return std::normal_distribution<double>()(random_);
    double x = static_cast<float>(static_cast<int>(Below(distinct)) - static_cast<int>(distinct / 2)) * 0.1f;
    switch (Below(12)) {
      case 0: return std::nextafter(x, 1e9);
      case 1: return std::nextafter(x, -1e9);
      case 2: return std::nextafter(static_cast<float>(x), 1e9f);
      case 3: return (x + std::nextafter(static_cast<float>(x), 1e9f)) / 2;  // halfway between two float32
      case 4: return Edge();
      default: return x;
    }
  }

  double Edge() {
    constexpr double kFloatMax = std::numeric_limits<float>::max();
    const double edges[] = {0.0,           -0.0,  op::kInfinity, -op::kInfinity, kFloatMax, -kFloatMax,
                            2 * kFloatMax, 1e300, -1e300,        1e-320,         -1e-45,    1e-60};
    return edges[Below(std::size(edges))];
  }

  TreeEnsemble Ensemble(const Wish& wish) {
    TreeEnsemble op;
    op.compare = wish.compare;
    op.precision = wish.precision;
    op.outputs = wish.outputs;
    op.leaf_width = wish.tree_outputs ? 1 : wish.outputs;
    op.divisor = 1 + Below(7);
    if (Below(2) == 0) {
      for (uint32_t c = 0; c < wish.outputs; ++c) op.base.push_back(Number(0));
    }
    for (uint32_t t = 0; t < wish.trees; ++t) {
      if (wish.tree_outputs) op.tree_output.push_back(t % wish.outputs);
      AddTree(wish, &op);
    }
    return op;
  }

  Columns Rows(const Wish& wish, size_t rows) {
    Columns columns(wish.features, std::vector<double>(rows));
    for (std::vector<double>& column : columns) {
      for (double& x : column) {
        x = Number(wish.distinct);
        if (wish.categories && Below(2) == 0) x = static_cast<int>(Below(120)) - 4 + 0.5 * Below(2);
        if (wish.missing && Below(5) == 0) x = op::kNaN;
      }
    }
    return columns;
  }

 private:
  void AddTree(const Wish& wish, TreeEnsemble* op) {
    op->roots.push_back(AddNode(op));
    std::vector<uint32_t> open{op->roots.back()}, closed, depths{0};  // depths of what is open
    const uint32_t splits = Below(10) == 0 ? 0 : wish.leaves / 2 + Below(wish.leaves);
    for (uint32_t split = 0; split < splits && !open.empty(); ++split) {
      const uint32_t chosen = wish.chains ? static_cast<uint32_t>(open.size() - 1) : Below(open.size());
      const uint32_t node = open[chosen], depth = depths[chosen];
      open.erase(open.begin() + chosen);
      depths.erase(depths.begin() + chosen);
      if (depth == wish.depth_max) {
        closed.push_back(node);
        continue;
      }
      depths.insert(depths.end(), 2, depth + 1);
      const uint32_t first = AddNode(op), second = AddNode(op);
      op->left[node] = Below(2) == 0 ? first : second;  // children in no particular order
      op->right[node] = first + second - op->left[node];
      open.push_back(first);
      open.push_back(second);
      op->feature[node] = Below(wish.features);
      op->threshold[node] = Number(wish.distinct);
      if (Below(200) == 0) op->threshold[node] = op::kNaN;
      if (wish.missing && Below(2) == 0) op->flags[node] |= TreeEnsemble::kMissingLeft;
      if (wish.categories && Below(2) == 0) MakeCategorical(wish, node, op);
    }
    open.insert(open.end(), closed.begin(), closed.end());
    for (const uint32_t node : open) {
      op->payload[node] = static_cast<uint32_t>(op->leaf_values.size() / op->leaf_width);
      for (uint32_t c = 0; c < op->leaf_width; ++c) op->leaf_values.push_back(Number(0));
    }
  }

  uint32_t AddNode(TreeEnsemble* op) {
    const auto node = static_cast<uint32_t>(op->feature.size());
    op->feature.push_back(0);
    op->threshold.push_back(0);
    op->left.push_back(node);
    op->right.push_back(node);
    op->flags.push_back(0);
    op->payload.push_back(0);
    if (!op->category_bits.empty()) op->category_bits.resize(op->feature.size());
    return node;
  }

  void MakeCategorical(const Wish& wish, uint32_t node, TreeEnsemble* op) {
    op->category_bits.resize(op->feature.size());
    op->flags[node] |= TreeEnsemble::kCategorical;
    if (Below(2) == 0) op->flags[node] |= TreeEnsemble::kUnknownIsMissing;
    if (wish.different_sets > 0 && sets_.size() == wish.different_sets) {
      const auto [payload, bits] = sets_[Below(sets_.size())];
      op->payload[node] = payload;
      op->category_bits[node] = bits;
      return;
    }
    op->category_bits[node] = Below(100);
    op->payload[node] = static_cast<uint32_t>(op->category_words.size());
    for (uint32_t bit = 0; bit < op->category_bits[node]; bit += 32) {
      op->category_words.push_back(static_cast<uint32_t>(random_()));
    }
    sets_.emplace_back(op->payload[node], op->category_bits[node]);
  }

  std::vector<std::pair<uint32_t, uint32_t>> sets_;  // payload and bits
  std::mt19937 random_;
};

// What the kernel gives, column after column.
Columns RunKernel(const TreeEnsemble& params, const Columns& columns, size_t rows,
                  const TreeEnsembleOptions& options = {}) {
  Operator op;
  op.params = params;
  op.inputs = {0};
  op.output = 1;
  const std::vector<ValueShape> shapes{{ValueKind::kNumber, static_cast<uint32_t>(columns.size())},
                                       {ValueKind::kNumber, params.outputs}};
  EXPECT_TRUE(InferShape(op.params, {shapes[0]}).ok());
  const KernelResult kernel = MakeTreeEnsembleWith({op, shapes}, options);
  EXPECT_TRUE(kernel.ok());
  const size_t stride = rows == 1 ? 1 : rows + 3;
  std::vector<double> input(stride * columns.size()), output(stride * params.outputs, -77);
  for (size_t c = 0; c < columns.size(); ++c) {
    for (size_t r = 0; r < rows; ++r) input[c * stride + r] = columns[c][r];
  }
  std::vector<Block> blocks{{input.data(), nullptr, stride, shapes[0].width},
                            {output.data(), nullptr, stride, params.outputs}};
  const size_t scratch_bytes = (*kernel)->ScratchBytes(rows);
  std::vector<std::byte> scratch(scratch_bytes + 64, std::byte{0xA5});  // what lies in it must not matter
  Tile tile{rows, 0, blocks, scratch.data() + (64 - reinterpret_cast<uintptr_t>(scratch.data()) % 64) % 64};
  EXPECT_TRUE((*kernel)->Run(tile).ok());
  Columns result(params.outputs);
  for (uint32_t c = 0; c < params.outputs; ++c) {
    result[c].assign(output.begin() + c * stride, output.begin() + c * stride + rows);
  }
  return result;
}

// What a row has when its trees are walked alone.
std::vector<double> WalkRow(const TreeEnsemble& op, const Columns& columns, size_t row) {
  std::vector<RowTrees::Feature> features;
  for (uint32_t c = 0; c < columns.size(); ++c) features.push_back({c, 0});
  std::vector<double> outputs(op.outputs, -77);
  RowTrees(op, features).Run([&](const RowTrees::Feature& feature) { return columns[feature.column][row]; }, outputs);
  return outputs;
}

// Every way of evaluating that this machine has.
std::vector<TreeEnsembleOptions> AllOptions() {
  std::vector<TreeEnsembleOptions> all{{.blend = false}, {.blend = false, .sets = false}, {.sets = false}};
  for (const forest::Vectors vectors : {forest::Vectors::kPortable, forest::Vectors::kAvx2, forest::Vectors::kAvx512}) {
    if (forest::IsSupported(vectors)) all.push_back({.vectors = vectors});
  }
  return all;
}

// Rows of a table that are walked, too.
constexpr size_t kRowsWalked = 20;

void ExpectSameAsPlainWalk(const TreeEnsemble& op, const Columns& columns, size_t rows) {
  std::vector<std::vector<double>> expected;
  for (size_t row = 0; row < rows; ++row) {
    expected.push_back(op.precision == op::Precision::kFloat32 ? Expected<float>(op, columns, row)
                                                               : Expected<double>(op, columns, row));
  }
  for (size_t row = 0; row < std::min(rows, kRowsWalked); ++row) {
    const std::vector<double> walked = WalkRow(op, columns, row);
    for (size_t c = 0; c < op.outputs; ++c) {
      ASSERT_EQ(std::bit_cast<uint64_t>(expected[row][c]), std::bit_cast<uint64_t>(walked[c]))
          << "row " << row << " walked, output " << c << ": expected " << expected[row][c] << ", got " << walked[c];
    }
  }
  for (const TreeEnsembleOptions& options : AllOptions()) {
    const Columns got = RunKernel(op, columns, rows, options);
    for (size_t row = 0; row < rows; ++row) {
      for (size_t c = 0; c < op.outputs; ++c) {
        ASSERT_EQ(std::bit_cast<uint64_t>(expected[row][c]), std::bit_cast<uint64_t>(got[c][row]))
            << "row " << row << " of " << rows << ", output " << c << ", blend " << options.blend << ", vectors "
            << static_cast<int>(options.vectors) << ": expected " << expected[row][c] << ", got " << got[c][row];
      }
    }
  }
}

void ExpectSameAsPlainWalk(const Wish& wish, uint32_t seed, std::initializer_list<size_t> row_counts) {
  SCOPED_TRACE("seed " + std::to_string(seed));
  Generator generator(seed);
  const TreeEnsemble op = generator.Ensemble(wish);
  for (const size_t rows : row_counts) ExpectSameAsPlainWalk(op, generator.Rows(wish, rows), rows);
}

constexpr std::initializer_list<size_t> kRowCounts = {1, 2, 7, 8, 9, 64, 65, 1000};

class EveryComparison : public testing::TestWithParam<Compare> {};

TEST_P(EveryComparison, Numbers) {
  for (uint32_t seed = 0; seed < 4; ++seed) ExpectSameAsPlainWalk({.compare = GetParam()}, seed, kRowCounts);
}

TEST_P(EveryComparison, MissingCells) {
  for (uint32_t seed = 0; seed < 4; ++seed) {
    ExpectSameAsPlainWalk({.compare = GetParam(), .missing = true}, seed, kRowCounts);
  }
}

TEST_P(EveryComparison, Categories) {
  for (uint32_t seed = 0; seed < 4; ++seed) {
    ExpectSameAsPlainWalk({.compare = GetParam(), .missing = true, .categories = true}, seed, kRowCounts);
  }
}

TEST_P(EveryComparison, FewSetsOfCategories) {
  for (uint32_t seed = 0; seed < 4; ++seed) {
    ExpectSameAsPlainWalk(
        {.compare = GetParam(), .trees = 20, .leaves = 12, .missing = true, .categories = true, .different_sets = 3},
        seed, kRowCounts);
  }
}

TEST_P(EveryComparison, ManyThresholds) {
  ExpectSameAsPlainWalk({.compare = GetParam(), .trees = 60, .leaves = 300, .missing = true, .distinct = 0}, 5,
                        {1, 65, 300});
}

TEST_P(EveryComparison, MoreThresholdsThanRanks) {
  ExpectSameAsPlainWalk(
      {.compare = GetParam(), .features = 1, .trees = 2, .leaves = 60000, .missing = true, .distinct = 0}, 6, {1, 65});
}

TEST_P(EveryComparison, LongBranches) {
  ExpectSameAsPlainWalk({.compare = GetParam(), .leaves = 200, .missing = true, .chains = true}, 7, {1, 9, 100});
}

INSTANTIATE_TEST_SUITE_P(TreeEnsemble, EveryComparison,
                         testing::Values(Compare::kLessEqual, Compare::kLess, Compare::kFloat32LessEqual,
                                         Compare::kFloat32Less));

class EveryLeafForm : public testing::TestWithParam<std::tuple<uint32_t, bool, op::Precision>> {};

TEST_P(EveryLeafForm, SumsInTreeOrder) {
  const auto [outputs, tree_outputs, precision] = GetParam();
  for (const uint32_t trees : {1u, 7u, 8u, 9u, 33u}) {
    ExpectSameAsPlainWalk(
        {.precision = precision, .trees = trees, .outputs = outputs, .tree_outputs = tree_outputs, .missing = true},
        trees, kRowCounts);
  }
}

INSTANTIATE_TEST_SUITE_P(TreeEnsemble, EveryLeafForm,
                         testing::Combine(testing::Values(1, 2, 3, 8, 9, 100), testing::Bool(),
                                          testing::Values(op::Precision::kFloat64, op::Precision::kFloat32)));

TEST(TreeEnsemble, SmallTreesOfEveryLeafCount) {
  for (uint32_t leaves = 1; leaves < 80; leaves += 3) {
    ExpectSameAsPlainWalk({.trees = 12, .leaves = leaves, .missing = true}, leaves, {1, 70, 300});
  }
}

TEST(TreeEnsemble, FullAndUnevenTreesOfEveryDepth) {
  for (uint32_t depth = 0; depth <= 8; ++depth) {
    for (const uint32_t leaves : {1u << depth, 3u << depth}) {
      for (const uint32_t features : {5u, 30u, 40u, 70u}) {
        ExpectSameAsPlainWalk(
            {.features = features, .trees = 19, .leaves = leaves, .missing = true, .depth_max = depth},
            100 * depth + features, {1, 2, 9, 31});
      }
    }
  }
}

TEST_P(EveryLeafForm, ShallowTreesInTreeOrder) {
  const auto [outputs, tree_outputs, precision] = GetParam();
  ExpectSameAsPlainWalk({.precision = precision,
                         .trees = 45,
                         .outputs = outputs,
                         .tree_outputs = tree_outputs,
                         .missing = true,
                         .categories = true,
                         .different_sets = 3,
                         .depth_max = 5},
                        outputs, {1, 3, 20});
}

TEST(TreeEnsemble, TreesAroundTheSizesThatBlend) {
  for (const uint32_t leaves : {80u, 85u, 90u, 100u, 125u, 300u}) {
    ExpectSameAsPlainWalk({.trees = 15, .leaves = leaves, .outputs = 2, .missing = true, .distinct = 0}, leaves,
                          {31, 32, 33, 255, 257, 600});
  }
}

TEST(TreeEnsemble, MoreCutsThanAByteInManyTrees) {
  ExpectSameAsPlainWalk({.features = 2, .trees = 150, .leaves = 40, .missing = true, .distinct = 0}, 3, {64, 300});
}

TEST(TreeEnsemble, ManyFeatures) {
  ExpectSameAsPlainWalk({.features = 9000, .trees = 40, .leaves = 400, .missing = true}, 1, {1, 20});
}

TEST(TreeEnsemble, NoTreesIsTheBase) {
  TreeEnsemble op;
  op.outputs = op.leaf_width = 2;
  op.base = {1.5, -2};
  op.divisor = 2;
  EXPECT_EQ(RunKernel(op, Columns(1, std::vector<double>(10)), 10),
            (Columns{std::vector<double>(10, 0.75), std::vector<double>(10, -1)}));
}

}  // namespace
}  // namespace scoreway
