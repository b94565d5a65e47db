#include "base/bessel.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace scoreway {
namespace {

// The largest order whose integral is taken, where its peak lies then at most, and where exp(-x) is 0.
constexpr double kOrderMax = 1000, kPeakMax = 760, kZero = 746;

}  // namespace

// The integral of exp(-x cosh t) cosh(order t) over t >= 0. Its terms are positive and fall off twice exponentially, so
// that the trapezoidal rule is exact once the step is a fraction of the width of their peak (Trefethen and Weideman,
// 2014).
double BesselK(double order, double x) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  if (!(x > 0) || std::isnan(order)) return std::numeric_limits<double>::quiet_NaN();
  if (std::fabs(order) > kOrderMax) return kInfinity;
  if (x > kZero) return 0;
  const double bend = std::hypot(order, x);
  const double step = std::min(0.125, 0.6 / std::sqrt(bend));
  const double peak = std::min(std::asinh(std::fabs(order) / x), kPeakMax);
  double sum = 0.5;
  for (int i = 1;; ++i) {
    const double t = i * step;
    const double half_sine = std::sinh(t / 2);
    const double fall = 2 * x * half_sine * half_sine;  // x cosh(t) - x
    const double term = 0.5 * (std::exp(order * t - fall) + std::exp(-order * t - fall));
    sum += term;
    if (t > peak && !(term > sum * 1e-18)) return sum * step * std::exp(-x);
  }
}

// Stirling's series, from where eight terms of it are enough.
double Gamma(double x) {
  constexpr double kEnough = 12;
  if (!(x > 0)) return std::numeric_limits<double>::quiet_NaN();
  double divisor = 1;
  for (; x < kEnough; x += 1) divisor *= x;
  if (x > 171.7) return std::numeric_limits<double>::infinity();
  const double z = 1 / (x * x);
  const double series =
      (1.0 / 12 -
       z * (1.0 / 360 -
            z * (1.0 / 1260 - z * (1.0 / 1680 - z * (1.0 / 1188 - z * (691.0 / 360360 -
                                                                       z * (1.0 / 156 - z * (3617.0 / 122400)))))))) /
      x;
  // The power in two halves, as the whole runs over before its product with exp(-x).
  const double half = std::pow(x, 0.5 * x - 0.25);
  return (half * std::exp(-x)) * half * (std::sqrt(2 * std::numbers::pi) * std::exp(series)) / divisor;
}

}  // namespace scoreway
