// scipy's BSpline, as it lies in a pickle.
#pragma once

#include "importers/sklearn/object.h"

namespace scoreway::sklearn {

struct Spline {
  std::vector<double> knots;
  Matrix coefficients;
  int64_t degree = 0;
  Object extrapolate;
};
Result<Spline> ReadSpline(const Object& spline);

}  // namespace scoreway::sklearn
