// What blending (tree_ensemble_blend.h) does to bytes, in the machine's vectors.
//
// A choice is a byte a row, kBlendRows of them. A node compares its column with its cut and takes, row by row, what its
// left or its right side holds: the choice of another node, the same exit for every row, or what a pair - a node that
// has only exits below it - takes. Pairs, half of all nodes, are thus asked within the node above them: their choice
// never goes through memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace scoreway::forest {

// Rows blended at once.
inline constexpr size_t kBlendRows = 512;

// The instructions to blend with. All give the same results.
enum class Vectors : uint8_t { kPortable, kAvx2, kAvx512 };
bool IsSupported(Vectors vectors);
Vectors BestVectors();

enum class SideKind : uint8_t { kChoice = 0, kExit = 1, kPair = 2 };
inline constexpr size_t kSideKinds = 3;

struct BlendSide {
  uint16_t at = 0;         // kChoice: which choice; kPair: its column
  uint8_t cut = 0;         // kPair
  uint8_t left_exit = 0;   // kExit: the exit
  uint8_t right_exit = 0;  // kPair
};

struct BlendNode {
  uint16_t column = 0;
  uint16_t result = 0;  // the choice to write; may be one of those read
  uint8_t cut = 0;      // value <= cut goes left
  BlendSide left, right;
};

// Consecutive nodes whose sides are of the same kinds.
struct BlendRun {
  SideKind left, right;
  uint16_t count;
};

// Runs all nodes in order. `columns` and `choices` are aligned to 64; bytes behind the rows, up to kBlendRows, are read
// and written.
void RunBlend(Vectors vectors, std::span<const BlendRun> runs, const BlendNode* nodes, const uint8_t* columns,
              uint8_t* choices, size_t rows);

}  // namespace scoreway::forest
