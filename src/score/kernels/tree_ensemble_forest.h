// Forest: an op::TreeEnsemble laid out for walking. Three ideas:
//
// Slots. What a node looks at is not a column but a slot: a column together with what a missing cell means there. A
// missing cell then becomes the greatest value (goes right) or the least (goes left) when the row is prepared, and no
// node has to think of it. A column whose nodes disagree about missing cells gets two slots.
//
// Cuts. `x <= threshold` and `x < threshold`, in float32 or float64, all become `value <= cut` between unsigned
// integers: either the order key of the number (OrderKey), or its rank among the distinct cuts of the slot, which fits
// 16 bits nearly always and makes a node 8 bytes. The order of numbers is kept exactly, so the branch taken is always
// the one the training library takes.
//
// Sets. A categorical node asks whether a category is in its set. Where the forest has not too many different sets,
// each is a slot with a single cut, whose value says right or left, and categories are numbers like all others.
//
// Places. A node's right child lies behind its left child, so a step is `left + (value > cut)`; a leaf is its own left
// child with the greatest cut, so a walk may go on at a leaf and stays there. Pairs of children that are walked one
// after the other share a cache line; pairs of leaves lie at the end of their tree. A leaf's row of values is its place
// plus a constant of the tree.
#pragma once

#include <bit>
#include <cstdint>
#include <limits>
#include <vector>

#include "model/operators.h"

namespace scoreway::forest {

// Rows (or trees, for a single row) walked together, to hide the latency of memory.
inline constexpr uint32_t kLanes = 8;

// For numbers a, b: a < b if and only if OrderKey(a) < OrderKey(b); the two zeros are equal. Never 0 nor the greatest
// integer, which are left for missing cells. Not for NaN.
inline uint64_t OrderKey(double x) {
  const uint64_t bits = std::bit_cast<uint64_t>(x + 0.0);
  return bits ^ (static_cast<uint64_t>(static_cast<int64_t>(bits) >> 63) | uint64_t{1} << 63);
}

enum class SlotKind : uint8_t { kMissingRight, kMissingLeft, kCategory, kSet };

struct Slot {
  uint32_t feature = 0;
  SlotKind kind = SlotKind::kMissingRight;
  // Distinct, rising, as order keys; the same in both slots of a column, so that a number has one rank. Empty for
  // kCategory; one, whichever, for kSet.
  std::vector<uint64_t> cuts;
  // Of kSet: whether to go right, by CategoryValue; the last one is for all values from there on.
  std::vector<uint8_t> goes_right = {};

  auto operator<=>(const Slot&) const = default;
};

// Node of a forest whose slots have fewer than 2^16 cuts each: values are ranks. `slot` counts in kLanes.
struct NarrowNode {
  using Value = uint16_t;
  static constexpr bool kRanks = true;
  uint16_t cut;
  uint16_t slot;
  uint32_t left;
};

// Node of any forest: values are order keys. Of a categorical node `slot` carries the flags below and `cut` the first
// word of its set (high half) and the number of its bits; values of its slot are CategoryValue.
struct WideNode {
  using Value = uint64_t;
  static constexpr bool kRanks = false;
  static constexpr uint32_t kCategorical = 1u << 31, kMissingLeft = 1u << 30, kUnknownIsMissing = 1u << 29;
  static constexpr uint32_t kSlotMask = kUnknownIsMissing - 1;
  uint64_t cut;
  uint32_t slot;
  uint32_t left;
};

// 0 for missing, 1 + the category, or the greatest integer for what can be in no set.
inline uint64_t CategoryValue(double x) {
  if (x != x) return 0;
  if (!(x > -1) || x >= 4294967295.0) return std::numeric_limits<uint64_t>::max();
  return uint64_t{1} + static_cast<uint32_t>(x);
}

// Whether a categorical node of the operator sends a CategoryValue right.
bool GoesRight(const op::TreeEnsemble& op, uint32_t node, uint64_t value);

struct Tree {
  uint32_t root = 0;
  uint32_t depth = 0;         // of its deepest leaf
  uint32_t common_depth = 0;  // steps after which many walks have ended; depth if it does not pay to look
  uint32_t leaf_shift = 0;    // place of a leaf + leaf_shift (mod 2^32) is its index in Layout::leaf_rows
  uint32_t leaves_end = 0;    // the index after its last leaf there
};

// Where the nodes of the operator lie in the forest; what both kinds of node share.
struct Layout {
  std::vector<Slot> slots;             // those of kSet last
  std::vector<uint32_t> slot_of_node;  // by node of the operator; of leaves 0
  std::vector<uint32_t> source;        // the operator's node at each place
  std::vector<uint32_t> left;          // place of its left child; of a leaf its own place
  std::vector<Tree> trees;
  std::vector<uint32_t> leaf_rows;  // rows of the operator's leaf_values
  bool has_categories = false;
};

// With `sets` categorical nodes look at slots of kSet, unless there are too many of these; else at slots of kCategory,
// as wide nodes can.
Layout LayOut(const op::TreeEnsemble& op, bool sets);

// Whether MakeNarrowNodes may be called.
bool FitsNarrow(const Layout& layout);
std::vector<NarrowNode> MakeNarrowNodes(const op::TreeEnsemble& op, const Layout& layout);
std::vector<WideNode> MakeWideNodes(const op::TreeEnsemble& op, const Layout& layout);

// The cut of a numeric node as an order key: a number x, rounded to float32 first where the comparison asks for it,
// goes left if and only if OrderKey(x) <= CutKey.
uint64_t CutKey(op::TreeEnsemble::Compare compare, double threshold);

inline bool ComparesFloat32(op::TreeEnsemble::Compare compare) {
  return compare == op::TreeEnsemble::Compare::kFloat32LessEqual || compare == op::TreeEnsemble::Compare::kFloat32Less;
}

}  // namespace scoreway::forest
