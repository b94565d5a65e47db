// The kernel of op::TreeEnsemble: prepares the rows of a tile, lets them walk or blends them, and sums the leaves in
// tree order.
#include "score/kernels/tree_ensemble.h"

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <utility>

#include "score/kernels/tree_ensemble_forest.h"
#include "score/kernels/tree_ensemble_leaves.h"
#include "score/kernels/tree_ensemble_masks.h"
#include "score/kernels/tree_ensemble_rank.h"
#include "score/kernels/tree_ensemble_walk.h"

namespace scoreway {
namespace {

using forest::BlendForest;
using forest::kBlendRows;
using forest::kBlendTrees;
using forest::kLanes;
using forest::LeafForm;
using forest::MaskForest;
using forest::Nodes;
using forest::Places;
using forest::Ranker;
using forest::Slot;
using forest::SlotKind;
using forest::Tree;
using op::TreeEnsemble;

// Rows of a tile are computed in parts whose prepared values and sums stay in the cache; the more rows, the less often
// the nodes of a big forest pass through it.
constexpr size_t kPartRowsMax = 2 * kBlendRows;
constexpr size_t kPartBytes = size_t{512} << 10;
// So few rows are walked one after the other, several trees at once, rather than as a group with idle lanes.
constexpr size_t kSingleRowsMax = 3;
// Fewer rows than this are walked: a blend costs the same for one row as for a vector full.
constexpr size_t kBlendRowsMin = 32;

// Trees that one row walks at once: as many, then of those that are left so few.
constexpr size_t kTreeWalks = 12;
constexpr size_t kFewTreeWalks = 4;

// Rows that walk through one tree at once, if there are as many.
constexpr size_t kRowWalks = 16;
// With so many rows most of a tree will be visited.
constexpr size_t kPrefetchRowsMin = 64;

constexpr size_t kAlign = 64;
constexpr size_t AlignUp(size_t bytes) { return (bytes + kAlign - 1) / kAlign * kAlign; }

template <typename Node, typename Real>
class TreeKernel final : public Kernel {
 public:
  using Value = typename Node::Value;
  using SlotReader = std::conditional_t<Node::kRanks, Ranker, Slot>;

  TreeKernel(const KernelContext& context, const TreeEnsemble& op, forest::Layout layout, std::vector<Node> nodes,
             const TreeEnsembleOptions& options)
      : op_(op),
        input_(context.op.inputs[0]),
        output_(context.op.output),
        vectors_(options.vectors),
        has_categories_(layout.has_categories),
        nodes_(std::move(nodes)),
        slot_count_(layout.slots.size()),
        divisor_(static_cast<Real>(op.divisor)),
        base_(op.outputs) {
    std::copy(op.base.begin(), op.base.end(), base_.begin());
    for (const Slot& slot : layout.slots) {
      if (slot.kind == SlotKind::kSet) {
        sets_.push_back(slot);
      } else {
        slots_.emplace_back(slot);
      }
    }
    if constexpr (Node::kRanks) {
      if (options.blend && PartRows(kBlendRows) == kBlendRows) blend_.emplace(layout, nodes_);
      if (options.blend && MaskForest::Fits(layout, options.vectors)) masks_.emplace(layout, nodes_);
      const size_t trees = layout.trees.size();
      // For a few trees among many, recoding the rows would cost more than it saves.
      if (blend_.has_value() && 2 * blend_->blending_trees() < trees) blend_.reset();
      // Trees that are not walked gain nothing from more rows, and lose the nearest cache.
      if (blend_.has_value() && blend_->blending_trees() == trees) part_rows_max_ = kBlendRows;
    }
    trees_ = std::move(layout.trees);
    leaves_.emplace(op, std::move(layout.leaf_rows));
    if (blend_.has_value()) exit_leaves_.emplace(op, blend_->exit_rows());
    if (masks_.has_value()) mask_leaves_.emplace(op, masks_->TakeExitRows());
  }

  size_t ScratchBytes(size_t rows) const override {
    const size_t part_rows = PartRows(rows);
    return ValueBytes(part_rows) + SumBytes(part_rows) +
           (Blends(part_rows) ? blend_->WorkBytes((part_rows + kBlendRows - 1) / kBlendRows) : 0);
  }

