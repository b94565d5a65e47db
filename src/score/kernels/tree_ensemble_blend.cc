#include "score/kernels/tree_ensemble_blend.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <limits>
#include <tuple>
#include <utility>

namespace scoreway::forest {
namespace {

// Larger trees have more places than a byte can name, and walking them is no dearer.
constexpr size_t kNodesMax = 127;
constexpr size_t kCutsMax = 255;  // of a slot in a chapter
// Recoding by a table of so many entries for each cut.
constexpr size_t kEntriesPerCut = 16;

}  // namespace

// Orders the blended nodes of each tree children first, and gives every choice a place that is free then.
class BlendBuilder {
 public:
  BlendBuilder(const Layout& layout, std::span<const NarrowNode> nodes, BlendForest* forest)
      : layout_(layout), nodes_(nodes), forest_(*forest), used_(layout.slots.size()), cut_counts_(used_.size()) {
    for (size_t s = 0; s < used_.size(); ++s) used_[s].resize(layout.slots[s].cuts.size());
  }

  void Build() {
    for (size_t t = 0; t < layout_.trees.size(); ++t) {
      PickNodes(layout_.trees[t]);
      if (!FitsChapter()) EndChapter(t);
      TakeCuts();
      AddTree(t);
    }
    EndChapter(layout_.trees.size());
  }

 private:
  static constexpr uint32_t kNone = UINT32_MAX;

  bool IsLeaf(uint32_t place) const { return nodes_[place].left == place; }
  uint32_t SlotOf(uint32_t place) const { return nodes_[place].slot / kLanes; }
  // The inner nodes of the tree, level by level; none if there are too many.
  void PickNodes(const Tree& tree) {
    picked_.clear();
    children_.clear();
    if (!IsLeaf(tree.root)) picked_.push_back(tree.root);
    for (size_t i = 0; i < picked_.size() && picked_.size() <= kNodesMax; ++i) {
      std::array<uint32_t, 2>& children = children_.emplace_back();
      for (uint32_t side = 0; side < 2; ++side) {
        const uint32_t child = nodes_[picked_[i]].left + side;
        children[side] = IsLeaf(child) ? kNone : static_cast<uint32_t>(picked_.size());
        if (!IsLeaf(child)) picked_.push_back(child);
      }
    }
    blends_ = picked_.size() <= kNodesMax;
    if (!blends_) picked_.clear();
  }

  bool FitsChapter() {
    std::vector<size_t> counts = cut_counts_;
    std::vector<std::pair<uint32_t, uint16_t>> fresh;
    for (const uint32_t place : picked_) {
      if (!used_[SlotOf(place)][nodes_[place].cut]) fresh.emplace_back(SlotOf(place), nodes_[place].cut);
    }
    std::sort(fresh.begin(), fresh.end());
    fresh.erase(std::unique(fresh.begin(), fresh.end()), fresh.end());
    return std::all_of(fresh.begin(), fresh.end(), [&](const auto& cut) { return ++counts[cut.first] <= kCutsMax; });
  }

  void TakeCuts() {
    for (const uint32_t place : picked_) {
      const uint32_t slot = SlotOf(place);
      if (used_[slot][nodes_[place].cut]) continue;
      used_[slot][nodes_[place].cut] = true;
      ++cut_counts_[slot];
    }
  }

  // The chapter's cuts are known: numbers its columns and the cuts of its nodes.
  void EndChapter(size_t trees_end) {
    BlendChapter chapter;
    chapter.trees_begin = chapter_begin_;
    chapter.trees_end = static_cast<uint32_t>(trees_end);
    std::vector<uint32_t> column_of_slot(used_.size(), kNone);
    for (uint32_t slot = 0; slot < used_.size(); ++slot) {
      if (cut_counts_[slot] == 0) continue;
      column_of_slot[slot] = static_cast<uint32_t>(chapter.columns.size());
      chapter.columns.emplace_back(slot, used_[slot]);
      used_[slot].assign(used_[slot].size(), false);
      cut_counts_[slot] = 0;
    }
    const auto number = [&](uint32_t place, uint16_t* column, uint8_t* cut) {
      *column = static_cast<uint16_t>(column_of_slot[SlotOf(place)]);
      *cut = chapter.columns[*column].Recode(nodes_[place].cut);
    };
    for (size_t n = numbered_; n < forest_.nodes_.size(); ++n) {
      BlendNode& node = forest_.nodes_[n];
      const Places& places = places_[n];
      number(places.node, &node.column, &node.cut);
      if (places.left_pair != kNone) number(places.left_pair, &node.left.at, &node.left.cut);
      if (places.right_pair != kNone) number(places.right_pair, &node.right.at, &node.right.cut);
    }
    numbered_ = forest_.nodes_.size();
    forest_.columns_max_ = std::max(forest_.columns_max_, chapter.columns.size());
    chapter_begin_ = chapter.trees_end;
    if (chapter.trees_begin != chapter.trees_end) forest_.chapters_.push_back(std::move(chapter));
  }

