#include "drift/distribution_tests.h"

#include <algorithm>
#include <boost/math/special_functions/gamma.hpp>
#include <cmath>
#include <map>
#include <numbers>
#include <numeric>

#include "base/check.h"

namespace scoreway {
namespace {

constexpr uint64_t kExactMax = 10'000;  // of either sample
constexpr double kPi2 = std::numbers::pi * std::numbers::pi;

// A square matrix with a common power of two, as powers of it soon leave the range of a double.
struct ScaledMatrix {
  size_t size = 0;
  std::vector<double> cells;
  int exponent = 0;

  double& at(size_t row, size_t column) { return cells[row * size + column]; }
};

ScaledMatrix Product(const ScaledMatrix& a, const ScaledMatrix& b) {
  ScaledMatrix product{a.size, std::vector<double>(a.size * a.size), a.exponent + b.exponent};
  for (size_t i = 0; i < a.size; ++i) {
    for (size_t k = 0; k < a.size; ++k) {
      const double factor = a.cells[i * a.size + k];
      if (factor == 0) continue;
      for (size_t j = 0; j < a.size; ++j) product.cells[i * a.size + j] += factor * b.cells[k * a.size + j];
    }
  }
  const double largest = *std::max_element(product.cells.begin(), product.cells.end());
  int shift = 0;
  std::frexp(largest, &shift);
  if (std::abs(shift) > 100) {
    for (double& cell : product.cells) cell = std::ldexp(cell, -shift);
    product.exponent += shift;
  }
  return product;
}

ScaledMatrix DurbinMatrix(size_t k, double h) {
  const size_t m = 2 * k - 1;
  ScaledMatrix matrix{m, std::vector<double>(m * m), 0};
  std::vector<double> inverse_factorial(m + 1, 1.0);
  for (size_t i = 1; i <= m; ++i) inverse_factorial[i] = inverse_factorial[i - 1] / static_cast<double>(i);
  for (size_t row = 0; row < m; ++row) {
    for (size_t column = 0; column <= std::min(row + 1, m - 1); ++column) {
      matrix.at(row, column) = inverse_factorial[row + 1 - column];
    }
  }
  for (size_t i = 0; i < m; ++i) {
    const double off = std::pow(h, static_cast<double>(i + 1)) * inverse_factorial[i + 1];
    matrix.at(i, 0) -= off;
    matrix.at(m - 1, m - 1 - i) -= off;
  }
  if (2 * h > 1) matrix.at(m - 1, 0) += std::pow(2 * h - 1, static_cast<double>(m)) * inverse_factorial[m];
  return matrix;
}

// P(D_n < d): an entry of the nth power of the matrix, times n! / n^n.
double DurbinBelow(uint64_t n, double d) {
  const double nd = static_cast<double>(n) * d;
  const auto k = static_cast<size_t>(std::ceil(nd));
  ScaledMatrix base = DurbinMatrix(k, static_cast<double>(k) - nd);
  ScaledMatrix power{base.size, std::vector<double>(base.size * base.size), 0};
  for (size_t i = 0; i < base.size; ++i) power.at(i, i) = 1;
  for (uint64_t left = n; left > 0; left /= 2) {
    if (left % 2 == 1) power = Product(power, base);
    if (left > 1) base = Product(base, base);
  }
  double below = power.at(k - 1, k - 1);
  int exponent = power.exponent;
  for (uint64_t i = 1; i <= n; ++i) {
    below *= static_cast<double>(i) / static_cast<double>(n);
    if (below > 0 && below < 1e-140) {
      below = std::ldexp(below, 400);
      exponent -= 400;
    }
  }
  return std::ldexp(below, exponent);
}

// The expansion of P(D_n^+ >= d) in 1 / sqrt(n): of more than so many within 1e-10.
constexpr uint64_t kSmirnovSumMax = 20'000;
double SmirnovSeries(double n, double d) {
  const double root = std::sqrt(n);
  const double z = root * d;
  const double z2 = z * z;
  return std::exp(-2 * z2) * (1 - 2 * z / (3 * root) + 2 * z2 / (3 * n) * (1 - 2 * z2 / 3) +
                              4 * z / (9 * n * root) * (1.0 / 5 - 19 * z2 / 15 + 2 * z2 * z2 / 3));
}

// P(D_n^+ >= d), Smirnov's sum of positive terms.
double SmirnovAbove(uint64_t n, double d) {
  const auto count = static_cast<double>(n);
  if (n > kSmirnovSumMax) return SmirnovSeries(count, d);
  const double log_factorial = boost::math::lgamma(count + 1);
  double sum = 0;
  const auto last = static_cast<uint64_t>(std::floor(count * (1 - d)));
  for (uint64_t j = 0; j <= last; ++j) {
    const auto i = static_cast<double>(j);
    const double reached = d + i / count;
    const double left = 1 - reached;
    if (left <= 0) continue;
    sum += std::exp(log_factorial - boost::math::lgamma(i + 1) - boost::math::lgamma(count - i + 1) +
                    (i - 1) * std::log(reached) + (count - i) * std::log(left));
  }
  return d * sum;
}

// P(D_n < d) as a series in 1 / sqrt(n), each term a theta function in the form that suits small z.
double PelzGoodBelow(uint64_t n, double d) {
  const double root = std::sqrt(static_cast<double>(n));
  const double z = root * d;
  const double z2 = z * z, z4 = z2 * z2, z6 = z4 * z2, z8 = z4 * z4;
  const double pi4 = kPi2 * kPi2, pi6 = pi4 * kPi2;
  double k0 = 0, k1 = 0, k2 = 0, k3 = 0, k2_whole = 0, k3_whole = 0;
  const int terms = static_cast<int>(std::ceil(16 * z / std::numbers::pi)) + 1;
  for (int k = terms; k >= 0; --k) {
    const double m2 = (k + 0.5) * (k + 0.5);
    const double m4 = m2 * m2;
    const double weight = std::exp(-kPi2 * m2 / (2 * z2));
    k0 += weight;
    k1 += (kPi2 * m2 - z2) * weight;
    k2 += (6 * z6 + 2 * z4 + kPi2 * (2 * z4 - 5 * z2) * m2 + pi4 * (1 - 2 * z2) * m4) * weight;
    k3 += (-30 * z6 - 90 * z8 + kPi2 * (135 * z4 - 96 * z6) * m2 + pi4 * (212 * z4 - 60 * z2) * m4 +
           pi6 * m4 * m2 * (5 - 30 * z2)) *
          weight;
    if (k == 0) break;
    const double whole2 = static_cast<double>(k) * k;
    const double whole_weight = std::exp(-kPi2 * whole2 / (2 * z2));
    k2_whole += kPi2 * whole2 * whole_weight;
    k3_whole += (3 * kPi2 * whole2 * z2 - pi4 * whole2 * whole2) * whole_weight;
  }
  const double c = std::sqrt(2 * std::numbers::pi);
  const double half_c = std::sqrt(std::numbers::pi / 2);
  const double first = c / z * k0;
  // Both signs of m are in the sums of the odd halves, so that they count twice.
  const double second = half_c / (3 * z4) * k1;
  const double third = half_c / (36 * z4 * z2 * z) * k2 - half_c / (18 * z2 * z) * k2_whole;
  const double fourth = half_c / (3240 * z8 * z2) * k3 + half_c / (108 * z6) * k3_whole;
  return first + second / root + third / (root * root) + fourth / (root * root * root);
}

double Clipped(double p) { return std::clamp(p, 0.0, 1.0); }

std::vector<double> WithoutZeros(std::span<const double> shares) {
  double smallest = 1;
  for (const double share : shares) {
    if (share > 0) smallest = std::min(smallest, share);
  }
  const double zero = smallest <= 0.0001 ? smallest / 1e6 : 0.0001;
  std::vector<double> filled(shares.begin(), shares.end());
  std::replace(filled.begin(), filled.end(), 0.0, zero);
  return filled;
}

double RelativeEntropy(double p, double q) { return p > 0 ? p * std::log(p / q) : 0; }

}  // namespace

double KolmogorovSmirnovExactP(uint64_t n1, uint64_t n2, double d) {
  const uint64_t divisor = std::gcd(n1, n2);
  const double step1 = static_cast<double>(n2 / divisor), step2 = static_cast<double>(n1 / divisor);
  const double bound = std::round(d * step1 * static_cast<double>(n1));
  if (bound == 0) return 1;
  // share[j]: of the paths from the origin to (i, j) the share that has reached the bound.
  std::vector<double> share(n2 + 1, 1.0);
  for (uint64_t i = 0; i <= n1; ++i) {
    // Where |i * step1 - j * step2| < bound.
    const double at = static_cast<double>(i) * step1;
    const double low = std::floor((at - bound) / step2) + 1;
    const double high = std::ceil((at + bound) / step2) - 1;
    const auto begin = static_cast<uint64_t>(std::max(low, 0.0));
    const auto end = static_cast<uint64_t>(std::min(high, static_cast<double>(n2)));
    double before = 1;  // of (i, begin - 1), which is outside
    for (uint64_t j = begin; j <= end; ++j) {
      const auto x = static_cast<double>(i), y = static_cast<double>(j);
      const double from_left = i == 0 ? 0 : share[j];
      const double from_below = j == 0 ? 0 : before;
      before = i + j == 0 ? 0 : (x * from_left + y * from_below) / (x + y);
      share[j] = before;
    }
  }
  return Clipped(share[n2]);
}

double KolmogorovSurvival(uint64_t n, double d) {
  if (n == 0 || d <= 0) return 1;
  if (d >= 1) return 0;
  const auto count = static_cast<double>(n);
  const double t = count * d;
  if (t <= 0.5) return 1;
  if (t <= 1) return Clipped(1 - std::exp(boost::math::lgamma(count + 1) + count * std::log((2 * t - 1) / count)));
  if (t >= count - 1) return 2 * std::pow(1 - d, count);
  const double squared = t * d;
  if (squared >= 370) return 0;
  if (d >= 0.5 || squared > (n <= 140 ? 4 : 2.2)) return Clipped(2 * SmirnovAbove(n, d));
  if (n <= 140 || (n <= 100'000 && count * std::pow(d, 1.5) <= 1.4)) return Clipped(1 - DurbinBelow(n, d));
  return Clipped(1 - PelzGoodBelow(n, d));
}

double KolmogorovSmirnovP(uint64_t n1, uint64_t n2, double d, bool may_be_exact) {
  if (n1 == 0 || n2 == 0) return 1;
  if (may_be_exact && std::max(n1, n2) <= kExactMax) return KolmogorovSmirnovExactP(n1, n2, d);
  const double size1 = static_cast<double>(n1), size2 = static_cast<double>(n2);
  return KolmogorovSurvival(static_cast<uint64_t>(std::nearbyint(size1 * size2 / (size1 + size2))), d);
}

ChiSquare ChiSquareOfTwo(std::span<const double> reference, std::span<const double> current) {
  SCOREWAY_CHECK(reference.size() == current.size());
  const double reference_sum = std::accumulate(reference.begin(), reference.end(), 0.0);
  const double current_sum = std::accumulate(current.begin(), current.end(), 0.0);
  if (reference_sum == 0 || current_sum == 0) return {};
  const double all = reference_sum + current_sum;
  ChiSquare result;
  double categories = 0;
  for (size_t i = 0; i < reference.size(); ++i) {
    const double sum = reference[i] + current[i];
    if (sum == 0) continue;
    categories += 1;
    const double reference_expected = sum * reference_sum / all, current_expected = sum * current_sum / all;
    result.statistic += (reference[i] - reference_expected) * (reference[i] - reference_expected) / reference_expected +
                        (current[i] - current_expected) * (current[i] - current_expected) / current_expected;
  }
  if (categories < 2) return {};
  result.p = boost::math::gamma_q((categories - 1) / 2, result.statistic / 2);
  return result;
}

double BeyondRangeP(uint64_t reference, uint64_t current, uint64_t beyond) {
  if (beyond == 0 || reference < 2) return 1;
  if (beyond > current) return 0;
  const auto old = static_cast<double>(reference), all = static_cast<double>(current);
  const auto log_choose = [](double n, double k) {
    return boost::math::lgamma(n + 1) - boost::math::lgamma(k + 1) - boost::math::lgamma(n - k + 1);
  };
  // k + 1 ways to share k numbers among the two gaps, and the others among the old - 1 gaps within.
  auto k = static_cast<double>(beyond);
  double chance = std::exp(std::log(k + 1) + log_choose(all - k + old - 2, old - 2) - log_choose(all + old, old));
  double sum = 0;
  for (; k <= all; k += 1) {
    sum += chance;
    chance *= (k + 2) / (k + 1) * (all - k) / (all - k + old - 2);
    // The ratio falls from here on, so that what is left is less than that of a geometric series.
    const double ratio = (k + 3) / (k + 2) * (all - k - 1) / (all - k + old - 3);
    if (ratio < 1 && chance / (1 - ratio) < 1e-16 * sum) break;
  }
  return std::min(sum, 1.0);
}

double UnseenCategoriesP(uint64_t reference, uint64_t current, std::span<const double> totals, uint64_t unseen) {
  constexpr double kNegligible = 1e-12;
  constexpr double kCountsMax = 20'000;
  if (unseen == 0) return 1;
  const auto all = static_cast<double>(reference + current), part = static_cast<double>(current);
  // Of a category with so many cells: that all of them fall on this side.
  std::map<double, double> chances;
  double mean = 0, variance = 0, most = 0, neglected = 0;
  std::map<double, size_t> categories;
  for (const double total : totals) {
    if (total > 0) ++categories[total];
  }
  for (const auto& [total, count] : categories) {
    if (total > part) continue;
    const double chance = std::exp(boost::math::lgamma(part + 1) - boost::math::lgamma(part - total + 1) +
                                   boost::math::lgamma(all - total + 1) - boost::math::lgamma(all + 1));
    const auto times = static_cast<double>(count);
    if (chance < kNegligible) {
      neglected += times * chance;
      continue;
    }
    chances[total] = chance;
    mean += times * total * chance;
    variance += times * total * total * chance * (1 - chance);
    most += times * total;
  }
  const auto wanted = static_cast<double>(unseen);
  if (most > kCountsMax) {
    const double distance = (wanted - 0.5 - mean) / std::sqrt(std::max(variance, 1e-300));
    return std::min(1.0, 0.5 * std::erfc(distance / std::sqrt(2.0)) + neglected);
  }
  if (wanted > most) return std::min(1.0, neglected);
  // How many cells they are together, category by category; from `unseen` on all in one place.
  std::vector<double> of_count(unseen + 1);
  of_count[0] = 1;
  for (const auto& [total, chance] : chances) {
    const auto step = static_cast<size_t>(total);
    for (size_t i = 0; i < categories[total]; ++i) {
      for (size_t at = unseen + 1; at-- > 0;) {
        const double moved = of_count[at] * chance;
        if (at == unseen || moved == 0) continue;
        of_count[at] -= moved;
        of_count[std::min<size_t>(unseen, at + step)] += moved;
      }
    }
  }
  return std::min(1.0, of_count[unseen] + neglected);
}

double PopulationStabilityIndex(std::span<const double> reference, std::span<const double> current) {
  SCOREWAY_CHECK(reference.size() == current.size());
  const std::vector<double> r = WithoutZeros(reference), c = WithoutZeros(current);
  double sum = 0;
  for (size_t i = 0; i < r.size(); ++i) sum += (r[i] - c[i]) * std::log(r[i] / c[i]);
  return sum;
}

double JensenShannonDistance(std::span<const double> reference, std::span<const double> current) {
  SCOREWAY_CHECK(reference.size() == current.size());
  const double reference_sum = std::accumulate(reference.begin(), reference.end(), 0.0);
  const double current_sum = std::accumulate(current.begin(), current.end(), 0.0);
  double sum = 0;
  for (size_t i = 0; i < reference.size(); ++i) {
    const double r = reference[i] / reference_sum, c = current[i] / current_sum;
    sum += RelativeEntropy(r, (r + c) / 2) + RelativeEntropy(c, (r + c) / 2);
  }
  return std::sqrt(std::max(sum / 2, 0.0));
}

std::vector<double> AdjustForMany(std::span<const double> p_values) {
  std::vector<size_t> order(p_values.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::sort(order.begin(), order.end(), [&](size_t a, size_t b) { return p_values[a] > p_values[b]; });
  std::vector<double> adjusted(p_values.size());
  double smallest = 1;
  for (size_t i = 0; i < order.size(); ++i) {
    const auto rank = static_cast<double>(order.size() - i);
    smallest = std::min(smallest, p_values[order[i]] * static_cast<double>(order.size()) / rank);
    adjusted[order[i]] = smallest;
  }
  return adjusted;
}

}  // namespace scoreway