  Status Run(const Tile& tile) const override {
    const Block& input = tile.blocks[input_];
    const Block& output = tile.blocks[output_];
    const size_t part_rows = PartRows(tile.rows);
    auto* values = reinterpret_cast<Value*>(tile.scratch);
    auto* sums = reinterpret_cast<Real*>(tile.scratch + ValueBytes(part_rows));
    std::byte* work = tile.scratch + ValueBytes(part_rows) + SumBytes(part_rows);
    for (size_t row = 0; row < tile.rows; row += part_rows) {
      const size_t rows = std::min(part_rows, tile.rows - row);
      Prepare(input, row, rows, values);
      for (size_t r = 0; r < rows; ++r) std::copy(base_.begin(), base_.end(), sums + r * op_.outputs);
      SumLeaves(values, rows, sums, work);
      for (uint32_t c = 0; c < op_.outputs; ++c) {
        double* column = output.number_column(c) + row;
        for (size_t r = 0; r < rows; ++r) column[r] = static_cast<double>(sums[r * op_.outputs + c] / divisor_);
      }
    }
    return {};
  }

 private:
  static size_t Groups(size_t rows) { return (rows + kLanes - 1) / kLanes; }
  // The last of so many rows that walk one after the other.
  static size_t Singles(size_t rows) { return rows % kLanes <= kSingleRowsMax ? rows % kLanes : 0; }
  size_t GroupSize() const { return std::max<size_t>(1, slot_count_) * kLanes; }
  size_t ValueBytes(size_t rows) const { return AlignUp(Groups(rows) * GroupSize() * sizeof(Value)); }
  size_t SumBytes(size_t rows) const { return AlignUp(rows * op_.outputs * sizeof(Real)); }

  size_t PartRows(size_t rows) const {
    const size_t row_bytes = slot_count_ * sizeof(Value) + op_.outputs * sizeof(Real);
    const size_t fitting = std::max<size_t>(kLanes, kPartBytes / row_bytes / kLanes * kLanes);
    return std::min({rows, fitting, part_rows_max_});
  }

  bool Blends(size_t rows) const { return blend_.has_value() && rows >= kBlendRowsMin; }

  // Values of the slots: group after group of kLanes rows, in it slot after slot, in that a value a row.
  void Prepare(const Block& input, size_t first_row, size_t rows, Value* values) const {
    for (size_t s = 0; s < slots_.size(); ++s) {
      const double* column = input.number_column(FeatureOf(slots_[s])) + first_row;
      Value* out = values + s * kLanes;
      if constexpr (Node::kRanks) {
        // The two slots of a column differ in the value of missing cells only.
        if (s + 1 < slots_.size() && slots_[s].feature() == slots_[s + 1].feature()) {
          PrepareSlot(slots_[s], column, rows, out, slots_[s + 1].missing_rank() - slots_[s].missing_rank(), kLanes);
          ++s;
          continue;
        }
      }
      PrepareSlot(slots_[s], column, rows, out, 0, 0);
    }
    PrepareSets(input, first_row, rows, values + slots_.size() * kLanes);
    // Lanes without a row walk too, unless the last rows walk one after the other.
    const size_t lanes = rows % kLanes;
    if (lanes == 0 || (!Blends(rows) && Singles(rows) > 0)) return;
    Value* group = values + rows / kLanes * GroupSize();
    for (size_t s = 0; s < slot_count_; ++s) std::fill(group + s * kLanes + lanes, group + (s + 1) * kLanes, 0);
  }

  // The values of a slot, and `twin` further on those of its twin, to whose missing values `twin_missing` is added.
  void PrepareSlot(const SlotReader& slot, const double* column, size_t rows, Value* out, uint32_t twin_missing,
                   size_t twin) const {
    const bool as_float32 = forest::ComparesFloat32(op_.compare);
    const size_t group_size = GroupSize();
    if constexpr (Node::kRanks) {
      slot.RankAll(column, rows, as_float32, out, group_size);
      for (size_t r = 0; twin > 0 && r < rows; ++r) {
        Value* value = out + r / kLanes * group_size + r % kLanes;
        value[twin] = static_cast<Value>(value[0] + (column[r] != column[r] ? twin_missing : 0));
      }
    } else {
      const auto take = [=](size_t r) {
        return as_float32 ? static_cast<double>(static_cast<float>(column[r])) : column[r];
      };
      for (size_t r = 0; r < rows; ++r) out[r / kLanes * group_size + r % kLanes] = ValueOf(slot, take(r));
    }
  }

