#include "score/kernels/kernels.h"
#include "score/kernels/map_cells.h"
#include "score/kernels/operator_kernel.h"
#include "score/kernels/piecewise_linear.h"

namespace scoreway {
namespace {

class InterpolateKernel final : public OperatorKernel<op::Interpolate> {
 public:
  using OperatorKernel::OperatorKernel;

  Status Run(const Tile& tile) const override {
    MapCells(Input(tile), Output(tile), tile.rows, [this](uint32_t) { return [this](double x) { return At(x); }; });
    return {};
  }

 private:
  double At(double x) const {
    if (op_.nan_outside && !(op_.x.front() <= x && x <= op_.x.back())) return op::kNaN;
    return InterpolateFromLeft(x, op_.x.data(), op_.y.data(), op_.x.size());
  }
};

}  // namespace

KernelResult MakeInterpolate(const KernelContext& context) { return KernelOf<InterpolateKernel>(context); }

}  // namespace scoreway
