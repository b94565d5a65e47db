// Metrics as estimators name them, and the points that they kept.
#pragma once

#include "importers/sklearn/lowering.h"

namespace scoreway::sklearn {

struct MetricSettings {
  op::PointMetric metric = op::PointMetric::kEuclidean;
  std::vector<double> settings;
};

// 'euclidean', 'minkowski' and so on, with its arguments, a dict or None. Code of the user's own and distances that
// were computed beforehand are unsupported.
Result<MetricSettings> ReadMetric(Context& context, const Object& estimator, const Object& metric,
                                  const Object& arguments, size_t width);

// The search of an estimator for the `count` nearest of its points (_fit_X, by _fit_method), as op::NearestPoints.
Result<ValueId> AddNearest(Context& context, const Object& estimator, const Table& in, size_t count);

// The distance to each of its points within the radius, NaN to the others.
Result<ValueId> AddWithin(Context& context, const Object& estimator, const Table& in, double radius);

}  // namespace scoreway::sklearn
