// The kernel of op::TreeEnsemble: prepares the rows of a tile, lets them walk, and sums the leaves in tree order.
#include <algorithm>
#include <memory>
#include <utility>

#include "score/kernels/kernels.h"
#include "score/kernels/tree_ensemble_forest.h"
#include "score/kernels/tree_ensemble_rank.h"
#include "score/kernels/tree_ensemble_walk.h"

namespace scoreway {
namespace {

using forest::kLanes;
using forest::Nodes;
using forest::Places;
using forest::Ranker;
using forest::Slot;
using forest::SlotKind;
using forest::Tree;
using op::TreeEnsemble;

// Rows of a tile are computed in parts whose prepared values and sums stay in the cache.
constexpr size_t kPartRowsMax = 256;
constexpr size_t kPartBytes = size_t{128} << 10;
// So few rows are walked one after the other, several trees at once, rather than as a group with idle lanes.
constexpr size_t kSingleRowsMax = 3;
// Leaves up to this width are copied to where their walks end; wider ones stay in the operator, found by index.
constexpr uint32_t kCopiedLeafWidthMax = 8;

constexpr size_t kAlign = 64;
constexpr size_t AlignUp(size_t bytes) { return (bytes + kAlign - 1) / kAlign * kAlign; }

// How the leaf of a walk is added to the sums of its row.
enum class LeafForm {
  kNumber,    // one output
  kNumberTo,  // one number, to the output of its tree
  kPair,      // two outputs
  kRow,       // a row of numbers, copied
  kFarRow,    // a row of numbers in the operator
};

template <typename Node, typename Real>
class TreeKernel final : public Kernel {
 public:
  using Value = typename Node::Value;
  using SlotReader = std::conditional_t<Node::kRanks, Ranker, Slot>;

  TreeKernel(const KernelContext& context, const TreeEnsemble& op, forest::Layout layout, std::vector<Node> nodes)
      : op_(op),
        input_(context.op.inputs[0]),
        output_(context.op.output),
        has_categories_(layout.has_categories),
        nodes_(std::move(nodes)),
        slots_(layout.slots.begin(), layout.slots.end()),
        trees_(std::move(layout.trees)),
        leaf_rows_(std::move(layout.leaf_rows)),
        divisor_(static_cast<Real>(op.divisor)) {
    base_.assign(op.outputs, 0);
    std::copy(op.base.begin(), op.base.end(), base_.begin());
    CopyLeaves();
  }

  size_t ScratchBytes(size_t rows) const override {
    const size_t part_rows = PartRows(rows);
    return ValueBytes(part_rows) + part_rows * op_.outputs * sizeof(Real);
  }

  Status Run(const Tile& tile) const override {
    const Block& input = tile.blocks[input_];
    const Block& output = tile.blocks[output_];
    const size_t part_rows = PartRows(tile.rows);
    auto* values = reinterpret_cast<Value*>(tile.scratch);
    auto* sums = reinterpret_cast<Real*>(tile.scratch + ValueBytes(part_rows));
    for (size_t row = 0; row < tile.rows; row += part_rows) {
      const size_t rows = std::min(part_rows, tile.rows - row);
      Prepare(input, row, rows, values);
      for (size_t r = 0; r < rows; ++r) std::copy(base_.begin(), base_.end(), sums + r * op_.outputs);
      SumLeaves(values, rows, sums);
      for (uint32_t c = 0; c < op_.outputs; ++c) {
        double* column = output.number_column(c) + row;
        for (size_t r = 0; r < rows; ++r) column[r] = static_cast<double>(sums[r * op_.outputs + c] / divisor_);
      }
    }
    return {};
  }

 private:
  static size_t Groups(size_t rows) { return (rows + kLanes - 1) / kLanes; }
  size_t GroupSize() const { return std::max<size_t>(1, slots_.size()) * kLanes; }
  size_t ValueBytes(size_t rows) const { return AlignUp(Groups(rows) * GroupSize() * sizeof(Value)); }

  size_t PartRows(size_t rows) const {
    const size_t row_bytes = slots_.size() * sizeof(Value) + op_.outputs * sizeof(Real);
    const size_t fitting = std::max<size_t>(kLanes, kPartBytes / row_bytes / kLanes * kLanes);
    return std::min({rows, fitting, kPartRowsMax});
  }

