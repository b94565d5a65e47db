// Blending: evaluating a small tree for many rows at once, without walking. Each inner node is asked for all rows, and
// its answer chooses, byte by byte, between what its two children chose; what the root holds in the end is the number
// of the leaf each row reaches. That is a comparison and a blend a node for as many rows as a vector has bytes, and no
// memory access depends on a row's data, which beats walking (a dependent load a level) for trees of up to some
// hundred nodes by far. Larger trees do not blend.
//
// Values are bytes: trees are cut into chapters of consecutive trees in which no slot has more than 255 cuts, and the
// ranks of a row are recoded for each chapter.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "score/kernels/tree_ensemble_forest.h"
#include "score/kernels/tree_ensemble_vectors.h"

namespace scoreway::forest {

struct BlendTree {
  bool blends = true;  // false: it is too large
  uint32_t nodes_begin = 0;
  uint32_t runs_begin = 0, runs_end = 0;
  uint32_t exits_begin = 0, exits_end = 0;  // in BlendForest::exit_rows
};

// From ranks in a slot to ranks among the slot's cuts in one chapter.
class BlendColumn {
 public:
  // `used` by cut of the slot; at most 255.
  BlendColumn(uint32_t slot, const std::vector<bool>& used);

  uint32_t slot() const { return slot_; }
  uint8_t Recode(uint16_t rank) const {
    uint32_t code = first_[rank >> shift_];
    for (uint32_t step = first_step_; step != 0; step /= 2) {
      code += step & -static_cast<uint32_t>(cuts_[code + step - 1] < rank);
    }
    return static_cast<uint8_t>(code);
  }
  // Of kLanes ranks.
  void Recode(const uint16_t* ranks, uint8_t* codes) const {
    if (first_step_ == 0) {
      const uint8_t* first = first_.data();
      const uint32_t shift = shift_;
#pragma GCC unroll 8
      for (uint32_t k = 0; k < kLanes; ++k) codes[k] = first[ranks[k] >> shift];
    } else {
      for (uint32_t k = 0; k < kLanes; ++k) codes[k] = Recode(ranks[k]);
    }
  }

 private:
  uint32_t slot_ = 0;
  uint32_t shift_ = 0;
  uint32_t first_step_ = 0;
  std::vector<uint8_t> first_;  // by rank >> shift
  std::vector<uint16_t> cuts_;  // of the chapter, as cuts of the slot; then greatest numbers for the search to run into
};

struct BlendChapter {
  uint32_t trees_begin = 0, trees_end = 0;
  std::vector<BlendColumn> columns;
};

// Trees whose choices are kept before their leaves are added, so that sums are loaded and stored less often.
inline constexpr size_t kBlendTrees = 4;

class BlendForest {
 public:
  BlendForest(const Layout& layout, std::span<const NarrowNode> nodes);

  std::span<const BlendChapter> chapters() const { return chapters_; }
  const BlendTree& tree(size_t t) const { return trees_[t]; }
  size_t blending_trees() const { return blending_trees_; }
  // Rows of the operator's leaf_values, by tree and in it by the number of the exit.
  const std::vector<uint32_t>& exit_rows() const { return exit_rows_; }

  // Working memory for rows in `sheets` of kBlendRows; aligned to 64.
  size_t WorkBytes(size_t sheets) const { return ColumnsOffset(sheets); }
  // Recodes a chapter's columns for up to kBlendRows rows; `values` in groups of kLanes rows, group_size values each.
  void Recode(const BlendChapter& chapter, const uint16_t* values, size_t group_size, size_t rows, size_t sheet,
              std::byte* work) const;
  // Where the rows last recoded into the sheet leave tree t, which blends and is in the chapter recoded: the numbers of
  // exits. Valid until tree t + kBlendTrees or another sheet is blended.
  const uint8_t* Blend(size_t t, size_t rows, size_t sheet, Vectors vectors, std::byte* work) const;

 private:
  friend class BlendBuilder;
  // Choices: those of the roots of kBlendTrees trees, then the others; then come the sheets of columns.
  size_t ColumnsOffset(size_t sheet) const { return (kBlendTrees + choices_max_ + sheet * columns_max_) * kBlendRows; }

  std::vector<BlendNode> nodes_;
  std::vector<BlendRun> runs_;
  std::vector<BlendTree> trees_;
  std::vector<uint32_t> exit_rows_;
  std::vector<BlendChapter> chapters_;
  size_t blending_trees_ = 0;
  size_t choices_max_ = 0;  // alive at once, of any tree
  size_t columns_max_ = 0;  // of any chapter
};

}  // namespace scoreway::forest
