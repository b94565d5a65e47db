#include <algorithm>

#include "score/kernels/kernels.h"
#include "score/kernels/operator_kernel.h"

namespace scoreway {
namespace {

class OneHotKernel final : public OperatorKernel<op::OneHot> {
 public:
  using OperatorKernel::OperatorKernel;

  Status Run(const Tile& tile) const override {
    const Block& in = Input(tile);
    const Block& out = Output(tile);
    if (tile.rows == 1) {
      std::fill_n(out.numbers, out.width, 0.0);
    } else {
      for (uint32_t k = 0; k < out.width; ++k) std::fill_n(out.number_column(k), tile.rows, 0.0);
    }
    uint32_t first = 0;
    for (uint32_t c = 0; c < in.width; ++c) {
      const std::vector<int32_t>& slots = op_.slots[c];
      const double* codes = in.number_column(c);
      for (size_t r = 0; r < tile.rows; ++r) {
        if (!(codes[r] >= 0 && codes[r] < static_cast<double>(slots.size()))) continue;
        const int32_t slot = slots[static_cast<size_t>(codes[r])];
        if (slot >= 0) out.number_column(first + static_cast<uint32_t>(slot))[r] = 1;
      }
      first += op_.widths[c];
    }
    return {};
  }
};

}  // namespace

KernelResult MakeOneHot(const KernelContext& context) { return KernelOf<OneHotKernel>(context); }

}  // namespace scoreway
