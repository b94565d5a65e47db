// PointMetricFunction: the distance between a row and a point, both as numbers side by side.
#pragma once

#include <cstdint>
#include <vector>

#include "model/operators/points.h"

namespace scoreway {

class PointMetricFunction {
 public:
  // `settings` outlive it.
  PointMetricFunction(op::PointMetric metric, const std::vector<double>& settings)
      : metric_(metric), settings_(settings) {}

  double Distance(const double* x, const double* y, uint32_t width) const { return Finish(Reduced(x, y, width)); }

  // Rises with the distance, and is cheaper: the square of the Euclidean one. NaN in a cell makes it NaN, but for
  // kNanEuclidean.
  double Reduced(const double* x, const double* y, uint32_t width) const;
  double Finish(double reduced) const;
  // The reduced form of a distance.
  double Reduce(double distance) const;

 private:
  op::PointMetric metric_;
  const std::vector<double>& settings_;
};

}  // namespace scoreway
