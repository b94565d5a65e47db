// Walking a Forest node by node: the plain way, which every other way of evaluating trees is tested against. Eight
// walks go on at once, so that while one waits for its node the others proceed; none of them branches on what it finds.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "score/kernels/tree_ensemble_forest.h"

namespace scoreway::forest {

// Places reached by walks.
template <size_t kWalks>
using Places = std::array<uint32_t, kWalks>;

// Nodes and, for categorical ones, the words of the category sets.
template <typename Node>
struct Nodes {
  const Node* nodes = nullptr;
  const uint32_t* category_words = nullptr;
};

// Whether a value goes right at a categorical node.
inline bool GoesRight(const WideNode& node, uint64_t value, const uint32_t* category_words) {
  const uint64_t category = value - 1;  // wraps for missing
  if (category < static_cast<uint32_t>(node.cut)) {
    const uint64_t word = (node.cut >> 32) + category / 32;
    return (category_words[word] >> (category % 32) & 1) == 0;
  }
  const bool missing = value == 0 || (node.slot & WideNode::kUnknownIsMissing) != 0;
  return !(missing && (node.slot & WideNode::kMissingLeft) != 0);
}

// One step; `values` are the slots of the walk's row, kLanes apart.
template <bool kCategories, typename Node>
inline uint32_t Step(const Nodes<Node>& forest, uint32_t place, const typename Node::Value* values) {
  const Node& node = forest.nodes[place];
  if constexpr (kCategories) {
    if ((node.slot & Node::kCategorical) != 0) {
      return node.left + GoesRight(node, values[node.slot & Node::kSlotMask], forest.category_words);
    }
  }
  return node.left + (values[node.slot] > node.cut);
}

// Whose values walk k looks at.
enum class Walkers : uint8_t {
  kOneRow,  // values: one row's
  kRows,    // row k of consecutive groups, the first of which begins at values
};

template <Walkers kWalkers>
inline size_t Offset(size_t k, size_t group_size) {
  return kWalkers == Walkers::kOneRow ? 0 : k / kLanes * group_size + k % kLanes;
}

// Walks from `places` to leaves.
template <bool kCategories, Walkers kWalkers, size_t kWalks, typename Node>
inline void Walk(const Nodes<Node>& forest, uint32_t depth, uint32_t common_depth, const typename Node::Value* values,
                 size_t group_size, Places<kWalks>* places) {
  Places<kWalks> at = *places;
  for (uint32_t d = 0; d < common_depth; ++d) {
#pragma GCC unroll 32
    for (size_t k = 0; k < kWalks; ++k)
      at[k] = Step<kCategories>(forest, at[k], values + Offset<kWalkers>(k, group_size));
  }
  for (uint32_t d = common_depth; d < depth; ++d) {
    uint32_t moved = 0;
#pragma GCC unroll 32
    for (size_t k = 0; k < kWalks; ++k) {
      const uint32_t next = Step<kCategories>(forest, at[k], values + Offset<kWalkers>(k, group_size));
      moved |= next ^ at[k];
      at[k] = next;
    }
    if (moved == 0) break;
  }
  *places = at;
}

}  // namespace scoreway::forest
