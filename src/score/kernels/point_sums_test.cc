#include "score/kernels/point_sums.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <random>

namespace scoreway {
namespace {

double Added(PointTerm term, double sum, double x, double y) {
  switch (term) {
    case PointTerm::kSquare: return sum + (x - y) * (x - y);
    case PointTerm::kDifference: return sum + std::fabs(x - y);
    case PointTerm::kProduct: return sum + x * y;
    case PointTerm::kChi2: return sum + (x + y == 0 ? 0 : (x - y) * (x - y) / (x + y));
    case PointTerm::kFused: return std::fma(x, y, sum);
  }
  return 0;
}

class PointSumsTest : public testing::TestWithParam<PointTerm> {};

TEST_P(PointSumsTest, AddsColumnAfterColumnForEveryPoint) {
  constexpr size_t kWidth = 7;
  std::mt19937_64 random(2);
  std::uniform_real_distribution<double> number(0, 3);
  for (size_t count = 1; count < 45; ++count) {
    std::vector<double> points(count * kWidth), row(kWidth);
    for (double& each : points) each = number(random);
    for (double& each : row) each = number(random);
    points[0] = row[0] = 0;
    const PointSums point_sums(GetParam(), points, kWidth);
    ASSERT_EQ(point_sums.count(), count);
    std::vector<double> sums(count + 1, -1.0);
    point_sums.Run(row.data(), sums.data());
    for (size_t k = 0; k < count; ++k) {
      double expected = 0;
      for (size_t c = 0; c < kWidth; ++c) expected = Added(GetParam(), expected, row[c], points[k * kWidth + c]);
      ASSERT_EQ(std::bit_cast<uint64_t>(sums[k]), std::bit_cast<uint64_t>(expected)) << k << " of " << count;
    }
    EXPECT_EQ(sums[count], -1) << "what lies behind the sums is left alone";
  }
}

INSTANTIATE_TEST_SUITE_P(Terms, PointSumsTest,
                         testing::Values(PointTerm::kSquare, PointTerm::kDifference, PointTerm::kProduct,
                                         PointTerm::kChi2, PointTerm::kFused));

}  // namespace
}  // namespace scoreway
