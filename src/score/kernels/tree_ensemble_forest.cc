#include "score/kernels/tree_ensemble_forest.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <set>
#include <utility>

namespace scoreway::forest {
namespace {

using op::TreeEnsemble;

// Looking for ended walks costs about a step, so it must save a few.
constexpr uint32_t kDepthSavedMin = 3;
// Pairs of nodes in a cache line of narrow nodes.
constexpr size_t kBlockPairs = 4;
// A set is asked for every row, a node only for those that come by.
constexpr size_t kSetsPerTreeMax = 8;
constexpr size_t kSetsMax = 2048;
constexpr uint32_t kSetBitsMax = 4096;

bool IsLeaf(const TreeEnsemble& op, uint32_t node) { return op.left[node] == node; }

SlotKind KindOf(const TreeEnsemble& op, uint32_t node) {
  if ((op.flags[node] & TreeEnsemble::kCategorical) != 0) return SlotKind::kCategory;
  return (op.flags[node] & TreeEnsemble::kMissingLeft) != 0 ? SlotKind::kMissingLeft : SlotKind::kMissingRight;
}

class LayoutBuilder {
 public:
  LayoutBuilder(const TreeEnsemble& op, bool sets) : op_(op), sets_(sets), place_(op.feature.size()) {
    layout_.slot_of_node.resize(op.feature.size());
  }

  Layout Build() && {
    for (const uint32_t root : op_.roots) AddTree(root);
    AssignSlots();
    return std::move(layout_);
  }

 private:
  void AddTree(uint32_t root) {
    CollectInner(root);
    const auto base = static_cast<uint32_t>(layout_.source.size());
    const auto end = base + 1 + 2 * static_cast<uint32_t>(inner_.size());
    layout_.source.resize(end);
    layout_.left.resize(end);
    Put(root, base);
    PlaceChildren(base + 1);
    Tree tree;
    tree.root = base;
    tree.depth = depth_;
    const auto mean_depth = static_cast<uint32_t>((depth_sum_ + inner_.size()) / (inner_.size() + 1));
    tree.common_depth = mean_depth + kDepthSavedMin <= depth_ ? mean_depth : depth_;
    uint32_t leaves_begin = base;
    while (!IsLeaf(op_, layout_.source[leaves_begin])) ++leaves_begin;
    tree.leaf_shift = static_cast<uint32_t>(layout_.leaf_rows.size()) - leaves_begin;
    for (uint32_t place = leaves_begin; place < end; ++place) {
      const uint32_t node = layout_.source[place];
      layout_.leaf_rows.push_back(IsLeaf(op_, node) ? op_.payload[node] : 0);
    }
    tree.leaves_end = static_cast<uint32_t>(layout_.leaf_rows.size());
    layout_.trees.push_back(tree);
  }

  // Gives all nodes but the root their places. A block of a few pairs is filled from the top down, level by level, then
  // each pair left over begins a block of its own, so that a walk passes two levels or more in a block. Pairs of leaves
  // come last.
  void PlaceChildren(uint32_t next) {
    std::vector<uint32_t> block_tops, leaf_pairs, block;
    if (!inner_.empty()) block_tops.push_back(inner_.front());
    for (size_t top = 0; top < block_tops.size(); ++top) {
      block.assign(1, block_tops[top]);
      size_t placed = 0;
      for (size_t i = 0; i < block.size(); ++i) {
        const uint32_t node = block[i];
        if (IsLeaf(op_, op_.left[node]) && IsLeaf(op_, op_.right[node])) {
          leaf_pairs.push_back(node);
          continue;
        }
        if (placed == kBlockPairs) {
          block_tops.push_back(node);
          continue;
        }
        PlacePair(node, &next);
        ++placed;
        for (const uint32_t child : {op_.left[node], op_.right[node]}) {
          if (!IsLeaf(op_, child)) block.push_back(child);
        }
      }
    }
    for (const uint32_t node : leaf_pairs) PlacePair(node, &next);
  }

