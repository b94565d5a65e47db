#include "exporters/tree_cut.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <vector>

namespace scoreway {
namespace {

using Compare = op::TreeEnsemble::Compare;

bool GoesLeft(Compare compare, double x, double threshold) {
  switch (compare) {
    case Compare::kLessEqual: return x <= threshold;
    case Compare::kLess: return x < threshold;
    case Compare::kFloat32LessEqual: return static_cast<double>(static_cast<float>(x)) <= threshold;
    case Compare::kFloat32Less: return static_cast<float>(x) < static_cast<float>(threshold);
  }
  return false;
}

bool GoesLeft(const TreeCut& cut, double x) { return cut.or_equal ? x <= cut.threshold : x < cut.threshold; }

// Numbers at and about a threshold, where a cut can err.
std::vector<double> Near(double threshold) {
  const auto single = static_cast<float>(threshold);
  std::vector<double> numbers = {threshold, -threshold, 0.0, -0.0, op::kInfinity, -op::kInfinity, 1e300, -1e300};
  float below = single, above = single;
  for (int i = 0; i < 3; ++i) {
    for (const float step : {below, above}) {
      const double next = std::nextafterf(step, std::numeric_limits<float>::infinity());
      for (const double x : {static_cast<double>(step), (static_cast<double>(step) + next) / 2}) {
        for (const double y : {x, std::nextafter(x, -op::kInfinity), std::nextafter(x, op::kInfinity)})
          numbers.push_back(y);
      }
    }
    below = std::nextafterf(below, -std::numeric_limits<float>::infinity());
    above = std::nextafterf(above, std::numeric_limits<float>::infinity());
  }
  numbers.push_back(0x1.ffffffp+127);
  numbers.push_back(std::nextafter(0x1.ffffffp+127, 0));
  return numbers;
}

TEST(Float64Cut, SendsEveryNumberAsTheLibraryDoes) {
  std::vector<double> thresholds = {0.0,
                                    -0.0,
                                    0.5,
                                    0.1,
                                    -0.1,
                                    1e-45,
                                    -1e-45,
                                    1e-50,
                                    3.4028234663852886e38,
                                    -3.5e38,
                                    3.5e38,
                                    op::kInfinity,
                                    -op::kInfinity,
                                    op::kNaN,
                                    16777216,
                                    16777217};
  std::mt19937_64 random(7);
  for (int i = 0; i < 2000; ++i) thresholds.push_back(std::bit_cast<float>(static_cast<uint32_t>(random())));
  for (int i = 0; i < 2000; ++i) thresholds.push_back(std::bit_cast<double>(random()));
  for (const Compare compare :
       {Compare::kLessEqual, Compare::kLess, Compare::kFloat32LessEqual, Compare::kFloat32Less}) {
    for (const double threshold : thresholds) {
      const TreeCut cut = Float64Cut(compare, threshold);
      for (const double x : Near(threshold)) {
        ASSERT_EQ(GoesLeft(cut, x), GoesLeft(compare, x, threshold))
            << "compare " << static_cast<int>(compare) << ", threshold " << threshold << ", x " << x;
      }
    }
  }
}

}  // namespace
}  // namespace scoreway
