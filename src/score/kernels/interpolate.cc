#include "score/cells_kernel.h"
#include "score/kernels/kernels.h"
#include "score/kernels/map_cells.h"
#include "score/kernels/operator_kernel.h"
#include "score/kernels/piecewise_linear.h"

namespace scoreway {
namespace {

class InterpolateKernel final : public OperatorKernel<op::Interpolate>, public CellsKernel {
 public:
  explicit InterpolateKernel(const KernelContext& context)
      : OperatorKernel(context), width_(context.input_shape().width) {
    for (size_t i = 0; i + 1 < op_.x.size(); ++i) {
      slopes_.push_back(SlopeOf(op_.x[i], op_.y[i], op_.x[i + 1], op_.y[i + 1]));
    }
  }

  void RunCells(const double* in, double* out) const override {
    for (uint32_t c = 0; c < width_; ++c) out[c] = At(in[c]);
  }

  Status Run(const Tile& tile) const override {
    MapCells(Input(tile), Output(tile), tile.rows, [this](uint32_t) { return [this](double x) { return At(x); }; });
    return {};
  }

 private:
  double At(double x) const {
    if (op_.nan_outside && !(op_.x.front() <= x && x <= op_.x.back())) return op::kNaN;
    return InterpolateFromLeft(x, op_.x.data(), op_.y.data(), op_.x.size(), slopes_.data());
  }

  uint32_t width_;
  std::vector<double> slopes_;
};

}  // namespace

KernelResult MakeInterpolate(const KernelContext& context) { return KernelOf<InterpolateKernel>(context); }

}  // namespace scoreway
