// The sum of numbers as numpy makes it, rounding by rounding, where a threshold on the numbers hangs on it.
#pragma once

#include <span>

namespace scoreway::sklearn {

// Few numbers one after the other, more in eight sums beside each other, many as the sums of two halves.
template <typename Number>
Number PairwiseSum(std::span<const Number> values) {
  constexpr size_t kLanes = 8, kBlock = 128;
  Number sum = 0;
  if (values.size() > kBlock) {
    const size_t half = values.size() / 2 / kLanes * kLanes;
    return PairwiseSum(values.first(half)) + PairwiseSum(values.subspan(half));
  }
  size_t i = 0;
  if (values.size() >= kLanes) {
    Number lanes[kLanes] = {};
    for (; i + kLanes <= values.size(); i += kLanes) {
      for (size_t k = 0; k < kLanes; ++k) lanes[k] += values[i + k];
    }
    sum = ((lanes[0] + lanes[1]) + (lanes[2] + lanes[3])) + ((lanes[4] + lanes[5]) + (lanes[6] + lanes[7]));
  }
  for (; i < values.size(); ++i) sum += values[i];
  return sum;
}

}  // namespace scoreway::sklearn
