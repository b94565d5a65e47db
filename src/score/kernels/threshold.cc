#include <cmath>

#include "score/kernels/kernels.h"
#include "score/kernels/map_cells.h"
#include "score/kernels/operator_kernel.h"

namespace scoreway {
namespace {

class ThresholdKernel final : public OperatorKernel<op::Threshold> {
 public:
  using OperatorKernel::OperatorKernel;

  Status Run(const Tile& tile) const override {
    const double threshold = op_.threshold;
    if (op_.or_equal) {
      MapCells(Input(tile), Output(tile), tile.rows, [threshold](uint32_t) {
        return [threshold](double x) { return std::isnan(x) ? x : x >= threshold ? 1.0 : 0.0; };
      });
    } else {
      MapCells(Input(tile), Output(tile), tile.rows, [threshold](uint32_t) {
        return [threshold](double x) { return std::isnan(x) ? x : x > threshold ? 1.0 : 0.0; };
      });
    }
    return {};
  }
};

}  // namespace

KernelResult MakeThreshold(const KernelContext& context) { return KernelOf<ThresholdKernel>(context); }

}  // namespace scoreway
