// Interval: what a measured number may well be, at 95 % confidence.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>

namespace scoreway {

inline constexpr double kNotKnown = std::numeric_limits<double>::quiet_NaN();
// The 97.5 % point of the normal distribution.
inline constexpr double kNormal975 = 1.959963984540054;

struct Interval {
  double low = kNotKnown, high = kNotKnown;  // NaN: too little is known to say
};

// A number with its interval. NaN: it cannot be said (of no rows, of one class only).
struct Measure {
  double value = kNotKnown;
  Interval interval = {};
};

// Of a share of so many trials, after Wilson, "Probable inference", JASA 22 (1927). Not known of no trials.
inline Interval WilsonInterval(double successes, double trials) {
  if (!(trials > 0)) return {};
  const double z2 = kNormal975 * kNormal975;
  const double share = successes / trials;
  const double center = (share + z2 / (2 * trials)) / (1 + z2 / trials);
  const double half =
      kNormal975 / (1 + z2 / trials) * std::sqrt(share * (1 - share) / trials + z2 / (4 * trials * trials));
  return {std::max(0.0, center - half), std::min(1.0, center + half)};
}

// Of a number with this standard error, by the normal distribution.
inline Measure NormalMeasure(double value, double standard_error) {
  return {value, {value - kNormal975 * standard_error, value + kNormal975 * standard_error}};
}

}  // namespace scoreway
