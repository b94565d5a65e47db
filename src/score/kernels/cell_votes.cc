#include <algorithm>
#include <cmath>

#include "score/kernels/kernels.h"
#include "score/kernels/operator_kernel.h"

namespace scoreway {
namespace {

class CellVotesKernel final : public OperatorKernel<op::CellVotes> {
 public:
  using OperatorKernel::OperatorKernel;

  Status Run(const Tile& tile) const override {
    const Block& codes = Input(tile, 0);
    const Block& weights = Input(tile, 1);
    const Block& out = Output(tile);
    for (uint32_t k = 0; k < out.width; ++k) std::fill_n(out.number_column(k), tile.rows, 0.0);
    for (uint32_t c = 0; c < codes.width; ++c) {
      const double* code = codes.number_column(c);
      const double* weight = weights.number_column(c);
      for (size_t r = 0; r < tile.rows; ++r) {
        if (code[r] >= 0 && code[r] < out.width) out.number_column(static_cast<uint32_t>(code[r]))[r] += weight[r];
      }
    }
    return {};
  }
};

class DistanceWeightsKernel final : public OperatorKernel<op::DistanceWeights> {
 public:
  using OperatorKernel::OperatorKernel;

  Status Run(const Tile& tile) const override {
    const Block& in = Input(tile);
    const Block& out = Output(tile);
    for (size_t r = 0; r < tile.rows; ++r) {
      bool touches = false;
      for (uint32_t c = 0; c < in.width; ++c) touches = touches || in.number_column(c)[r] == 0;
      for (uint32_t c = 0; c < in.width; ++c) out.number_column(c)[r] = Weight(in.number_column(c)[r], touches);
    }
    return {};
  }

 private:
  double Weight(double distance, bool touches) const {
    if (std::isnan(distance)) return 0;
    if (!op_.inverse) return 1;
    if (touches) return distance == 0 ? 1 : 0;
    return 1 / distance;
  }
};

}  // namespace

KernelResult MakeCellVotes(const KernelContext& context) { return KernelOf<CellVotesKernel>(context); }

KernelResult MakeDistanceWeights(const KernelContext& context) { return KernelOf<DistanceWeightsKernel>(context); }

}  // namespace scoreway
