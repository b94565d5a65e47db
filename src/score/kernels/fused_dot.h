// Dot products of eight rows at once with one row of weights, by fused multiply-adds in float32.
#pragma once

#include <cstddef>

namespace scoreway {

inline constexpr size_t kFusedRows = 8;
// Columns whose products are summed before the sum is added to the others'.
inline constexpr size_t kFusedColumns = 256;

// Adds to sums[r] the product of w with row r, whose cells are x[r], x[kFusedRows + r], x[2 * kFusedRows + r] ... The
// same on every machine, if not as fast.
using FusedDotFunction = void (*)(const float* x, const float* w, size_t width, float* sums);
FusedDotFunction BestFusedDot();

}  // namespace scoreway