  void AddTree(size_t t) {
    BlendTree tree;
    tree.blends = blends_;
    if (blends_) ++forest_.blending_trees_;
    tree.nodes_begin = static_cast<uint32_t>(forest_.nodes_.size());
    tree.runs_begin = static_cast<uint32_t>(forest_.runs_.size());
    tree.exits_begin = static_cast<uint32_t>(forest_.exit_rows_.size());
    free_choices_.clear();
    choices_ = 0;
    Emit(t, tree);
    if (blends_ && picked_.empty()) ExitTo(t, tree, layout_.trees[t].root);
    tree.runs_end = static_cast<uint32_t>(forest_.runs_.size());
    tree.exits_end = static_cast<uint32_t>(forest_.exit_rows_.size());
    forest_.choices_max_ = std::max(forest_.choices_max_, choices_);
    forest_.trees_.push_back(tree);
  }

  // Emits the picked nodes but for the pairs, children first: those without choices below them, then those above them,
  // and so on. So a choice is asked for long after it was made, and no node waits for the one before it. Nodes of one
  // level are in order of their sides' kinds.
  void Emit(size_t t, const BlendTree& tree) {
    const size_t count = picked_.size();
    heights_.assign(count, 0);
    order_.clear();
    // Picked level by level, so children come after their parent.
    for (size_t i = count; i-- > 0;) {
      if (i != 0 && IsPair(i)) continue;
      order_.push_back(static_cast<uint32_t>(i));
      for (const uint32_t child : children_[i]) {
        if (KindOf(child) == SideKind::kChoice) heights_[i] = std::max(heights_[i], heights_[child] + 1);
      }
    }
    const auto rank = [&](uint32_t i) {
      return std::tuple(heights_[i], KindOf(children_[i][0]), KindOf(children_[i][1]));
    };
    std::stable_sort(order_.begin(), order_.end(), [&](uint32_t a, uint32_t b) { return rank(a) < rank(b); });
    choice_of_.resize(count);
    for (const uint32_t i : order_) EmitNode(t, i, tree);
  }

  void EmitNode(size_t t, uint32_t i, const BlendTree& tree) {
    const std::array<uint32_t, 2> children = children_[i];
    const std::array<SideKind, 2> kinds{KindOf(children[0]), KindOf(children[1])};
    std::array<BlendSide, 2> sides;
    Places places{picked_[i], kNone, kNone};
    for (uint32_t side = 0; side < 2; ++side) {
      if (kinds[side] == SideKind::kExit) {
        sides[side].left_exit = ExitTo(t, tree, nodes_[picked_[i]].left + side);
      } else if (kinds[side] == SideKind::kChoice) {
        sides[side].at = choice_of_[children[side]];
        free_choices_.push_back(sides[side].at);
      } else {
        const uint32_t pair = picked_[children[side]];
        sides[side].left_exit = ExitTo(t, tree, nodes_[pair].left);
        sides[side].right_exit = ExitTo(t, tree, nodes_[pair].left + 1);
        (side == 0 ? places.left_pair : places.right_pair) = pair;
      }
    }
    const bool is_root = i == 0;
    choice_of_[i] = is_root ? static_cast<uint16_t>(t % kBlendTrees) : TakeChoice();
    std::vector<BlendRun>& runs = forest_.runs_;
    if (runs.size() == tree.runs_begin || runs.back().left != kinds[0] || runs.back().right != kinds[1]) {
      runs.push_back({kinds[0], kinds[1], 0});
    }
    ++runs.back().count;
    forest_.nodes_.push_back({0, choice_of_[i], 0, sides[0], sides[1]});
    places_.push_back(places);
  }