  void CopyLeaves() {
    const uint32_t width = op_.leaf_width;
    if (width > kCopiedLeafWidthMax) {
      form_ = LeafForm::kFarRow;
      return;
    }
    form_ = !op_.tree_output.empty() ? LeafForm::kNumberTo
            : width == 1             ? LeafForm::kNumber
            : width == 2             ? LeafForm::kPair
                                     : LeafForm::kRow;
    leaves_.reserve(leaf_rows_.size() * width);
    for (const uint32_t row : leaf_rows_) {
      for (uint32_t c = 0; c < width; ++c) {
        leaves_.push_back(static_cast<Real>(op_.leaf_values[size_t{row} * width + c]));
      }
    }
    leaf_rows_ = {};
  }

  // Values of the slots: group after group of kLanes rows, in it slot after slot, in that a value a row.
  void Prepare(const Block& input, size_t first_row, size_t rows, Value* values) const {
    const bool as_float32 = forest::ComparesFloat32(op_.compare);
    const size_t idle = Groups(rows) * kLanes - rows;
    for (size_t s = 0; s < slots_.size(); ++s) {
      const SlotReader& slot = slots_[s];
      const double* column = input.number_column(FeatureOf(slot)) + first_row;
      Value* out = values + s * kLanes;
      for (size_t r = 0; r < rows; ++r) {
        const double x = as_float32 ? static_cast<double>(static_cast<float>(column[r])) : column[r];
        out[r / kLanes * GroupSize() + r % kLanes] = ValueOf(slot, x);
      }
      // Lanes without a row walk too.
      for (size_t k = kLanes - idle; k < kLanes; ++k) out[rows / kLanes * GroupSize() + k] = 0;
    }
  }

  static uint32_t FeatureOf(const Ranker& ranker) { return ranker.feature(); }
  static uint32_t FeatureOf(const Slot& slot) { return slot.feature; }
  static Value ValueOf(const Ranker& ranker, double x) { return ranker.Rank(x); }
  static Value ValueOf(const Slot& slot, double x) {
    if (slot.kind == SlotKind::kCategory) return forest::CategoryValue(x);
    if (x != x) return slot.kind == SlotKind::kMissingLeft ? 0 : std::numeric_limits<Value>::max();
    return forest::OrderKey(x);
  }

  void SumLeaves(const Value* values, size_t rows, Real* sums) const {
    switch (form_) {
      case LeafForm::kNumber: return SumLeavesAs<LeafForm::kNumber>(values, rows, sums);
      case LeafForm::kNumberTo: return SumLeavesAs<LeafForm::kNumberTo>(values, rows, sums);
      case LeafForm::kPair: return SumLeavesAs<LeafForm::kPair>(values, rows, sums);
      case LeafForm::kRow: return SumLeavesAs<LeafForm::kRow>(values, rows, sums);
      case LeafForm::kFarRow: return SumLeavesAs<LeafForm::kFarRow>(values, rows, sums);
    }
  }

  template <LeafForm kForm>
  void SumLeavesAs(const Value* values, size_t rows, Real* sums) const {
    if constexpr (Node::kRanks) {
      WalkAll<kForm, false>(values, rows, sums);
    } else if (has_categories_) {
      WalkAll<kForm, true>(values, rows, sums);
    } else {
      WalkAll<kForm, false>(values, rows, sums);
    }
  }

  template <LeafForm kForm, bool kCategories>
  void WalkAll(const Value* values, size_t rows, Real* sums) const {
    const size_t singles = rows % kLanes <= kSingleRowsMax ? rows % kLanes : 0;
    const size_t grouped = rows - singles;
    if (grouped > 0) {
      for (size_t t = 0; t < trees_.size(); ++t) WalkGroups<kForm, kCategories>(t, values, grouped, sums);
    }
    for (size_t r = grouped; r < rows; ++r) {
      WalkSingle<kForm, kCategories>(values + r / kLanes * GroupSize() + r % kLanes, sums + r * op_.outputs);
    }
  }

