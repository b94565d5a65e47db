#include <algorithm>
#include <cmath>

#include "score/kernels/kernels.h"
#include "score/kernels/operator_kernel.h"

namespace scoreway {
namespace {

class PairVotesKernel final : public OperatorKernel<op::PairVotes> {
 public:
  using OperatorKernel::OperatorKernel;

  Status Run(const Tile& tile) const override {
    const Block& wins = Input(tile, 0);
    const Block& out = Output(tile);
    double* sums = reinterpret_cast<double*>(tile.scratch);
    for (size_t r = 0; r < tile.rows; ++r) {
      for (uint32_t k = 0; k < out.width; ++k) out.number_column(k)[r] = 0;
      std::fill_n(sums, out.width, 0.0);
      uint32_t pair = 0;
      for (uint32_t first = 0; first < out.width; ++first) {
        for (uint32_t second = first + 1; second < out.width; ++second, ++pair) {
          out.number_column(wins.number_column(pair)[r] != 0 ? second : first)[r] += 1;
          if (input_count() == 1) continue;
          const double confidence = Input(tile, 1).number_column(pair)[r];
          sums[first] -= confidence;
          sums[second] += confidence;
        }
      }
      if (input_count() == 1) continue;
      for (uint32_t k = 0; k < out.width; ++k) {
        out.number_column(k)[r] += sums[k] / (3 * (std::fabs(sums[k]) + 1));
      }
    }
    return {};
  }

  size_t ScratchBytes(size_t) const override { return op_.classes * sizeof(double); }
};

}  // namespace

KernelResult MakePairVotes(const KernelContext& context) { return KernelOf<PairVotesKernel>(context); }

}  // namespace scoreway
