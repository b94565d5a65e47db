// The quantile function of the standard normal distribution.
#pragma once

namespace scoreway {

// x with P(X <= x) = p; -inf at 0, +inf at 1, NaN outside [0, 1]. Relative error about 1e-16 (Wichura 1988).
double NormalQuantile(double p);

}  // namespace scoreway
