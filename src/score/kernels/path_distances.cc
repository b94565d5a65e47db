#include <algorithm>
#include <cmath>

#include "score/kernels/cell_error.h"
#include "score/kernels/kernels.h"
#include "score/kernels/operator_kernel.h"

namespace scoreway {
namespace {

class PathDistancesKernel final : public OperatorKernel<op::PathDistances> {
 public:
  using OperatorKernel::OperatorKernel;

  Status Run(const Tile& tile) const override {
    const Block& indices = Input(tile, 0);
    const Block& distances = Input(tile, 1);
    const Block& out = Output(tile);
    double* shortest = reinterpret_cast<double*>(tile.scratch);
    for (size_t r = 0; r < tile.rows; ++r) {
      std::fill_n(shortest, op_.points, op::kInfinity);
      bool found = false;
      for (uint32_t i = 0; i < indices.width; ++i) {
        const double index = indices.number_column(i)[r], distance = distances.number_column(i)[r];
        if (std::isnan(distance) || !(index >= 0 && index < op_.points)) continue;
        found = true;
        const double* paths = op_.paths.data() + static_cast<size_t>(index) * op_.points;
        for (uint32_t k = 0; k < op_.points; ++k) shortest[k] = std::min(shortest[k], distance + paths[k]);
      }
      if (!found) return CellError(tile, r, {}, 0, "no point of training is near");
      for (uint32_t k = 0; k < op_.points; ++k) out.number_column(k)[r] = shortest[k];
    }
    return {};
  }

  size_t ScratchBytes(size_t) const override { return op_.points * sizeof(double); }
};

}  // namespace

KernelResult MakePathDistances(const KernelContext& context) { return KernelOf<PathDistancesKernel>(context); }

}  // namespace scoreway
