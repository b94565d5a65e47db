#include "challenge/mean_interval.h"

#include <algorithm>
#include <cmath>

namespace scoreway {
namespace {

constexpr double kWeightMax = 0.75;

double MeanOf(const MeanInterval::State& state) { return (0.5 + state.sum) / (static_cast<double>(state.count) + 1); }

}  // namespace

void MeanInterval::Add(double number) {
  const double x = (number + 1) / 2;
  const double mean_before = MeanOf(state_);
  const double variance_before = (0.25 + state_.squares) / (static_cast<double>(state_.count) + 1);
  const double t = static_cast<double>(state_.count) + 1;
  const double weight =
      std::min(std::sqrt(2 * std::log(2 / alpha_) / (variance_before * t * std::log(1 + t))), kWeightMax);
  const double far = x - mean_before;
  state_.weights += weight;
  state_.weighted_sum += weight * x;
  state_.variance_sum += far * far * (-std::log1p(-weight) - weight);
  ++state_.count;
  state_.sum += x;
  const double far_after = x - MeanOf(state_);
  state_.squares += far_after * far_after;
}

double MeanInterval::low() const { return Bound(-1); }
double MeanInterval::high() const { return Bound(1); }

double MeanInterval::Bound(double sign) const {
  if (state_.weights <= 0) return sign;
  const double radius = (std::log(2 / alpha_) + state_.variance_sum) / state_.weights;
  return 2 * std::clamp(state_.weighted_sum / state_.weights + sign * radius, 0.0, 1.0) - 1;
}

}  // namespace scoreway
