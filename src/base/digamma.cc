#include "base/digamma.h"

#include <cmath>
#include <limits>

namespace scoreway {

double DigammaOfCommonsMath(double x) {
  constexpr double kEulerGamma = 0.577215664901532860606512090082;
  if (!(x > 0)) return std::numeric_limits<double>::quiet_NaN();
  if (x <= 1e-5) return -kEulerGamma - 1 / x;
  double less = 0;
  for (; x < 49; x += 1) less += 1 / x;
  const double inverse = 1 / (x * x);
  return std::log(x) - 0.5 / x - inverse * (1.0 / 12 + inverse * (1.0 / 120 - inverse / 252)) - less;
}

}  // namespace scoreway
