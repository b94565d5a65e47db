// Dot products of rows with rows of weights: the inner loops of op::Linear.
#pragma once

#include <cstddef>

#include "score/kernels/map_cells.h"

namespace scoreway {

// Every sum runs in four parts, columns 0, 4, 8 ... in the first and so on, that are added at the end; in the same
// order for one row (Dot) and for many, whatever the vectors of the machine, so that a row's answer depends neither on
// its company nor on the machine.
inline constexpr size_t kDotParts = 4;
inline constexpr size_t kDotRows = 8;

// One row, its cells `step` apart, each cast to T.
template <typename T, typename Cell>
T Dot(const Cell* x, size_t step, const T* w, size_t width) {
  T parts[kDotParts] = {};
  size_t c = 0;
  for (; c + kDotParts <= width; c += kDotParts) {
    for (size_t k = 0; k < kDotParts; ++k) parts[k] += static_cast<T>(x[(c + k) * step]) * w[c + k];
  }
  for (size_t k = 0; c < width; ++c, ++k) parts[k] += static_cast<T>(x[c * step]) * w[c];
  return (parts[0] + parts[1]) + (parts[2] + parts[3]);
}

// The same of a short row, its cells side by side: by constant places, so that the parts stay in registers; and one by
// one, as a vector of cells that were stored one by one just before has to wait for them.
inline double DotOfFew(const double* x, const double* w, size_t width) {
  double first = 0, second = 0, third = 0, fourth = 0;
  const double* const whole = x + width / kDotParts * kDotParts;
  for (; x != whole; x += kDotParts, w += kDotParts) {
    first += x[0] * w[0];
    OneByOne();
    second += x[1] * w[1];
    OneByOne();
    third += x[2] * w[2];
    OneByOne();
    fourth += x[3] * w[3];
  }
  switch (width % kDotParts) {
    case 3: third += x[2] * w[2]; [[fallthrough]];
    case 2: second += x[1] * w[1]; [[fallthrough]];
    case 1: first += x[0] * w[0]; break;
    default: break;
  }
  return (first + second) + (third + fourth);
}

// sums[r] is the product of w with row r: cells x[r], x[step + r], x[2 * step + r] ...
template <typename T>
using DotRowsFunction = void (*)(const T* x, size_t step, const T* w, size_t width, T* sums);

// The fastest that this machine has. T: float or double.
template <typename T>
DotRowsFunction<T> BestDotRows();

// sums[j] is Dot of the row x, its cells side by side, with row j of w, of `outputs` rows of `width`.
using DotOutputsFunction = void (*)(const double* x, const double* w, size_t width, size_t outputs, double* sums);
DotOutputsFunction BestDotOutputs();

}  // namespace scoreway