  // The values of the sets, 0 or 1; a number becomes a category once for all sets of its column.
  void PrepareSets(const Block& input, size_t first_row, size_t rows, Value* values) const {
    const bool as_float32 = forest::ComparesFloat32(op_.compare);
    const size_t group_size = GroupSize();
    std::array<uint32_t, kPartRowsMax> categories;
    for (size_t s = 0; s < sets_.size(); ++s) {
      if (s == 0 || sets_[s].feature != sets_[s - 1].feature) {
        const double* column = input.number_column(sets_[s].feature) + first_row;
        for (size_t r = 0; r < rows; ++r) {
          const double x = as_float32 ? static_cast<double>(static_cast<float>(column[r])) : column[r];
          categories[r] = static_cast<uint32_t>(std::min<uint64_t>(forest::CategoryValue(x), UINT32_MAX));
        }
      }
      const uint8_t* goes_right = sets_[s].goes_right.data();
      const auto last = static_cast<uint32_t>(sets_[s].goes_right.size() - 1);
      Value* out = values + s * kLanes;
      for (size_t r = 0; r < rows; ++r) {
        out[r / kLanes * group_size + r % kLanes] = goes_right[std::min(categories[r], last)];
      }
    }
  }

  static uint32_t FeatureOf(const Ranker& ranker) { return ranker.feature(); }
  static uint32_t FeatureOf(const Slot& slot) { return slot.feature; }
  static Value ValueOf(const Slot& slot, double x) {
    if (slot.kind == SlotKind::kCategory) return forest::CategoryValue(x);
    if (x != x) return slot.kind == SlotKind::kMissingLeft ? 0 : std::numeric_limits<Value>::max();
    return forest::OrderKey(x);
  }

  void SumLeaves(const Value* values, size_t rows, Real* sums, std::byte* work) const {
    switch (leaves_->form()) {
      case LeafForm::kNumber: return SumLeavesAs<LeafForm::kNumber>(values, rows, sums, work);
      case LeafForm::kNumberTo: return SumLeavesAs<LeafForm::kNumberTo>(values, rows, sums, work);
      case LeafForm::kPair: return SumLeavesAs<LeafForm::kPair>(values, rows, sums, work);
      case LeafForm::kRow: return SumLeavesAs<LeafForm::kRow>(values, rows, sums, work);
      case LeafForm::kFarRow: return SumLeavesAs<LeafForm::kFarRow>(values, rows, sums, work);
    }
  }

  template <LeafForm kForm>
  void SumLeavesAs(const Value* values, size_t rows, Real* sums, std::byte* work) const {
    if constexpr (Node::kRanks) {
      if (Blends(rows)) {
        BlendAll<kForm>(values, rows, sums, work);
      } else if (masks_.has_value()) {
        for (size_t r = 0; r < rows; ++r) {
          AddByMasks<kForm>(values + r / kLanes * GroupSize() + r % kLanes, sums + r * op_.outputs);
        }
      } else {
        WalkAll<kForm, false>(values, rows, sums);
      }
    } else if (has_categories_) {
      WalkAll<kForm, true>(values, rows, sums);
    } else {
      WalkAll<kForm, false>(values, rows, sums);
    }
  }

  template <LeafForm kForm, bool kCategories>
  void WalkAll(const Value* values, size_t rows, Real* sums) const {
    const size_t grouped = rows - Singles(rows);
    if (grouped > 0) {
      for (size_t t = 0; t < trees_.size(); ++t) WalkGroups<kForm, kCategories>(t, values, grouped, sums);
    }
    for (size_t r = grouped; r < rows; ++r) {
      WalkSingle<kForm, kCategories>(values + r / kLanes * GroupSize() + r % kLanes, sums + r * op_.outputs);
    }
  }

  Nodes<Node> nodes() const { return {nodes_.data(), op_.category_words.data()}; }

  // All rows through one tree.
  template <LeafForm kForm, bool kCategories>
  void WalkGroups(size_t t, const Value* values, size_t rows, Real* sums) const {
    if (rows >= kPrefetchRowsMin) Prefetch(t + 1);
    size_t row = 0;
    for (; row + kRowWalks <= rows; row += kRowWalks, values += kRowWalks / kLanes * GroupSize()) {
      WalkRows<kForm, kCategories, kRowWalks>(t, values, kRowWalks, sums + row * op_.outputs);
    }
    for (; row < rows; row += kLanes, values += GroupSize()) {
      WalkRows<kForm, kCategories, kLanes>(t, values, std::min<size_t>(kLanes, rows - row), sums + row * op_.outputs);
    }
  }

