#include <cmath>

#include "score/kernels/kernels.h"
#include "score/kernels/operator_kernel.h"

namespace scoreway {
namespace {

class FlagSimilaritiesKernel final : public OperatorKernel<op::FlagSimilarities> {
 public:
  using OperatorKernel::OperatorKernel;

  Status Run(const Tile& tile) const override {
    const Block& in = Input(tile);
    const Block& out = Output(tile);
    for (uint32_t k = 0; k < out.width; ++k) {
      const uint8_t* point = op_.points.data() + size_t{k} * in.width;
      for (size_t r = 0; r < tile.rows; ++r) out.number_column(k)[r] = Similarity(in, r, point);
    }
    return {};
  }

 private:
  double Similarity(const Block& in, size_t row, const uint8_t* point) const {
    double counts[4] = {};  // 11, 10, 01, 00
    for (uint32_t c = 0; c < in.width; ++c) {
      const double flag = in.number_column(c)[row];
      if (flag != 0 && flag != 1) return op::kNaN;
      counts[(flag == 1 ? 0 : 2) + (point[c] == 1 ? 0 : 1)] += 1;
    }
    double numerator = 0, denominator = 0;
    for (size_t i = 0; i < 4; ++i) {
      numerator += op_.numerator[i] * counts[i];
      denominator += op_.denominator[i] * counts[i];
    }
    return denominator == 0 ? op::kNaN : numerator / denominator;
  }
};

}  // namespace

KernelResult MakeFlagSimilarities(const KernelContext& context) { return KernelOf<FlagSimilaritiesKernel>(context); }

}  // namespace scoreway
