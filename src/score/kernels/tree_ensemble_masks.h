// Masks: evaluating shallow trees for one row without walking them. All nodes of a tree are compared at once, in
// vectors: a row's values fit two registers, from which each node picks its own. The answers are the bits of a mask,
// and the way from the root is read out of the masks of eight trees at a time. No memory access depends on the row but
// that of the leaf, and what is read lies one behind the other, so that the caches of a forest of some hundred trees do
// not miss.
//
// Trees are made full: node i of a tree, from 1, has its children at 2i and 2i + 1, down to the depth of the forest.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "score/kernels/tree_ensemble_forest.h"
#include "score/kernels/tree_ensemble_vectors.h"

namespace scoreway::forest {

class MaskForest {
 public:
  static constexpr size_t kSlotsMax = 64;
  // Trees whose exits may be asked for at once.
  static constexpr size_t kTreesMax = 64;

  // Whether masks can be made of these trees, and it is worth it.
  static bool Fits(const Layout& layout, Vectors vectors);

  // Of a layout that fits.
  MaskForest(const Layout& layout, std::span<const NarrowNode> nodes);

  // Rows of the operator's leaf_values: 1 << exit_bits() for each tree, by the numbers of exits. Once.
  std::vector<uint32_t> TakeExitRows() { return std::move(exit_rows_); }
  uint32_t exit_bits() const { return depth_; }

  // The numbers of the exits that a row takes from `count` trees, at most kTreesMax, from `first` on, a multiple of
  // kTreesMax. `values` has one for each slot; kSlotsMax in all may be read, and kTreesMax exits written. Aligned
  // to 64.
  void FindExits(const uint16_t* values, size_t first, size_t count, uint8_t* exits) const;

 private:
  uint32_t depth_ = 0;           // of all trees
  bool has_many_slots_ = false;  // more than one register has values
  // By tree and node; a few trees more than there are, so that vectors are full.
  std::vector<uint8_t> slots_;
  std::vector<uint16_t> cuts_;
  std::vector<uint32_t> exit_rows_;
};

}  // namespace scoreway::forest