  void PlacePair(uint32_t parent, uint32_t* next) {
    layout_.left[place_[parent]] = *next;
    Put(op_.left[parent], *next);
    Put(op_.right[parent], *next + 1);
    *next += 2;
  }

  // Inner nodes of the tree level by level; the depth of its leaves.
  void CollectInner(uint32_t root) {
    inner_.clear();
    depth_ = 0;
    depth_sum_ = 0;
    if (IsLeaf(op_, root)) return;
    inner_.push_back(root);
    size_t level_end = 1;
    depth_ = 1;
    for (size_t i = 0; i < inner_.size(); ++i) {
      if (i == level_end) {
        level_end = inner_.size();
        ++depth_;
      }
      for (const uint32_t child : {op_.left[inner_[i]], op_.right[inner_[i]]}) {
        if (IsLeaf(op_, child)) {
          depth_sum_ += depth_;
        } else {
          inner_.push_back(child);
        }
      }
    }
  }

  void Put(uint32_t node, uint32_t place) {
    place_[node] = place;
    layout_.source[place] = node;
    layout_.left[place] = place;
  }

  void AssignSlots() {
    sets_ = sets_ && FewSets();
    std::map<Slot, uint32_t> slot_ids;               // without cuts
    std::map<uint32_t, std::vector<uint64_t>> cuts;  // by feature
    ForEachInner([&](uint32_t node) {
      const Slot slot = SlotOf(node);
      slot_ids[slot];
      if (slot.kind == SlotKind::kCategory || slot.kind == SlotKind::kSet) return;
      cuts[slot.feature].push_back(CutKey(op_.compare, op_.threshold[node]));
    });
    for (auto& [feature, of_feature] : cuts) {
      std::sort(of_feature.begin(), of_feature.end());
      of_feature.erase(std::unique(of_feature.begin(), of_feature.end()), of_feature.end());
    }
    // Sets come last, those of a column together.
    for (const bool is_set : {false, true}) {
      for (auto& [slot, id] : slot_ids) {
        if ((slot.kind == SlotKind::kSet) != is_set) continue;
        id = static_cast<uint32_t>(layout_.slots.size());
        layout_.has_categories |= slot.kind == SlotKind::kCategory;
        Slot& placed = layout_.slots.emplace_back(slot);
        if (is_set) {
          placed.cuts = {OrderKey(0)};
        } else if (slot.kind != SlotKind::kCategory) {
          placed.cuts = cuts[slot.feature];
        }
      }
    }
    ForEachInner([&](uint32_t node) { layout_.slot_of_node[node] = slot_ids[SlotOf(node)]; });
  }

  // The slot that a node looks at, without its cuts.
  Slot SlotOf(uint32_t node) const {
    Slot slot{.feature = op_.feature[node], .kind = KindOf(op_, node), .cuts = {}};
    if (slot.kind != SlotKind::kCategory || !sets_) return slot;
    slot.kind = SlotKind::kSet;
    for (uint64_t value = 0; value <= uint64_t{op_.category_bits[node]} + 1; ++value) {
      slot.goes_right.push_back(GoesRight(op_, node, value) ? 1 : 0);
    }
    return slot;
  }

  // Whether the different sets are few enough to be asked for every row.
  bool FewSets() const {
    const size_t sets_max = std::min(kSetsMax, kSetsPerTreeMax * op_.roots.size());
    std::set<Slot> sets;
    bool few = true;
    ForEachInner([&](uint32_t node) {
      if (!few || KindOf(op_, node) != SlotKind::kCategory) return;
      few = op_.category_bits[node] <= kSetBitsMax;
      if (few) sets.insert(SlotOf(node));
      few = few && sets.size() <= sets_max;
    });
    return few;
  }

  template <typename Visit>
  void ForEachInner(Visit visit) const {
    for (const uint32_t node : layout_.source) {
      if (!IsLeaf(op_, node)) visit(node);
    }
  }

