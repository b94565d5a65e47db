#include <algorithm>
#include <cmath>

#include "score/cells_kernel.h"
#include "score/kernels/kernels.h"
#include "score/kernels/operator_kernel.h"

namespace scoreway {
namespace {

// Row by row: the present cells are gathered in scratch, then reduced.
class AggregateRowKernel : public OperatorKernel<op::AggregateRow> {
 public:
  explicit AggregateRowKernel(const KernelContext& context)
      : OperatorKernel(context), width_(context.input_shape().width) {}

  Status Run(const Tile& tile) const override {
    const Block& in = Input(tile);
    double* out = Output(tile).numbers;
    double* cells = reinterpret_cast<double*>(tile.scratch);
    for (size_t r = 0; r < tile.rows; ++r) {
      size_t present = 0;
      for (uint32_t c = 0; c < in.width; ++c) {
        cells[present] = in.number_column(c)[r];
        present += !std::isnan(cells[present]);
      }
      if (op_.function == op::RowAggregate::kCount) {
        out[r] = static_cast<double>(present);
      } else {
        const bool missing = present == 0 || (present < in.width && !op_.skip_missing);
        out[r] = missing ? op::kNaN : Reduce(cells, present);
      }
    }
    return {};
  }

  // A cell more, as a missing one is written before it is dropped.
  size_t ScratchBytes(size_t) const override { return (width_ + 1) * sizeof(double); }

 protected:
  const uint32_t width_;

 private:
  double Reduce(double* cells, size_t count) const {
    using enum op::RowAggregate;
    double* const end = cells + count;
    switch (op_.function) {
      case kSum: return Sum(cells, count);
      case kMean: return Sum(cells, count) / static_cast<double>(count);
      case kProduct: return Product(cells, count);
      case kMin: return *std::min_element(cells, end);
      case kMax: return *std::max_element(cells, end);
      case kMedian: return Median(cells, count);
      case kCount: break;
    }
    return static_cast<double>(count);
  }

  static double Sum(const double* cells, size_t count) {
    double sum = 0;
    for (size_t i = 0; i < count; ++i) sum += cells[i];
    return sum;
  }
  static double Product(const double* cells, size_t count) {
    double product = 1;
    for (size_t i = 0; i < count; ++i) product *= cells[i];
    return product;
  }
  static double Median(double* cells, size_t count) {
    std::sort(cells, cells + count);
    const size_t middle = count / 2;
    return count % 2 == 1 ? cells[middle] : (cells[middle - 1] + cells[middle]) / 2;
  }
};

// What is reduced cell by cell: of one row where the cells are.
class RunningAggregateKernel final : public AggregateRowKernel, public CellsKernel {
 public:
  using AggregateRowKernel::AggregateRowKernel;

  static bool Suits(op::RowAggregate function) {
    using enum op::RowAggregate;
    return function == kSum || function == kMean || function == kMin || function == kMax;
  }

  void RunCells(const double* in, double* out) const override {
    using enum op::RowAggregate;
    switch (op_.function) {
      case kMin: *out = Best(in, [](double x, double best) { return x < best; }); break;
      case kMax: *out = Best(in, [](double x, double best) { return best < x; }); break;
      default: *out = Sum(in);
    }
  }

 private:
  bool IsMissing(uint32_t present) const { return present == 0 || (present < width_ && !op_.skip_missing); }

  double Sum(const double* cells) const {
    double sum = 0;
    uint32_t present = 0;
    for (uint32_t c = 0; c < width_; ++c) {
      if (std::isnan(cells[c])) continue;
      sum += cells[c];
      ++present;
    }
    if (IsMissing(present)) return op::kNaN;
    return op_.function == op::RowAggregate::kSum ? sum : sum / static_cast<double>(present);
  }

  template <typename Better>
  double Best(const double* cells, Better better) const {
    double best = op::kNaN;
    uint32_t present = 0;
    for (uint32_t c = 0; c < width_; ++c) {
      const double x = cells[c];
      if (std::isnan(x)) continue;
      best = present++ == 0 || better(x, best) ? x : best;
    }
    return IsMissing(present) ? op::kNaN : best;
  }
};

}  // namespace

KernelResult MakeAggregateRow(const KernelContext& context) {
  if (RunningAggregateKernel::Suits(std::get<op::AggregateRow>(context.op.params).function)) {
    return KernelOf<RunningAggregateKernel>(context);
  }
  return KernelOf<AggregateRowKernel>(context);
}

}  // namespace scoreway