  // Whether picked node i has only exits below it.
  bool IsPair(size_t i) const { return children_[i] == std::array{kNone, kNone}; }
  // What a side is that leads to a child of that index.
  SideKind KindOf(uint32_t child) const {
    if (child == kNone) return SideKind::kExit;
    return IsPair(child) ? SideKind::kPair : SideKind::kChoice;
  }

  uint16_t TakeChoice() {
    if (free_choices_.empty()) return static_cast<uint16_t>(kBlendTrees + choices_++);
    const uint16_t choice = free_choices_.back();
    free_choices_.pop_back();
    return choice;
  }

  // The next exit of the tree, to the leaf at that place.
  uint8_t ExitTo(size_t t, const BlendTree& tree, uint32_t place) {
    forest_.exit_rows_.push_back(layout_.leaf_rows[place + layout_.trees[t].leaf_shift]);
    return static_cast<uint8_t>(forest_.exit_rows_.size() - 1 - tree.exits_begin);
  }

  // Of a node of the forest and the pairs within it.
  struct Places {
    uint32_t node, left_pair, right_pair;
  };

  const Layout& layout_;
  std::span<const NarrowNode> nodes_;
  BlendForest& forest_;
  // Of the chapter.
  std::vector<std::vector<bool>> used_;  // by slot and cut
  std::vector<size_t> cut_counts_;       // by slot
  uint32_t chapter_begin_ = 0;
  size_t numbered_ = 0;         // nodes whose column and cut are final
  std::vector<Places> places_;  // by the forest's nodes
  // Of the tree.
  std::vector<uint32_t> picked_;
  std::vector<std::array<uint32_t, 2>> children_;  // indices of picked_; kNone for exits
  std::vector<uint32_t> heights_, order_;          // by index of picked_
  std::vector<uint16_t> choice_of_;
  bool blends_ = true;
  std::vector<uint16_t> free_choices_;
  size_t choices_ = 0;
};

BlendColumn::BlendColumn(uint32_t slot, const std::vector<bool>& used) : slot_(slot) {
  for (size_t cut = 0; cut < used.size(); ++cut) {
    if (used[cut]) cuts_.push_back(static_cast<uint16_t>(cut));
  }
  const size_t entries_max = std::max<size_t>(16, kEntriesPerCut * cuts_.size());
  while ((used.size() >> shift_) >= entries_max) ++shift_;
  size_t cut = 0, most = 0;
  for (size_t entry = 0; entry <= used.size() >> shift_; ++entry) {
    // Cuts below every rank of the entry are counted; those within it are searched.
    while (cut < cuts_.size() && cuts_[cut] < entry << shift_) ++cut;
    first_.push_back(static_cast<uint8_t>(cut));
    const auto next = std::lower_bound(cuts_.begin(), cuts_.end(), ((entry + 1) << shift_) - 1);
    most = std::max(most, static_cast<size_t>(next - cuts_.begin()) - cut);
  }
  first_step_ = static_cast<uint32_t>(std::bit_floor(most));
  cuts_.resize(cuts_.size() + 2 * first_step_, std::numeric_limits<uint16_t>::max());
}

BlendForest::BlendForest(const Layout& layout, std::span<const NarrowNode> nodes) {
  BlendBuilder(layout, nodes, this).Build();
}

void BlendForest::Recode(const BlendChapter& chapter, const uint16_t* values, size_t group_size, size_t rows,
                         size_t sheet, std::byte* work) const {
  auto* columns = reinterpret_cast<uint8_t*>(work + ColumnsOffset(sheet));
  for (const BlendColumn& column : chapter.columns) {
    const uint16_t* group = values + column.slot() * kLanes;
    for (size_t row = 0; row < rows; row += kLanes, group += group_size) column.Recode(group, columns + row);
    columns += kBlendRows;
  }
}

const uint8_t* BlendForest::Blend(size_t t, size_t rows, size_t sheet, Vectors vectors, std::byte* work) const {
  const BlendTree& tree = trees_[t];
  auto* choices = reinterpret_cast<uint8_t*>(work);
  uint8_t* exits = choices + t % kBlendTrees * kBlendRows;
  if (tree.runs_begin == tree.runs_end) {
    std::memset(exits, 0, kBlendRows);
  } else {
    RunBlend(vectors, std::span(runs_).subspan(tree.runs_begin, tree.runs_end - tree.runs_begin),
             nodes_.data() + tree.nodes_begin, choices + ColumnsOffset(sheet), choices, rows);
  }
  return exits;
}

}  // namespace scoreway::forest
