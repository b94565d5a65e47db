// ngboost: how far apart the bounds are that a number keeps within.
#pragma once

#include "importers/sklearn2pmml/lowerings.h"

namespace scoreway::sklearn2pmml {

// The probability that a regressor was told to give bounds for, if any.
std::optional<double> WantedConfidence(const Object& estimator);

// The lower and the upper bound, a column each. UNSUPPORTED for a distribution other than the normal one.
Result<ValueId> AddBounds(Context& context, const Object& boosting, const Table& in, double confidence);

}  // namespace scoreway::sklearn2pmml
