#include <algorithm>

#include "score/kernels/kernels.h"
#include "score/kernels/operator_kernel.h"

namespace scoreway {
namespace {

class PolynomialKernel final : public OperatorKernel<op::Polynomial> {
 public:
  using OperatorKernel::OperatorKernel;

  Status Run(const Tile& tile) const override {
    const Block& in = Input(tile);
    const Block& out = Output(tile);
    if (tile.rows == 1) return RunRow(in.numbers, out.numbers);
    uint32_t begin = 0;
    for (uint32_t i = 0; i < out.width; ++i) {
      double* __restrict y = out.number_column(i);
      if (begin == op_.ends[i]) std::fill_n(y, tile.rows, 1.0);
      for (uint32_t k = begin; k < op_.ends[i]; ++k) {
        const double* __restrict x = in.number_column(op_.factors[k]);
        if (k == begin) {
          std::copy_n(x, tile.rows, y);
        } else {
          for (size_t r = 0; r < tile.rows; ++r) y[r] *= x[r];
        }
      }
      begin = op_.ends[i];
    }
    return {};
  }

 private:
  Status RunRow(const double* x, double* y) const {
    uint32_t k = 0;
    for (size_t i = 0; i < op_.ends.size(); ++i) {
      double product = 1;
      for (; k < op_.ends[i]; ++k) product *= x[op_.factors[k]];
      y[i] = product;
    }
    return {};
  }
};

}  // namespace

KernelResult MakePolynomial(const KernelContext& context) { return KernelOf<PolynomialKernel>(context); }

}  // namespace scoreway
