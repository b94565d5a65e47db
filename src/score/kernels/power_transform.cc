#include <cmath>
#include <limits>

#include "score/kernels/kernels.h"
#include "score/kernels/map_cells.h"
#include "score/kernels/operator_kernel.h"

namespace scoreway {
namespace {

constexpr double kEpsilon = std::numeric_limits<double>::epsilon();

// ((1 + size)^lambda - 1) / lambda for size >= 0 and lambda != 0, by expm1 and log1p, which keep the digits of small
// sizes, or by pow, as older releases of scikit-learn do, which loses them.
double Grow(double size, double lambda, bool by_pow) {
  if (by_pow) return (std::pow(size + 1, lambda) - 1) / lambda;
  return std::expm1(lambda * std::log1p(size)) / lambda;
}

double YeoJohnson(double x, double lambda, bool by_pow) {
  if (std::isnan(x)) return x;
  if (x >= 0) return std::fabs(lambda) < kEpsilon ? std::log1p(x) : Grow(x, lambda, by_pow);
  return std::fabs(lambda - 2) > kEpsilon ? -Grow(-x, 2 - lambda, by_pow) : -std::log1p(-x);
}

// As scipy.special.boxcox: near lambda = 0 the power is 1 and only the logarithm has digits.
double BoxCox(double x, double lambda) {
  if (std::fabs(lambda) < 1e-19) return std::log(x);
  const double exponent = lambda * std::log(x);
  if (exponent < 709.78) return std::expm1(exponent) / lambda;
  return std::copysign(1.0, lambda) * std::exp(exponent - std::log(std::fabs(lambda))) - 1 / lambda;
}

class PowerTransformKernel final : public OperatorKernel<op::PowerTransform> {
 public:
  using OperatorKernel::OperatorKernel;

  Status Run(const Tile& tile) const override {
    using enum op::PowerTransform::Method;
    const double* lambdas = op_.lambdas.data();
    if (op_.method == kBoxCox) {
      MapCells(Input(tile), Output(tile), tile.rows,
               [lambdas](uint32_t c) { return [lambda = lambdas[c]](double x) { return BoxCox(x, lambda); }; });
    } else {
      const bool by_pow = op_.method == kYeoJohnsonByPow;
      MapCells(Input(tile), Output(tile), tile.rows, [lambdas, by_pow](uint32_t c) {
        return [lambda = lambdas[c], by_pow](double x) { return YeoJohnson(x, lambda, by_pow); };
      });
    }
    return {};
  }
};

}  // namespace

KernelResult MakePowerTransform(const KernelContext& context) { return KernelOf<PowerTransformKernel>(context); }

}  // namespace scoreway
