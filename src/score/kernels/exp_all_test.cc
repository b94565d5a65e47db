#include "score/kernels/exp_all.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <vector>

namespace scoreway {
namespace {

void ExpectAsStdExp(const std::vector<double>& exponents) {
  std::vector<double> powers = exponents;
  ExpAll(powers.data(), powers.size());
  for (size_t i = 0; i < exponents.size(); ++i) {
    const double expected = std::exp(exponents[i]);
    if (std::isnan(expected)) {
      EXPECT_TRUE(std::isnan(powers[i])) << exponents[i];
    } else {
      ASSERT_EQ(std::bit_cast<uint64_t>(powers[i]), std::bit_cast<uint64_t>(expected)) << exponents[i];
    }
  }
}

TEST(ExpAll, HasTheBitsOfStdExp) {
  std::mt19937_64 random(1);
  for (const double scale : {1e-9, 1.0, 20.0, 600.0, 800.0}) {
    std::uniform_real_distribution<double> exponent(-scale, scale);
    std::vector<double> exponents(100'003);
    for (double& each : exponents) each = exponent(random);
    ExpectAsStdExp(exponents);
  }
}

TEST(ExpAll, TakesEveryNumberAmongOthers) {
  const double infinity = std::numeric_limits<double>::infinity();
  const std::vector<double> special = {0.0,    -0.0,   infinity, -infinity, std::nan(""), 5e-324, -1e-17, 709.78,
                                       709.79, -708.4, -745.1,   -745.2,    512,          -512,   1e308};
  for (size_t others = 0; others < 20; ++others) {
    std::vector<double> exponents(others, 0.75);
    exponents.insert(exponents.begin() + static_cast<std::ptrdiff_t>(others / 2), special.begin(), special.end());
    ExpectAsStdExp(exponents);
  }
}

TEST(ExpAll, GivesANumberTheSameResultAloneAndInCompany) {
  for (size_t count = 1; count < 40; ++count) ExpectAsStdExp(std::vector<double>(count, -3.2109876543));
}

}  // namespace
}  // namespace scoreway
