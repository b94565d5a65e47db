#include <algorithm>
#include <cmath>

#include "score/cells_kernel.h"
#include "score/kernels/exp_all.h"
#include "score/kernels/kernels.h"
#include "score/kernels/map_cells.h"
#include "score/kernels/operator_kernel.h"

namespace scoreway {
namespace {

// Column after column over the rows of the tile, with the running results of the rows in scratch.
class RowKernel : public OperatorKernel<op::Row> {
 public:
  using OperatorKernel::OperatorKernel;

  Status Run(const Tile& tile) const override {
    using enum op::RowFunction;
    switch (op_.function) {
      case kSoftmax: Softmax(tile); break;
      case kLogSoftmax: LogSoftmax(tile); break;
      case kNormalizeSum: NormalizeSum(tile); break;
      case kArgMax: ArgBest(tile, [](double x, double best) { return x > best; }); break;
      case kArgMin: ArgBest(tile, [](double x, double best) { return x < best; }); break;
      case kCumulativeSum: CumulativeSum(tile); break;
      case kSort: Sort(tile); break;
    }
    return {};
  }

  size_t ScratchBytes(size_t rows) const override { return 2 * rows * sizeof(double); }

 private:
  static double* First(const Tile& tile) { return reinterpret_cast<double*>(tile.scratch); }
  static double* Second(const Tile& tile) { return First(tile) + tile.rows; }

  const double* Maxima(const Tile& tile) const {
    const Block& in = Input(tile);
    double* __restrict maxima = First(tile);
    std::copy_n(in.numbers, tile.rows, maxima);
    for (uint32_t c = 1; c < in.width; ++c) {
      const double* __restrict x = in.number_column(c);
      for (size_t r = 0; r < tile.rows; ++r) maxima[r] = x[r] > maxima[r] ? x[r] : maxima[r];
    }
    return maxima;
  }

  // out: e^(x - the row's greatest); `sums`: the rows' sums of them.
  void Exponentials(const Tile& tile, const double* __restrict maxima, double* __restrict sums) const {
    const Block& in = Input(tile);
    const Block& out = Output(tile);
    for (uint32_t c = 0; c < in.width; ++c) {
      const double* __restrict x = in.number_column(c);
      double* __restrict y = out.number_column(c);
      for (size_t r = 0; r < tile.rows; ++r) y[r] = x[r] - maxima[r];
    }
    ForRuns(out, tile.rows, [](double* cells, size_t count) { ExpAll(cells, count); });
    std::fill_n(sums, tile.rows, 0.0);
    for (uint32_t c = 0; c < in.width; ++c) {
      const double* __restrict y = out.number_column(c);
      for (size_t r = 0; r < tile.rows; ++r) sums[r] += y[r];
    }
  }

  void Softmax(const Tile& tile) const {
    Exponentials(tile, Maxima(tile), Second(tile));
    DivideRows(Output(tile), Second(tile), tile.rows);
  }

  void LogSoftmax(const Tile& tile) const {
    const Block& in = Input(tile);
    const Block& out = Output(tile);
    const double* __restrict maxima = Maxima(tile);
    double* __restrict sums = Second(tile);
    Exponentials(tile, maxima, sums);
    for (size_t r = 0; r < tile.rows; ++r) sums[r] = std::log(sums[r]);
    for (uint32_t c = 0; c < in.width; ++c) {
      const double* __restrict x = in.number_column(c);
      double* __restrict y = out.number_column(c);
      for (size_t r = 0; r < tile.rows; ++r) y[r] = (x[r] - maxima[r]) - sums[r];
    }
  }

  void NormalizeSum(const Tile& tile) const {
    const Block& in = Input(tile);
    const Block& out = Output(tile);
    double* __restrict sums = First(tile);
    std::fill_n(sums, tile.rows, 0.0);
    for (uint32_t c = 0; c < in.width; ++c) {
      const double* __restrict x = in.number_column(c);
      double* __restrict y = out.number_column(c);
      for (size_t r = 0; r < tile.rows; ++r) {
        sums[r] += x[r];
        y[r] = x[r];
      }
    }
    for (size_t r = 0; r < tile.rows; ++r) {
      if (sums[r] != 0) continue;
      sums[r] = op_.zero_sum_uniform ? in.width : 1;
      if (!op_.zero_sum_uniform) continue;
      for (uint32_t c = 0; c < out.width; ++c) out.number_column(c)[r] = 1;
    }
    DivideRows(out, sums, tile.rows);
  }

