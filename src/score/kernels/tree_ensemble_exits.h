// What rows leave blended trees with (tree_ensemble_blend.h): the number of the exit they take, looked up among the
// tree's leaves and added to their sums. A tree of few exits keeps its leaves in registers, where many rows look them
// up at once.
#pragma once

#include <cstddef>
#include <cstdint>

#include "score/kernels/tree_ensemble_vectors.h"

namespace scoreway::forest {

// So many leaves behind those of a tree may be read.
inline constexpr size_t kExitsReadable = 128;

// sums[row] += leaves[exits[row]], for exits below `count`, at most kExitsReadable.
void AddExits(Vectors vectors, const float* leaves, size_t count, const uint8_t* exits, size_t rows, float* sums);
void AddExits(Vectors vectors, const double* leaves, size_t count, const uint8_t* exits, size_t rows, double* sums);

}  // namespace scoreway::forest