  // All rows through one tree.
  template <LeafForm kForm, bool kCategories>
  void WalkGroups(size_t t, const Value* values, size_t rows, Real* sums) const {
    const Nodes<Node> nodes{nodes_.data(), op_.category_words.data()};
    const Tree& tree = trees_[t];
    for (size_t row = 0; row < rows; row += kLanes, values += GroupSize()) {
      Places places;
      places.fill(tree.root);
      forest::Walk<kCategories, 1>(nodes, tree.depth, tree.common_depth, values, &places);
      const size_t lanes = std::min<size_t>(kLanes, rows - row);
      for (size_t k = 0; k < lanes; ++k) AddLeaf<kForm>(t, places[k], sums + (row + k) * op_.outputs);
    }
  }

  // One row through all trees, kLanes trees at once.
  template <LeafForm kForm, bool kCategories>
  void WalkSingle(const Value* values, Real* sums) const {
    const Nodes<Node> nodes{nodes_.data(), op_.category_words.data()};
    for (size_t first = 0; first < trees_.size(); first += kLanes) {
      const size_t lanes = std::min<size_t>(kLanes, trees_.size() - first);
      Places places;
      uint32_t depth = 0, common_depth = 0;
      for (size_t k = 0; k < kLanes; ++k) {
        const Tree& tree = trees_[first + std::min(k, lanes - 1)];
        places[k] = tree.root;
        depth = std::max(depth, tree.depth);
        common_depth = std::max(common_depth, tree.common_depth);
      }
      forest::Walk<kCategories, 0>(nodes, depth, common_depth, values, &places);
      for (size_t k = 0; k < lanes; ++k) AddLeaf<kForm>(first + k, places[k], sums);
    }
  }

  template <LeafForm kForm>
  void AddLeaf(size_t t, uint32_t place, Real* sums) const {
    const size_t leaf = static_cast<uint32_t>(place + trees_[t].leaf_shift);
    if constexpr (kForm == LeafForm::kNumber) {
      sums[0] += leaves_[leaf];
    } else if constexpr (kForm == LeafForm::kNumberTo) {
      sums[op_.tree_output[t]] += leaves_[leaf];
    } else if constexpr (kForm == LeafForm::kPair) {
      sums[0] += leaves_[2 * leaf];
      sums[1] += leaves_[2 * leaf + 1];
    } else if constexpr (kForm == LeafForm::kRow) {
      const Real* row = leaves_.data() + leaf * op_.leaf_width;
      for (uint32_t c = 0; c < op_.leaf_width; ++c) sums[c] += row[c];
    } else {
      const double* row = op_.leaf_values.data() + size_t{leaf_rows_[leaf]} * op_.leaf_width;
      for (uint32_t c = 0; c < op_.leaf_width; ++c) sums[c] += static_cast<Real>(row[c]);
    }
  }

  const TreeEnsemble& op_;
  const ValueId input_;
  const ValueId output_;
  const bool has_categories_;
  LeafForm form_ = LeafForm::kNumber;
  std::vector<Node> nodes_;
  std::vector<SlotReader> slots_;
  std::vector<Tree> trees_;
  std::vector<Real> leaves_;         // copied leaves
  std::vector<uint32_t> leaf_rows_;  // or where they lie in the operator
  std::vector<Real> base_;
  const Real divisor_;
};

template <typename Real>
std::unique_ptr<Kernel> MakeForReal(const KernelContext& context, const TreeEnsemble& op) {
  forest::Layout layout = forest::LayOut(op);
  if (forest::FitsNarrow(layout)) {
    std::vector<forest::NarrowNode> nodes = forest::MakeNarrowNodes(op, layout);
    return std::make_unique<TreeKernel<forest::NarrowNode, Real>>(context, op, std::move(layout), std::move(nodes));
  }
  std::vector<forest::WideNode> nodes = forest::MakeWideNodes(op, layout);
  return std::make_unique<TreeKernel<forest::WideNode, Real>>(context, op, std::move(layout), std::move(nodes));
}

}  // namespace

KernelResult MakeTreeEnsemble(const KernelContext& context) {
  const auto& op = std::get<TreeEnsemble>(context.op.params);
  if (op.precision == op::Precision::kFloat32) return MakeForReal<float>(context, op);
  return MakeForReal<double>(context, op);
}

}  // namespace scoreway
