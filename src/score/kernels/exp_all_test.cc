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

// The definition, one step after the other.
std::vector<double> PlainSoftmax(std::vector<double> numbers) {
  double greatest = numbers[0], sum = 0;
  for (const double x : numbers) greatest = x > greatest ? x : greatest;
  for (double& x : numbers) sum += x = std::exp(x - greatest);
  for (double& x : numbers) x /= sum;
  return numbers;
}

void ExpectAsPlainSoftmax(const std::vector<double>& numbers) {
  const std::vector<double> expected = PlainSoftmax(numbers);
  std::vector<double> shares(numbers.size() + 1, -1.0);
  Softmax(numbers.data(), shares.data(), numbers.size());
  for (size_t i = 0; i < numbers.size(); ++i) {
    if (std::isnan(expected[i])) {
      EXPECT_TRUE(std::isnan(shares[i])) << i << " of " << numbers.size();
    } else {
      ASSERT_EQ(std::bit_cast<uint64_t>(shares[i]), std::bit_cast<uint64_t>(expected[i]))
          << i << " of " << numbers.size();
    }
  }
  EXPECT_EQ(shares.back(), -1) << "what lies behind the shares is left alone";
}

TEST(Softmax, HasTheBitsOfItsSteps) {
  std::mt19937_64 random(3);
  for (size_t count = 1; count < 12; ++count) {
    for (const double scale : {1e-3, 1.0, 30.0, 400.0, 2000.0}) {
      std::uniform_real_distribution<double> number(-scale, scale);
      for (int i = 0; i < 200; ++i) {
        std::vector<double> numbers(count);
        for (double& each : numbers) each = number(random);
        ExpectAsPlainSoftmax(numbers);
        // Far from 0, all of them.
        for (double& each : numbers) each += 1e4;
        ExpectAsPlainSoftmax(numbers);
      }
    }
  }
}

TEST(Softmax, TakesEveryNumber) {
  const double infinity = std::numeric_limits<double>::infinity();
  for (const double special : {0.0, -0.0, infinity, -infinity, std::nan(""), 5e-324, 1e308, -1e308}) {
    for (size_t count = 1; count < 8; ++count) {
      for (size_t at = 0; at < count; ++at) {
        std::vector<double> numbers(count, 0.75);
        numbers[at] = special;
        ExpectAsPlainSoftmax(numbers);
        ExpectAsPlainSoftmax(std::vector<double>(count, special));
      }
    }
  }
}

TEST(ExpAll, GivesANumberTheSameResultAloneAndInCompany) {
  for (size_t count = 1; count < 40; ++count) ExpectAsStdExp(std::vector<double>(count, -3.2109876543));
}

}  // namespace
}  // namespace scoreway
