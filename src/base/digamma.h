// The digamma function, the derivative of the logarithm of the gamma function.
#pragma once

namespace scoreway {

// For x > 0, else NaN, as Apache Commons Math 3 computes it: beyond 49 by a series in which the term of x^-4 has the
// wrong sign, so that it is off by up to 3e-9. Models that were fitted and asked with it need the same numbers.
double DigammaOfCommonsMath(double x);

}  // namespace scoreway
