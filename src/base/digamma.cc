#include "base/digamma.h"

#include <cmath>
#include <limits>

namespace scoreway {
namespace {

constexpr double kEulerGamma = 0.577215664901532860606512090082402431;

}  // namespace

double DigammaOfCommonsMath(double x) {
  if (!(x > 0)) return std::numeric_limits<double>::quiet_NaN();
  if (x <= 1e-5) return -kEulerGamma - 1 / x;
  double less = 0;
  for (; x < 49; x += 1) less += 1 / x;
  const double inverse = 1 / (x * x);
  return std::log(x) - 0.5 / x - inverse * (1.0 / 12 + inverse * (1.0 / 120 - inverse / 252)) - less;
}

double DigammaOfScikitLearn(double x) {
  if (x <= 1e-6) return -kEulerGamma - 1 / x;
  double sum = 0;
  for (; x < 6; x += 1) sum -= 1 / x;
  double r = 1 / x;
  sum += std::log(x) - 0.5 * r;
  r *= r;
  return sum - r * (1.0 / 12 - r * (1.0 / 120 - r * (1.0 / 252)));
}

}  // namespace scoreway