  static void DivideRows(const Block& out, const double* __restrict divisors, size_t rows) {
    for (uint32_t c = 0; c < out.width; ++c) {
      double* __restrict y = out.number_column(c);
      for (size_t r = 0; r < rows; ++r) y[r] /= divisors[r];
    }
  }

  template <typename Better>
  void ArgBest(const Tile& tile, Better better) const {
    const Block& in = Input(tile);
    double* __restrict best = First(tile);
    double* __restrict index = Output(tile).numbers;
    std::copy_n(in.numbers, tile.rows, best);
    std::fill_n(index, tile.rows, 0.0);
    for (uint32_t c = 1; c < in.width; ++c) {
      const double* __restrict x = in.number_column(c);
      for (size_t r = 0; r < tile.rows; ++r) {
        const bool wins = better(x[r], best[r]) || (std::isnan(x[r]) && !std::isnan(best[r]));
        best[r] = wins ? x[r] : best[r];
        index[r] = wins ? c : index[r];
      }
    }
  }

  // By insertion, as there are few columns, and NaN stays where it is.
  void Sort(const Tile& tile) const {
    const Block& in = Input(tile);
    const Block& out = Output(tile);
    for (size_t r = 0; r < tile.rows; ++r) {
      for (uint32_t c = 0; c < in.width; ++c) {
        const double x = in.number_column(c)[r];
        uint32_t place = c;
        for (; place > 0 && out.number_column(place - 1)[r] > x; --place) {
          out.number_column(place)[r] = out.number_column(place - 1)[r];
        }
        out.number_column(place)[r] = x;
      }
    }
  }

  void CumulativeSum(const Tile& tile) const {
    const Block& in = Input(tile);
    const Block& out = Output(tile);
    std::copy_n(in.numbers, tile.rows, out.numbers);
    for (uint32_t c = 1; c < in.width; ++c) {
      const double* __restrict x = in.number_column(c);
      const double* __restrict before = out.number_column(c - 1);
      double* __restrict y = out.number_column(c);
      for (size_t r = 0; r < tile.rows; ++r) y[r] = before[r] + x[r];
    }
  }
};

// The functions that most models end with: of one row by the same steps, the running results in registers.
class RowOfCellsKernel final : public RowKernel, public CellsKernel {
 public:
  explicit RowOfCellsKernel(const KernelContext& context) : RowKernel(context), width_(context.input_shape().width) {}

  static bool Suits(op::RowFunction function) {
    using enum op::RowFunction;
    return function == kSoftmax || function == kNormalizeSum || function == kArgMax || function == kArgMin;
  }

  void RunCells(const double* in, double* out) const override {
    using enum op::RowFunction;
    switch (op_.function) {
      case kSoftmax: return scoreway::Softmax(in, out, width_);
      case kNormalizeSum: return NormalizeSum(in, out);
      case kArgMin: return ArgBest(in, out, [](double x, double best) { return x < best; });
      default: return ArgBest(in, out, [](double x, double best) { return x > best; });
    }
  }

 private:
  void NormalizeSum(const double* x, double* y) const {
    double sum = 0;
    for (uint32_t c = 0; c < width_; ++c, OneByOne()) {
      sum += x[c];
      y[c] = x[c];
    }
    if (sum == 0) {
      sum = op_.zero_sum_uniform ? width_ : 1;
      for (uint32_t c = 0; op_.zero_sum_uniform && c < width_; ++c) y[c] = 1;
    }
    for (uint32_t c = 0; c < width_; ++c, OneByOne()) y[c] /= sum;
  }

  template <typename Better>
  void ArgBest(const double* x, double* index, Better better) const {
    double best = x[0];
    uint32_t at = 0;
    for (uint32_t c = 1; c < width_; ++c) {
      const bool wins = better(x[c], best) || (std::isnan(x[c]) && !std::isnan(best));
      best = wins ? x[c] : best;
      at = wins ? c : at;
    }
    *index = at;
  }

  uint32_t width_;
};

}  // namespace

KernelResult MakeRow(const KernelContext& context) {
  if (RowOfCellsKernel::Suits(std::get<op::Row>(context.op.params).function)) {
    return KernelOf<RowOfCellsKernel>(context);
  }
  return KernelOf<RowKernel>(context);
}

}  // namespace scoreway
