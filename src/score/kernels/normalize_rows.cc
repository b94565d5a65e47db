#include <algorithm>
#include <cmath>

#include "score/kernels/kernels.h"
#include "score/kernels/operator_kernel.h"

namespace scoreway {
namespace {

class NormalizeRowsKernel final : public OperatorKernel<op::NormalizeRows> {
 public:
  using OperatorKernel::OperatorKernel;

  Status Run(const Tile& tile) const override {
    const Block& in = Input(tile);
    const Block& out = Output(tile);
    double* __restrict norms = reinterpret_cast<double*>(tile.scratch);
    FillNorms(in, tile.rows, norms);
    for (size_t r = 0; r < tile.rows; ++r) norms[r] = norms[r] == 0 || norms[r] < op_.least_norm ? 1 : norms[r];
    for (uint32_t c = 0; c < in.width; ++c) {
      const double* __restrict x = in.number_column(c);
      double* __restrict y = out.number_column(c);
      for (size_t r = 0; r < tile.rows; ++r) y[r] = x[r] / norms[r];
    }
    return {};
  }

  size_t ScratchBytes(size_t rows) const override { return rows * sizeof(double); }

 private:
  void FillNorms(const Block& in, size_t rows, double* __restrict norms) const {
    using enum op::NormalizeRows::Norm;
    std::fill_n(norms, rows, 0.0);
    for (uint32_t c = 0; c < in.width; ++c) {
      const double* __restrict x = in.number_column(c);
      switch (op_.norm) {
        case kL1:
          for (size_t r = 0; r < rows; ++r) norms[r] += std::fabs(x[r]);
          break;
        case kL2:
          for (size_t r = 0; r < rows; ++r) norms[r] += x[r] * x[r];
          break;
        case kMax:  // written so that NaN, once there, stays
          for (size_t r = 0; r < rows; ++r)
            norms[r] = std::fabs(x[r]) <= norms[r] ? norms[r] : std::fabs(x[r]) + 0 * norms[r];
          break;
      }
    }
    if (op_.norm == kL2) {
      for (size_t r = 0; r < rows; ++r) norms[r] = std::sqrt(norms[r]);
    }
  }
};

}  // namespace

KernelResult MakeNormalizeRows(const KernelContext& context) { return KernelOf<NormalizeRowsKernel>(context); }

}  // namespace scoreway
