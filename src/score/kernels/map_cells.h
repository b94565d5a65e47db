// Loops of kernels that treat every cell on its own.
#pragma once

#include <cstddef>
#include <cstdint>

#include "score/kernel.h"

namespace scoreway {

// A row of so many cells is done before it is worth vectors.
inline constexpr uint32_t kFewCells = 12;

// In a loop of a few turns: keeps the compiler from making vectors of it, which cost more than they save.
inline void OneByOne() { asm volatile(""); }

// out[c][r] = at(c)(in[c][r]): `at` gives what is done to the cells of a column. It should take the column's constants
// into the function by value; then the loops vectorise.
template <typename At>
void MapCells(const Block& in, const Block& out, size_t rows, At&& at) {
  if (rows == 1) {
    const double* __restrict x = in.numbers;
    double* __restrict y = out.numbers;
    if (in.width < kFewCells) {
      for (uint32_t c = 0; c < in.width; ++c, OneByOne()) y[c] = at(c)(x[c]);
      return;
    }
    for (uint32_t c = 0; c < in.width; ++c) y[c] = at(c)(x[c]);
    return;
  }
  for (uint32_t c = 0; c < in.width; ++c) {
    const auto function = at(c);
    const double* __restrict x = in.number_column(c);
    double* __restrict y = out.number_column(c);
    for (size_t r = 0; r < rows; ++r) y[r] = function(x[r]);
  }
}

// f(cells, count) for every run of the block's cells that lie side by side.
template <typename F>
void ForRuns(const Block& block, size_t rows, F&& f) {
  if (rows == 1) return f(block.numbers, size_t{block.width});
  for (uint32_t c = 0; c < block.width; ++c) f(block.number_column(c), rows);
}

// f(cell) for every cell of texts, with its column and row: f(column, row, text).
template <typename F>
void ForEachText(const Block& block, size_t rows, F&& f) {
  for (uint32_t c = 0; c < block.width; ++c) {
    const std::string_view* texts = block.text_column(c);
    for (size_t r = 0; r < rows; ++r) f(c, r, texts[r]);
  }
}

}  // namespace scoreway
