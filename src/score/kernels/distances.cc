#include <algorithm>
#include <cmath>

#include "score/cells_kernel.h"
#include "score/kernels/kernels.h"
#include "score/kernels/operator_kernel.h"
#include "score/kernels/point_sums.h"

namespace scoreway {
namespace {

using Metric = op::Distances::Metric;

// So few rows are measured one by one, many points at once.
constexpr size_t kSingleRowsMax = 4;
class DistancesKernel final : public OperatorKernel<op::Distances>, public CellsKernel {
 public:
  explicit DistancesKernel(const KernelContext& context)
      : OperatorKernel(context),
        width_(context.input_shape().width),
        count_(context.output_shape().width),
        sums_(op_.metric == Metric::kManhattan ? PointTerm::kDifference : PointTerm::kSquare, op_.points, width_) {}

  Status Run(const Tile& tile) const override {
    const Block& in = Input(tile);
    const Block& out = Output(tile);
    if (tile.rows == 1) {
      RunCells(in.numbers, out.numbers);
    } else if (tile.rows <= kSingleRowsMax) {
      for (size_t r = 0; r < tile.rows; ++r) RunRow(in, out, r, reinterpret_cast<double*>(tile.scratch));
    } else {
      for (size_t k = 0; k < count_; ++k) RunPoint(in, out, k, tile.rows);
    }
    return {};
  }

  void RunCells(const double* in, double* out) const override {
    sums_.Run(in, out);
    if (op_.metric != Metric::kEuclidean) return;
    for (size_t k = 0; k < count_; ++k) out[k] = std::sqrt(out[k]);
  }

  size_t ScratchBytes(size_t) const override { return (width_ + count_) * sizeof(double); }

 private:
  void RunRow(const Block& in, const Block& out, size_t r, double* row) const {
    double* sums = row + width_;
    for (uint32_t c = 0; c < width_; ++c) row[c] = in.number_column(c)[r];
    sums_.Run(row, sums);
    const bool root = op_.metric == Metric::kEuclidean;
    for (uint32_t k = 0; k < count_; ++k) out.number_column(k)[r] = root ? std::sqrt(sums[k]) : sums[k];
  }

  void RunPoint(const Block& in, const Block& out, size_t k, size_t rows) const {
    const double* point = op_.points.data() + k * width_;
    double* __restrict sums = out.number_column(static_cast<uint32_t>(k));
    std::fill_n(sums, rows, 0.0);
    for (uint32_t c = 0; c < width_; ++c) {
      const double* __restrict x = in.number_column(c);
      const double y = point[c];
      if (op_.metric == Metric::kManhattan) {
        for (size_t r = 0; r < rows; ++r) sums[r] += std::fabs(x[r] - y);
      } else {
        for (size_t r = 0; r < rows; ++r) sums[r] += (x[r] - y) * (x[r] - y);
      }
    }
    if (op_.metric == Metric::kEuclidean) {
      for (size_t r = 0; r < rows; ++r) sums[r] = std::sqrt(sums[r]);
    }
  }

  size_t width_;
  size_t count_;
  PointSums sums_;
};

}  // namespace

KernelResult MakeDistances(const KernelContext& context) { return KernelOf<DistancesKernel>(context); }

}  // namespace scoreway
