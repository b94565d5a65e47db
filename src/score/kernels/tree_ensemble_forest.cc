#include "score/kernels/tree_ensemble_forest.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <utility>

namespace scoreway::forest {
namespace {

using op::TreeEnsemble;

// Looking for ended walks costs about a step, so it must save a few.
constexpr uint32_t kDepthSavedMin = 3;

bool IsLeaf(const TreeEnsemble& op, uint32_t node) { return op.left[node] == node; }

SlotKind KindOf(const TreeEnsemble& op, uint32_t node) {
  if ((op.flags[node] & TreeEnsemble::kCategorical) != 0) return SlotKind::kCategory;
  return (op.flags[node] & TreeEnsemble::kMissingLeft) != 0 ? SlotKind::kMissingLeft : SlotKind::kMissingRight;
}

class LayoutBuilder {
 public:
  explicit LayoutBuilder(const TreeEnsemble& op) : op_(op), place_(op.feature.size()) {
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
    layout_.source.resize(base + 1 + 2 * inner_.size());
    layout_.left.resize(layout_.source.size());
    Put(root, base);
    // Pairs of two inner nodes first, then the mixed ones, then the pairs of leaves; so the leaves are at the end and
    // what every walk passes lies together.
    std::array<uint32_t, 3> pairs{};
    for (const uint32_t node : inner_) ++pairs[LeavesBelow(node)];
    std::array<uint32_t, 3> next{base + 1, base + 1 + 2 * pairs[0], base + 1 + 2 * pairs[0] + 2 * pairs[1]};
    Tree tree;
    const uint32_t leaves_begin = inner_.empty() ? base : next[1];
    tree.root = base;
    tree.leaf_shift = static_cast<uint32_t>(layout_.leaf_rows.size()) - leaves_begin;
    for (const uint32_t node : inner_) {
      uint32_t& place = next[LeavesBelow(node)];
      layout_.left[place_[node]] = place;
      Put(op_.left[node], place);
      Put(op_.right[node], place + 1);
      place += 2;
    }
    for (size_t place = leaves_begin; place < layout_.source.size(); ++place) {
      const uint32_t node = layout_.source[place];
      layout_.leaf_rows.push_back(IsLeaf(op_, node) ? op_.payload[node] : 0);
    }
    tree.depth = depth_;
    const uint32_t mean_depth = (depth_sum_ + static_cast<uint32_t>(inner_.size())) / (inner_.size() + 1);
    tree.common_depth = mean_depth + kDepthSavedMin <= depth_ ? mean_depth : depth_;
    layout_.trees.push_back(tree);
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

  size_t LeavesBelow(uint32_t node) const {
    return static_cast<size_t>(IsLeaf(op_, op_.left[node])) + static_cast<size_t>(IsLeaf(op_, op_.right[node]));
  }

  void Put(uint32_t node, uint32_t place) {
    place_[node] = place;
    layout_.source[place] = node;
    layout_.left[place] = place;
  }

  void AssignSlots() {
    std::map<std::pair<uint32_t, SlotKind>, std::vector<uint64_t>> cuts;
    ForEachInner([&](uint32_t node) {
      std::vector<uint64_t>& of_slot = cuts[{op_.feature[node], KindOf(op_, node)}];
      if (KindOf(op_, node) != SlotKind::kCategory) of_slot.push_back(CutKey(op_.compare, op_.threshold[node]));
    });
    std::map<std::pair<uint32_t, SlotKind>, uint32_t> slot_ids;
    for (auto& [key, of_slot] : cuts) {
      std::sort(of_slot.begin(), of_slot.end());
      of_slot.erase(std::unique(of_slot.begin(), of_slot.end()), of_slot.end());
      of_slot.shrink_to_fit();
      slot_ids[key] = static_cast<uint32_t>(layout_.slots.size());
      layout_.has_categories |= key.second == SlotKind::kCategory;
      layout_.slots.push_back(Slot{key.first, key.second, std::move(of_slot)});
    }
    ForEachInner([&](uint32_t node) { layout_.slot_of_node[node] = slot_ids[{op_.feature[node], KindOf(op_, node)}]; });
  }

  template <typename Visit>
  void ForEachInner(Visit visit) const {
    for (const uint32_t node : layout_.source) {
      if (!IsLeaf(op_, node)) visit(node);
    }
  }

  const TreeEnsemble& op_;
  Layout layout_;
  std::vector<uint32_t> place_;  // by node of the operator
  // Of the tree being added.
  std::vector<uint32_t> inner_;
  uint32_t depth_ = 0;
  uint64_t depth_sum_ = 0;
};

}  // namespace

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

Layout LayOut(const TreeEnsemble& op) { return LayoutBuilder(op).Build(); }

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
    const std::vector<uint64_t>& cuts = layout.slots[slot].cuts;
    const auto cut = std::lower_bound(cuts.begin(), cuts.end(), CutKey(op.compare, op.threshold[source]));
    nodes.push_back(
        {static_cast<uint16_t>(cut - cuts.begin()), static_cast<uint16_t>(slot * kLanes), layout.left[place]});
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
