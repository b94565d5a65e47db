// Interval: a range of numbers as the element of that name gives it.
#pragma once

#include "importers/pmml/context.h"
#include "model/operators/constants.h"

namespace scoreway::pmml {

// All x with low <= x <= high: an open margin is the next number within.
struct Interval {
  double low = -op::kInfinity;
  double high = op::kInfinity;
};

Result<Interval> ReadInterval(const Context& context, const Element& interval);

}  // namespace scoreway::pmml
