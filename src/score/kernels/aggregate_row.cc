#include <algorithm>
#include <cmath>

#include "score/kernels/kernels.h"
#include "score/kernels/operator_kernel.h"

namespace scoreway {
namespace {

// Row by row: the present cells are gathered in scratch, then reduced.
class AggregateRowKernel final : public OperatorKernel<op::AggregateRow> {
 public:
  using OperatorKernel::OperatorKernel;

  Status Run(const Tile& tile) const override {
    const Block& in = Input(tile);
    double* out = Output(tile).numbers;
    double* cells = reinterpret_cast<double*>(tile.scratch);
    if (tile.rows == 1 && op_.function == op::RowAggregate::kMax) {
      *out = MaxOfOne(in);
      return {};
    }
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

  explicit AggregateRowKernel(const KernelContext& context)
      : OperatorKernel(context), width_(context.input_shape().width) {}

 private:
  double MaxOfOne(const Block& in) const {
    double max = op::kNaN;
    uint32_t present = 0;
    for (uint32_t c = 0; c < in.width; ++c) {
      const double x = in.numbers[c];
      if (std::isnan(x)) continue;
      max = present++ == 0 || max < x ? x : max;
    }
    return present < in.width && !op_.skip_missing ? op::kNaN : max;
  }

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

  size_t width_;
};

}  // namespace

KernelResult MakeAggregateRow(const KernelContext& context) { return KernelOf<AggregateRowKernel>(context); }

}  // namespace scoreway