  const TreeEnsemble& op_;
  bool sets_;
  Layout layout_;
  std::vector<uint32_t> place_;  // by node of the operator
  // Of the tree being added.
  std::vector<uint32_t> inner_;
  uint32_t depth_ = 0;
  uint64_t depth_sum_ = 0;
};

}  // namespace

bool GoesRight(const TreeEnsemble& op, uint32_t node, uint64_t value) {
  const uint64_t category = value - 1;  // wraps for missing
  if (category < op.category_bits[node]) {
    return (op.category_words[op.payload[node] + category / 32] >> (category % 32) & 1) == 0;
  }
  const bool missing = value == 0 || (op.flags[node] & TreeEnsemble::kUnknownIsMissing) != 0;
  return !(missing && (op.flags[node] & TreeEnsemble::kMissingLeft) != 0);
}

uint64_t CutKey(TreeEnsemble::Compare compare, double threshold) {
  using Compare = TreeEnsemble::Compare;
  if (compare == Compare::kFloat32Less) threshold = static_cast<float>(threshold);
  // Nothing compares with NaN, so nothing goes left.
  if (std::isnan(threshold)) return OrderKey(-op::kInfinity) - 1;
  const bool strict = compare == Compare::kLess || compare == Compare::kFloat32Less;
  // Of the two keys of zero only one is in use; below it lies that of the least negative number.
  if (strict && threshold == 0) return OrderKey(-std::numeric_limits<double>::denorm_min());
  return OrderKey(threshold) - (strict ? 1 : 0);
}

Layout LayOut(const TreeEnsemble& op, bool sets) { return LayoutBuilder(op, sets).Build(); }

bool FitsNarrow(const Layout& layout) {
  constexpr size_t kMax = std::numeric_limits<uint16_t>::max();
  if (layout.has_categories || layout.slots.size() * kLanes > kMax) return false;
  return std::all_of(layout.slots.begin(), layout.slots.end(),
                     [](const Slot& slot) { return slot.cuts.size() <= kMax; });
}

std::vector<NarrowNode> MakeNarrowNodes(const TreeEnsemble& op, const Layout& layout) {
  std::vector<NarrowNode> nodes;
  nodes.reserve(layout.source.size());
  for (size_t place = 0; place < layout.source.size(); ++place) {
    const uint32_t source = layout.source[place];
    if (IsLeaf(op, source)) {
      nodes.push_back({std::numeric_limits<uint16_t>::max(), 0, layout.left[place]});
      continue;
    }
    const uint32_t slot = layout.slot_of_node[source];
    uint16_t cut = 0;
    if (layout.slots[slot].kind != SlotKind::kSet) {
      const std::vector<uint64_t>& cuts = layout.slots[slot].cuts;
      const auto at = std::lower_bound(cuts.begin(), cuts.end(), CutKey(op.compare, op.threshold[source]));
      cut = static_cast<uint16_t>(at - cuts.begin());
    }
    nodes.push_back({cut, static_cast<uint16_t>(slot * kLanes), layout.left[place]});
  }
  return nodes;
}

std::vector<WideNode> MakeWideNodes(const TreeEnsemble& op, const Layout& layout) {
  std::vector<WideNode> nodes;
  nodes.reserve(layout.source.size());
  for (size_t place = 0; place < layout.source.size(); ++place) {
    const uint32_t source = layout.source[place];
    if (IsLeaf(op, source)) {
      nodes.push_back({std::numeric_limits<uint64_t>::max(), 0, layout.left[place]});
      continue;
    }
    WideNode node{0, layout.slot_of_node[source] * kLanes, layout.left[place]};
    const uint8_t flags = op.flags[source];
    if ((flags & TreeEnsemble::kCategorical) != 0) {
      node.cut = uint64_t{op.payload[source]} << 32 | op.category_bits[source];
      node.slot |= WideNode::kCategorical;
      if ((flags & TreeEnsemble::kMissingLeft) != 0) node.slot |= WideNode::kMissingLeft;
      if ((flags & TreeEnsemble::kUnknownIsMissing) != 0) node.slot |= WideNode::kUnknownIsMissing;
    } else {
      node.cut = CutKey(op.compare, op.threshold[source]);
    }
    nodes.push_back(node);
  }
  return nodes;
}

}  // namespace scoreway::forest
