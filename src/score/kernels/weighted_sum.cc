#include "score/kernels/kernels.h"
#include "score/kernels/operator_kernel.h"

namespace scoreway {
namespace {

class WeightedSumKernel final : public OperatorKernel<op::WeightedSum> {
 public:
  using OperatorKernel::OperatorKernel;

  Status Run(const Tile& tile) const override {
    const Block& out = Output(tile);
    if (tile.rows == 1) {
      SumOne(tile, out);
      return {};
    }
    for (uint32_t c = 0; c < out.width; ++c) {
      double* __restrict sum = out.number_column(c);
      for (size_t i = 0; i < input_count(); ++i) {
        const double* __restrict x = Input(tile, i).number_column(c);
        const double weight = op_.weights.empty() ? 1 : op_.weights[i];
        if (i == 0) {
          for (size_t r = 0; r < tile.rows; ++r) sum[r] = weight * x[r];
        } else {
          for (size_t r = 0; r < tile.rows; ++r) sum[r] += weight * x[r];
        }
      }
      if (op_.divisor != 1) {
        for (size_t r = 0; r < tile.rows; ++r) sum[r] /= op_.divisor;
      }
    }
    return {};
  }

 private:
  void SumOne(const Tile& tile, const Block& out) const {
    const double* weights = op_.weights.empty() ? nullptr : op_.weights.data();
    for (uint32_t c = 0; c < out.width; ++c) {
      double sum = (weights == nullptr ? 1 : weights[0]) * Input(tile, 0).numbers[c];
      for (size_t i = 1; i < input_count(); ++i) {
        sum += (weights == nullptr ? 1 : weights[i]) * Input(tile, i).numbers[c];
      }
      out.numbers[c] = op_.divisor == 1 ? sum : sum / op_.divisor;
    }
  }
};

}  // namespace

KernelResult MakeWeightedSum(const KernelContext& context) { return KernelOf<WeightedSumKernel>(context); }

}  // namespace scoreway
