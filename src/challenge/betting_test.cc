#include "challenge/betting_test.h"

#include <algorithm>
#include <cmath>

namespace scoreway {
namespace {

// Where nothing was seen: a mean of 0 and a variance of 1/4, as if of one number.
constexpr double kPriorVariance = 0.25;
constexpr double kStakeShare = 0.5;  // of the stake that could lose all

}  // namespace

void BettingTest::Add(double number) {
  const double seen = state_.weight + 1;
  const double mean = state_.sum / seen;
  const double variance = std::max((kPriorVariance + state_.sum_of_squares) / seen - mean * mean, 0.0);
  const double lead = mean - margin_;
  const double stake_max = kStakeShare / (1 + margin_);
  const double stake = lead <= 0 ? 0 : std::min(lead / (variance + lead * lead), stake_max);
  state_.log_capital += std::log1p(stake * (number - margin_));
  ++state_.count;
  const double kept = seen > memory_ ? 1 - 1 / memory_ : 1;
  state_.weight = state_.weight * kept + 1;
  state_.sum = state_.sum * kept + number;
  state_.sum_of_squares = state_.sum_of_squares * kept + number * number;
}

bool BettingTest::IsShown(double alpha) const { return state_.log_capital >= -std::log(alpha); }

}  // namespace scoreway
