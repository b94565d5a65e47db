#include <algorithm>

#include "score/kernels/kernels.h"
#include "score/kernels/operator_kernel.h"

namespace scoreway {
namespace {

class ConstantKernel final : public OperatorKernel<op::Constant> {
 public:
  using OperatorKernel::OperatorKernel;

  Status Run(const Tile& tile) const override {
    const Block& out = Output(tile);
    for (uint32_t c = 0; c < out.width; ++c) std::fill_n(out.number_column(c), tile.rows, op_.values[c]);
    return {};
  }
};

}  // namespace

KernelResult MakeConstant(const KernelContext& context) { return KernelOf<ConstantKernel>(context); }

}  // namespace scoreway
