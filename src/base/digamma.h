// The digamma function, the derivative of the logarithm of the gamma function.
#pragma once

namespace scoreway {

// For x > 0, else NaN, as Apache Commons Math 3 computes it: beyond 49 by a series in which the term of x^-4 has the
// wrong sign, so that it is off by up to 3e-9. Models that were fitted and asked with it need the same numbers.
double DigammaOfCommonsMath(double x);

// For x > 0, as scikit-learn's LatentDirichletAllocation computes it: by J. Bernardo's series (Algorithm AS 103, 1976)
// beyond 6, some ten digits.
double DigammaOfScikitLearn(double x);

}  // namespace scoreway
