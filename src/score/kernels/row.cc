#include <algorithm>
#include <cmath>

#include "score/kernels/exp_all.h"
#include "score/kernels/kernels.h"
#include "score/kernels/map_cells.h"
#include "score/kernels/operator_kernel.h"

namespace scoreway {
namespace {

// Column after column over the rows of the tile, with the running results of the rows in scratch.
class RowKernel final : public OperatorKernel<op::Row> {
 public:
  using OperatorKernel::OperatorKernel;

  Status Run(const Tile& tile) const override {
    using enum op::RowFunction;
    if (tile.rows == 1 && op_.function == kArgMax) {
      ArgMaxOfOne(Input(tile), Output(tile).numbers);
    } else if (tile.rows == 1 && op_.function == kSoftmax) {
      SoftmaxOfOne(Input(tile), Output(tile));
    } else if (tile.rows == 1 && op_.function == kNormalizeSum) {
      NormalizeSumOfOne(Input(tile), Output(tile));
    } else {
      RunRows(tile);
    }
    return {};
  }

  size_t ScratchBytes(size_t rows) const override { return 2 * rows * sizeof(double); }

 private:
  // On its own, as what loops over rows asks of the registers would be asked of one row, too.
  [[gnu::noinline]] void RunRows(const Tile& tile) const {
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
  }

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
    ForRuns(out, tile.rows, ExpAll);
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

  // The same steps with the running results in registers.
  static void SoftmaxOfOne(const Block& in, const Block& out) {
    const double* x = in.numbers;
    double* y = out.numbers;
    double maximum = x[0], sum = 0;
    for (uint32_t c = 1; c < in.width; ++c) maximum = x[c] > maximum ? x[c] : maximum;
    if (in.width < kExpAllMin) {
      for (uint32_t c = 0; c < in.width; ++c) {
        y[c] = std::exp(x[c] - maximum);
        sum += y[c];
      }
      for (uint32_t c = 0; c < in.width; ++c, OneByOne()) y[c] /= sum;
      return;
    }
    for (uint32_t c = 0; c < in.width; ++c) y[c] = x[c] - maximum;
    ExpAll(y, in.width);
    for (uint32_t c = 0; c < in.width; ++c) sum += y[c];
    for (uint32_t c = 0; c < in.width; ++c) y[c] /= sum;
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

  void NormalizeSumOfOne(const Block& in, const Block& out) const {
    double sum = 0;
    for (uint32_t c = 0; c < in.width; ++c, OneByOne()) {
      sum += in.numbers[c];
      out.numbers[c] = in.numbers[c];
    }
    if (sum == 0) {
      sum = op_.zero_sum_uniform ? in.width : 1;
      for (uint32_t c = 0; op_.zero_sum_uniform && c < out.width; ++c) out.numbers[c] = 1;
    }
    for (uint32_t c = 0; c < out.width; ++c, OneByOne()) out.numbers[c] /= sum;
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

  static void ArgMaxOfOne(const Block& in, double* index) {
    const double* x = in.numbers;
    double best = x[0];
    uint32_t at = 0;
    for (uint32_t c = 1; c < in.width; ++c) {
      const bool wins = x[c] > best || (std::isnan(x[c]) && !std::isnan(best));
      best = wins ? x[c] : best;
      at = wins ? c : at;
    }
    *index = at;
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

}  // namespace

KernelResult MakeRow(const KernelContext& context) { return KernelOf<RowKernel>(context); }

}  // namespace scoreway