  // Nodes and leaves of a tree that is walked soon.
  void Prefetch(size_t t) const {
    if (t >= trees_.size()) return;
    const size_t nodes_end = t + 1 < trees_.size() ? trees_[t + 1].root : nodes_.size();
    forest::PrefetchRange(nodes_.data() + trees_[t].root, nodes_.data() + nodes_end);
    leaves_->Prefetch(trees_[t - 1].leaves_end, trees_[t].leaves_end);
  }

  // Walks from the root and adds the leaves of the first rows.
  template <LeafForm kForm, bool kCategories, size_t kWalks>
  void WalkRows(size_t t, const Value* values, size_t rows, Real* sums) const {
    const Tree& tree = trees_[t];
    Places<kWalks> places;
    places.fill(tree.root);
    forest::Walk<kCategories, forest::Walkers::kRows>(nodes(), tree.depth, tree.common_depth, values, GroupSize(),
                                                      &places);
    for (size_t k = 0; k < rows; ++k) {
      leaves_->template Add<kForm>(t, places[k] + tree.leaf_shift, sums + k * op_.outputs);
    }
  }

  // One row through all trees, several at once.
  template <LeafForm kForm, bool kCategories>
  void WalkSingle(const Value* values, Real* sums) const {
    size_t t = WalkTrees<kForm, kCategories, kTreeWalks>(0, values, sums);
    t = WalkTrees<kForm, kCategories, kFewTreeWalks>(t, values, sums);
    WalkTrees<kForm, kCategories, 1>(t, values, sums);
  }

  // kWalks trees at once from the given one on, while there are as many; gives the tree to go on with.
  template <LeafForm kForm, bool kCategories, size_t kWalks>
  size_t WalkTrees(size_t first, const Value* values, Real* sums) const {
    for (; first + kWalks <= trees_.size(); first += kWalks) {
      Places<kWalks> places;
      uint32_t depth = 0, common_depth = 0;
      for (size_t k = 0; k < kWalks; ++k) {
        const Tree& tree = trees_[first + k];
        places[k] = tree.root;
        depth = std::max(depth, tree.depth);
        common_depth = std::max(common_depth, tree.common_depth);
      }
      forest::Walk<kCategories, forest::Walkers::kOneRow>(nodes(), depth, common_depth, values, 0, &places);
      for (size_t k = 0; k < kWalks; ++k) {
        leaves_->template Add<kForm>(first + k, places[k] + trees_[first + k].leaf_shift, sums);
      }
    }
    return first;
  }

  // One row through all trees, without walking.
  template <LeafForm kForm>
  [[gnu::noinline]] void AddByMasks(const uint16_t* values, Real* sums) const {
    alignas(kAlign) std::array<uint16_t, MaskForest::kSlotsMax> row;
    for (size_t s = 0; s < slot_count_; ++s) row[s] = values[s * kLanes];
    const uint32_t bits = masks_->exit_bits();
    const size_t trees = trees_.size();
    std::array<uint8_t, MaskForest::kTreesMax> exits;
    for (size_t first = 0; first < trees; first += exits.size()) {
      const size_t count = std::min(exits.size(), trees - first);
      masks_->FindExits(row.data(), first, count, exits.data());
      for (size_t i = 0; i < count; ++i) {
        const size_t leaf = ((first + i) << bits) + exits[i];
        mask_leaves_->template Add<kForm>(first + i, static_cast<uint32_t>(leaf), sums);
      }
    }
  }

  template <LeafForm kForm>
  void BlendAll(const uint16_t* values, size_t rows, Real* sums, std::byte* work) const {
    for (const forest::BlendChapter& chapter : blend_->chapters()) {
      ForEachSheet(rows, [&](size_t sheet, size_t row, size_t sheet_rows) {
        blend_->Recode(chapter, values + row / kLanes * GroupSize(), GroupSize(), sheet_rows, sheet, work);
      });
      for (size_t t = chapter.trees_begin; t < chapter.trees_end; t += kBlendTrees) {
        const size_t trees = std::min<size_t>(kBlendTrees, chapter.trees_end - t);
        ForEachSheet(rows, [&](size_t sheet, size_t row, size_t sheet_rows) {
          BlendTrees<kForm>(t, trees, values + row / kLanes * GroupSize(), sheet_rows, sheet, sums + row * op_.outputs,
                            work);
        });
      }
    }
  }

  template <typename Visit>
  void ForEachSheet(size_t rows, Visit visit) const {
    for (size_t row = 0, sheet = 0; row < rows; row += kBlendRows, ++sheet) {
      visit(sheet, row, std::min(kBlendRows, rows - row));
    }
  }

