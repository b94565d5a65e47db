#include "base/bessel.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

namespace scoreway {
namespace {

// Of half a whole number more than n there is a closed form.
long double OfHalf(int n, long double x) {
  long double before = std::sqrt(std::numbers::pi_v<long double> / (2 * x)) * std::exp(-x);
  if (n == 0) return before;
  long double value = before * (1 + 1 / x);
  for (int i = 1; i < n; ++i) {
    const long double next = before + (2 * i + 1) / x * value;
    before = value;
    value = next;
  }
  return value;
}

double Off(double value, long double right) { return static_cast<double>(std::fabs(value / right - 1)); }

TEST(BesselK, IsTheClosedFormOfHalfOrders) {
  for (const int n : {0, 1, 2, 3, 5, 8, 13, 30}) {
    for (const double x : {1e-6, 1e-3, 0.1, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 100.0, 600.0}) {
      EXPECT_LT(Off(BesselK(n + 0.5, x), OfHalf(n, x)), 5e-14) << n << ' ' << x;
    }
  }
}

// Abramowitz and Stegun, table 9.8.
TEST(BesselK, IsWhatTablesSay) {
  EXPECT_NEAR(BesselK(0, 1), 0.42102443824070833, 1e-15);
  EXPECT_NEAR(BesselK(1, 1), 0.60190723019723457, 1e-15);
  EXPECT_NEAR(BesselK(0, 0.1), 2.4270690247020166, 5e-15);
  EXPECT_NEAR(BesselK(1, 5) * 1e3, 4.0446134454521643, 5e-14);
}

TEST(BesselK, EndsWhateverItIsAsked) {
  EXPECT_TRUE(std::isnan(BesselK(1.2, 0)) && std::isnan(BesselK(1.2, std::nan(""))) &&
              std::isnan(BesselK(std::nan(""), 1)));
  EXPECT_EQ(BesselK(1.2, 1e300), 0);
  EXPECT_TRUE(std::isinf(BesselK(1e300, 1)) && std::isinf(BesselK(999, 5e-324)));
}

TEST(BesselK, IsTheStandardLibrarysWhereItHasOne) {
#ifdef __STDCPP_MATH_SPEC_FUNCS__
  for (const double order : {0.1, 0.3, 0.75, 1.2, 2.2, 3.0, 4.9, 10.3}) {
    for (double x = 1e-4; x < 700; x *= 1.7)
      EXPECT_LT(Off(BesselK(order, x), std::cyl_bessel_k(order, x)), 1e-13) << order << ' ' << x;
  }
#endif
}

TEST(Gamma, EndsWhateverItIsAsked) {
  EXPECT_TRUE(std::isnan(Gamma(0)) && std::isnan(Gamma(-1e300)) && std::isnan(Gamma(std::nan(""))));
  EXPECT_TRUE(std::isinf(Gamma(172)) && std::isinf(Gamma(1e300)));
}

TEST(Gamma, IsTheFactorialAndWhatLiesBetween) {
  long double factorial = 1;
  for (int n = 1; n < 171; ++n) {
    EXPECT_LT(Off(Gamma(n), factorial), 1e-14) << n;
    factorial *= n;
  }
  for (double x = 0.01; x < 170; x += 0.37)
    EXPECT_LT(Off(Gamma(x), std::tgamma(static_cast<long double>(x))), 1e-14) << x;
}

}  // namespace
}  // namespace scoreway
