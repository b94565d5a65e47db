#include "base/trigonometry.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

namespace scoreway {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

// How far a number lies from the one that long double has, in units of the last place.
double UnitsOff(double value, long double right) {
  const auto nearest = static_cast<double>(right);
  const double size = std::max(std::fabs(nearest), std::numeric_limits<double>::min());
  return static_cast<double>(std::fabs(value - right)) / (std::nextafter(size, kInfinity) - size);
}

struct Function {
  const char* name;
  double (*ours)(double);
  long double (*right)(long double);
  double low;
  double high;
};

TEST(Trigonometry, IsWithinOneUnitInTheLastPlace) {
  const Function functions[] = {
      {"sin", Sin, [](long double x) { return std::sin(x); }, -10, 10},
      {"sin", Sin, [](long double x) { return std::sin(x); }, -3e6, 3e6},
      {"cos", Cos, [](long double x) { return std::cos(x); }, -10, 10},
      {"cos", Cos, [](long double x) { return std::cos(x); }, -3e6, 3e6},
      {"tan", Tan, [](long double x) { return std::tan(x); }, -10, 10},
      {"tan", Tan, [](long double x) { return std::tan(x); }, -3e6, 3e6},
      {"asin", Asin, [](long double x) { return std::asin(x); }, -1, 1},
      {"acos", Acos, [](long double x) { return std::acos(x); }, -1, 1},
      {"atan", Atan, [](long double x) { return std::atan(x); }, -6, 6},
      {"atan", Atan, [](long double x) { return std::atan(x); }, -1e6, 1e6},
      {"cbrt", Cbrt, [](long double x) { return std::cbrt(x); }, -1e6, 1e6},
  };
  std::mt19937_64 random(8);
  for (const Function& function : functions) {
    std::uniform_real_distribution<double> arguments(function.low, function.high);
    double most = 0, worst = 0;
    for (int i = 0; i < 200'000; ++i) {
      const double x = arguments(random);
      const double off = UnitsOff(function.ours(x), function.right(x));
      if (!(off <= most)) most = off, worst = x;
    }
    EXPECT_LT(most, 1) << function.name << " of " << worst;
  }
}

// Arguments of every size, among them those that glibc's own reduction cannot do without hundreds of digits of pi.
TEST(Trigonometry, ReducesArgumentsOfEverySize) {
  std::mt19937_64 random(8);
  for (int exponent = -1074; exponent < 1024; ++exponent) {
    for (int i = 0; i < 50; ++i) {
      const double x = std::ldexp(std::uniform_real_distribution<double>(1, 2)(random), exponent);
      EXPECT_LT(UnitsOff(Sin(-x), std::sin(-static_cast<long double>(x))), 1) << x;
      EXPECT_LT(UnitsOff(Cos(x), std::cos(static_cast<long double>(x))), 1) << x;
      EXPECT_LT(UnitsOff(Tan(x), std::tan(static_cast<long double>(x))), 1) << x;
      EXPECT_LT(UnitsOff(Atan(x), std::atan(static_cast<long double>(x))), 1) << x;
      EXPECT_LT(UnitsOff(Cbrt(x), std::cbrt(static_cast<long double>(x))), 1) << x;
    }
  }
  // The double that lies nearest to a multiple of pi / 2.
  EXPECT_LT(UnitsOff(Cos(6381956970095103.0 * 0x1p797), -4.68716592425462761112e-19L), 1);
}

TEST(Trigonometry, KnowsTheAngleOfAPoint) {
  std::mt19937_64 random(8);
  std::uniform_real_distribution<double> mantissas(-2, 2);
  for (int i = 0; i < 200'000; ++i) {
    const int spread = i % 3 == 0 ? 2 : i % 3 == 1 ? 60 : 1900;
    const double y = std::ldexp(mantissas(random), static_cast<int>(random() % spread) - spread / 2);
    const double x = std::ldexp(mantissas(random), static_cast<int>(random() % spread) - spread / 2);
    EXPECT_LT(UnitsOff(Atan2(y, x), std::atan2(static_cast<long double>(y), static_cast<long double>(x))), 1)
        << y << ' ' << x;
  }
}

TEST(Trigonometry, KeepsTheEdgesOfC) {
  const double edges[] = {0.0, -0.0, 1.0, -1.0, 5e-324, -5e-324, 1e308, -1e308, kInfinity, -kInfinity};
  for (const double y : edges) {
    for (const double x : edges) {
      EXPECT_EQ(Atan2(y, x), std::atan2(y, x)) << y << ' ' << x;
      EXPECT_EQ(std::signbit(Atan2(y, x)), std::signbit(std::atan2(y, x))) << y << ' ' << x;
    }
    EXPECT_EQ(Atan(y), std::atan(y));
    EXPECT_EQ(std::signbit(Cbrt(y)), std::signbit(y));
    if (!std::isfinite(y)) continue;
    EXPECT_EQ(std::signbit(Sin(y)), std::signbit(std::sin(y)));
    EXPECT_EQ(std::signbit(Tan(y)), std::signbit(std::tan(y)));
  }
  for (const double x : {0.0, -0.0, 1.0, -1.0}) {
    EXPECT_EQ(Asin(x), std::asin(x));
    EXPECT_EQ(std::signbit(Asin(x)), std::signbit(x));
    EXPECT_EQ(Acos(x), std::acos(x));
  }
  for (const double x : {kInfinity, -kInfinity, std::nan("")}) {
    EXPECT_TRUE(std::isnan(Sin(x)) && std::isnan(Cos(x)) && std::isnan(Tan(x)) && std::isnan(Asin(x)) &&
                std::isnan(Acos(x)));
  }
  EXPECT_TRUE(std::isnan(Asin(1.1)) && std::isnan(Acos(-1.1)) && std::isnan(Atan(std::nan(""))) &&
              std::isnan(Atan2(1, std::nan(""))));
  EXPECT_EQ(Cos(0), 1);
  for (const double x : {1.0, 2.0, 3.0, 10.0, 1000.0}) EXPECT_EQ(Cbrt(-x * x * x), -x);
}

}  // namespace
}  // namespace scoreway
