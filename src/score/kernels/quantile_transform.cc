#include <cmath>
#include <limits>

#include "score/kernels/kernels.h"
#include "score/kernels/map_cells.h"
#include "score/kernels/normal_quantile.h"
#include "score/kernels/operator_kernel.h"
#include "score/kernels/piecewise_linear.h"

namespace scoreway {
namespace {

// scikit-learn: cells so near to the ends count as the ends, and normal variates stop at the quantile of this
// probability instead of infinity.
constexpr double kBoundsThreshold = 1e-7;

class QuantileTransformKernel final : public OperatorKernel<op::QuantileTransform> {
 public:
  explicit QuantileTransformKernel(const KernelContext& context) : OperatorKernel(context) {
    const double least = kBoundsThreshold - std::numeric_limits<double>::epsilon();
    low_ = NormalQuantile(least);
    high_ = NormalQuantile(1 - least);
  }

  Status Run(const Tile& tile) const override {
    MapCells(Input(tile), Output(tile), tile.rows, [this](uint32_t c) {
      const double* quantiles = op_.quantiles.data() + c * op_.references.size();
      return [this, quantiles](double x) {
        if (std::isnan(x)) return x;
        return op_.to_normal ? ToNormal(x, quantiles) : ToUniform(x, quantiles);
      };
    });
    return {};
  }

 private:
  // The mean of both directions: among repeated quantiles one finds the greatest reference, the other the least.
  double Position(double x, const double* quantiles) const {
    const double* references = op_.references.data();
    const size_t count = op_.references.size();
    return 0.5 * (InterpolateFromLeft(x, quantiles, references, count) +
                  InterpolateFromRight(x, quantiles, references, count));
  }

  double ToUniform(double x, const double* quantiles) const {
    if (x == quantiles[0]) return 0;
    if (x == quantiles[op_.references.size() - 1]) return 1;
    return Position(x, quantiles);
  }

  double ToNormal(double x, const double* quantiles) const {
    if (x - kBoundsThreshold < quantiles[0]) return low_;
    if (x + kBoundsThreshold > quantiles[op_.references.size() - 1]) return high_;
    const double variate = NormalQuantile(Position(x, quantiles));
    return variate < low_ ? low_ : variate > high_ ? high_ : variate;
  }

  double low_, high_;
};

}  // namespace

KernelResult MakeQuantileTransform(const KernelContext& context) { return KernelOf<QuantileTransformKernel>(context); }

}  // namespace scoreway