  // Up to kBlendTrees trees; those that do not blend are walked.
  template <LeafForm kForm>
  void BlendTrees(size_t t, size_t trees, const uint16_t* values, size_t rows, size_t sheet, Real* sums,
                  std::byte* work) const {
    std::array<const uint8_t*, kBlendTrees> exits{};
    bool all_blend = trees == kBlendTrees;
    for (size_t i = 0; i < trees; ++i) {
      if (blend_->tree(t + i).blends) {
        exits[i] = blend_->Blend(t + i, rows, sheet, vectors_, work);
      } else {
        all_blend = false;
      }
    }
    if (all_blend) return AddExits<kForm, kBlendTrees>(t, exits.data(), rows, sums);
    for (size_t i = 0; i < trees; ++i) {
      if (exits[i] != nullptr) {
        AddExits<kForm, 1>(t + i, &exits[i], rows, sums);
      } else {
        WalkTree<kForm>(t + i, values, rows, sums);
      }
    }
  }

  template <LeafForm kForm>
  void WalkTree(size_t t, const uint16_t* values, size_t rows, Real* sums) const {
    if constexpr (Node::kRanks) WalkGroups<kForm, false>(t, values, rows, sums);
  }

  // The leaves where rows leave kTrees trees that blend.
  template <LeafForm kForm, size_t kTrees>
  void AddExits(size_t t, const uint8_t* const* exits, size_t rows, Real* sums) const {
    std::array<uint32_t, kTrees> first_exit;
    for (size_t i = 0; i < kTrees; ++i) first_exit[i] = blend_->tree(t + i).exits_begin;
    if constexpr (kForm == LeafForm::kNumber) {
      for (size_t i = 0; i < kTrees; ++i) {
        const size_t count = blend_->tree(t + i).exits_end - first_exit[i];
        forest::AddExits(vectors_, exit_leaves_->numbers() + first_exit[i], count, exits[i], rows, sums);
      }
    } else {
      for (size_t row = 0; row < rows; ++row, sums += op_.outputs) {
#pragma GCC unroll 4
        for (size_t i = 0; i < kTrees; ++i) {
          exit_leaves_->template Add<kForm>(t + i, first_exit[i] + exits[i][row], sums);
        }
      }
    }
  }

  const TreeEnsemble& op_;
  const ValueId input_;
  const ValueId output_;
  const forest::Vectors vectors_;
  const bool has_categories_;
  size_t part_rows_max_ = kPartRowsMax;
  const std::vector<Node> nodes_;
  const size_t slot_count_;
  std::vector<SlotReader> slots_;
  std::vector<Slot> sets_;  // behind them
  const Real divisor_;
  std::vector<Tree> trees_;
  std::vector<Real> base_;
  std::optional<forest::Leaves<Real>> leaves_;
  std::optional<forest::Leaves<Real>> exit_leaves_;  // once more, by the exits of trees that blend
  std::optional<BlendForest> blend_;
  std::optional<MaskForest> masks_;
  std::optional<forest::Leaves<Real>> mask_leaves_;  // once more, by the exits of masks
};

template <typename Real>
std::unique_ptr<Kernel> MakeForReal(const KernelContext& context, const TreeEnsemble& op,
                                    const TreeEnsembleOptions& options) {
  using forest::NarrowNode;
  using forest::WideNode;
  forest::Layout layout = forest::LayOut(op, options.sets);
  if (forest::FitsNarrow(layout)) {
    std::vector<NarrowNode> nodes = forest::MakeNarrowNodes(op, layout);
    return std::make_unique<TreeKernel<NarrowNode, Real>>(context, op, std::move(layout), std::move(nodes), options);
  }
  if (options.sets) layout = forest::LayOut(op, false);
  std::vector<WideNode> nodes = forest::MakeWideNodes(op, layout);
  return std::make_unique<TreeKernel<WideNode, Real>>(context, op, std::move(layout), std::move(nodes), options);
}

}  // namespace

KernelResult MakeTreeEnsembleWith(const KernelContext& context, const TreeEnsembleOptions& options) {
  const auto& op = std::get<TreeEnsemble>(context.op.params);
  if (op.precision == op::Precision::kFloat32) return MakeForReal<float>(context, op, options);
  return MakeForReal<double>(context, op, options);
}

KernelResult MakeTreeEnsemble(const KernelContext& context) { return MakeTreeEnsembleWith(context, {}); }

}  // namespace scoreway
