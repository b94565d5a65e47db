#include "score/kernels/kernels.h"
#include "score/kernels/operator_kernel.h"
#include "score/kernels/point_metric.h"

namespace scoreway {
namespace {

class PointDistancesKernel final : public OperatorKernel<op::PointDistances> {
 public:
  explicit PointDistancesKernel(const KernelContext& context)
      : OperatorKernel(context), metric_(op_.metric, op_.settings), width_(context.input_shape().width) {}

  Status Run(const Tile& tile) const override {
    const Block& in = Input(tile);
    const Block& out = Output(tile);
    double* row = reinterpret_cast<double*>(tile.scratch);
    for (size_t r = 0; r < tile.rows; ++r) {
      for (uint32_t c = 0; c < width_; ++c) row[c] = in.number_column(c)[r];
      for (uint32_t k = 0; k < out.width; ++k) {
        out.number_column(k)[r] = metric_.Distance(row, op_.points.data() + size_t{k} * width_, width_);
      }
    }
    return {};
  }

  size_t ScratchBytes(size_t) const override { return width_ * sizeof(double); }

 private:
  PointMetricFunction metric_;
  uint32_t width_;
};

}  // namespace

KernelResult MakePointDistances(const KernelContext& context) { return KernelOf<PointDistancesKernel>(context); }

}  // namespace scoreway
