#include <algorithm>
#include <cmath>

#include "score/kernels/kernels.h"
#include "score/kernels/operator_kernel.h"

namespace scoreway {
namespace {

class DistancesKernel final : public OperatorKernel<op::Distances> {
 public:
  using OperatorKernel::OperatorKernel;

  Status Run(const Tile& tile) const override {
    const Block& in = Input(tile);
    const Block& out = Output(tile);
    const bool manhattan = op_.metric == op::Distances::Metric::kManhattan;
    for (uint32_t k = 0; k < out.width; ++k) {
      const double* point = op_.points.data() + size_t{k} * in.width;
      double* __restrict sums = out.number_column(k);
      std::fill_n(sums, tile.rows, 0.0);
      for (uint32_t c = 0; c < in.width; ++c) {
        const double* __restrict x = in.number_column(c);
        if (manhattan) {
          for (size_t r = 0; r < tile.rows; ++r) sums[r] += std::fabs(x[r] - point[c]);
        } else {
          for (size_t r = 0; r < tile.rows; ++r) sums[r] += (x[r] - point[c]) * (x[r] - point[c]);
        }
      }
      if (op_.metric == op::Distances::Metric::kEuclidean) {
        for (size_t r = 0; r < tile.rows; ++r) sums[r] = std::sqrt(sums[r]);
      }
    }
    return {};
  }
};

}  // namespace

KernelResult MakeDistances(const KernelContext& context) { return KernelOf<DistancesKernel>(context); }

}  // namespace scoreway
