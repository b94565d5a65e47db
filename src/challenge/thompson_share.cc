#include "challenge/thompson_share.h"

#include <algorithm>
#include <boost/math/special_functions/beta.hpp>

namespace scoreway {
namespace {

constexpr int kPoints = 400;

}  // namespace

double ThompsonShare(uint64_t rows, double champion_loss_sum, double challenger_loss_sum) {
  const auto n = static_cast<double>(rows);
  const double champion = std::clamp(champion_loss_sum, 0.0, n), challenger = std::clamp(challenger_loss_sum, 0.0, n);
  // Over the quantiles of the champion's success: how likely the challenger's is greater.
  double sum = 0;
  for (int i = 0; i < kPoints; ++i) {
    const double quantile = boost::math::ibeta_inv(1 + n - champion, 1 + champion, (i + 0.5) / kPoints);
    sum += boost::math::ibetac(1 + n - challenger, 1 + challenger, quantile);
  }
  return sum / kPoints;
}

}  // namespace scoreway
