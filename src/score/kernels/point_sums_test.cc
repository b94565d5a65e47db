#include "score/kernels/point_sums.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <limits>
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

void ExpectSums(PointTerm term, const std::vector<double>& points, const std::vector<double>& row) {
  const size_t width = row.size(), count = points.size() / width;
  std::vector<double> sums(count + 1, -1.0);
  PointSums(term, points, width).Run(row.data(), sums.data());
  for (size_t k = 0; k < count; ++k) {
    double expected = 0;
    for (size_t c = 0; c < width; ++c) expected = Added(term, expected, row[c], points[k * width + c]);
    if (std::isnan(expected)) {
      ASSERT_TRUE(std::isnan(sums[k])) << k << " of " << count;
    } else {
      ASSERT_EQ(std::bit_cast<uint64_t>(sums[k]), std::bit_cast<uint64_t>(expected)) << k << " of " << count;
    }
  }
  EXPECT_EQ(sums[count], -1) << "what lies behind the sums is left alone";
}

// Numbers, then indicators, of which few or nearly all are set, and so on: more of them side by side than a word has
// bits, and fewer than are worth one.
TEST_P(PointSumsTest, AddsIndicatorsAsIfTheyWereNumbers) {
  std::mt19937_64 random(3);
  std::uniform_real_distribution<double> number(0, 3);
  for (const size_t indicators : {3u, 8u, 30u, 64u, 150u}) {
    for (const size_t count : {31u, 32u, 33u, 47u, 64u, 77u}) {
      const size_t width = 2 * indicators + 5;
      const auto is_number = [&](size_t c) {
        return c < 2 || (c >= indicators + 2 && c < indicators + 4) || c + 1 == width;
      };
      const auto cell = [&](size_t c) {
        if (is_number(c)) return number(random);
        return (random() % 7 == 0) != (c % 5 == 0) ? 1.0 : 0.0;
      };
      std::vector<double> points, row;
      for (size_t i = 0; i < count * width; ++i) points.push_back(cell(i % width));
      for (size_t c = 0; c < width; ++c) row.push_back(cell(c));
      ExpectSums(GetParam(), points, row);
      for (const double odd : {0.25, -0.0, -1.0, std::numeric_limits<double>::infinity(), std::nan("")}) {
        std::vector<double> other = row;
        other[3] = odd;
        ExpectSums(GetParam(), points, other);
        other[width - 4] = odd;
        ExpectSums(GetParam(), points, other);
      }
    }
  }
}

TEST_P(PointSumsTest, AddsColumnsOfAnyTwoNumbers) {
  constexpr size_t kWidth = 20, kCount = 70;
  const double infinity = std::numeric_limits<double>::infinity();
  std::mt19937_64 random(4);
  for (const double second : {1.0, -2.5, 0.1, -0.0, infinity, std::nan("")}) {
    std::vector<double> points, row;
    for (size_t i = 0; i < kCount * kWidth; ++i) {
      const double usual = i % kWidth % 3 == 0 ? 0.0 : 0.75;
      points.push_back(i % kWidth != 7 && random() % 3 == 0 ? second : usual);
    }
    for (size_t c = 0; c < kWidth; ++c) row.push_back(points[(random() % kCount) * kWidth + c]);
    ExpectSums(GetParam(), points, row);
    row[11] = 1.5;
    ExpectSums(GetParam(), points, row);
    ExpectSums(GetParam(), points, std::vector<double>(kWidth, 0.0));
    ExpectSums(GetParam(), points, std::vector<double>(kWidth, -0.0));
  }
}

// More words than a row's terms are kept for.
TEST_P(PointSumsTest, AddsAnyNumberOfIndicators) {
  std::mt19937_64 random(5);
  std::vector<double> points(40 * 3000), row(3000);
  for (double& each : points) each = random() % 9 == 0 ? 1 : 0;
  for (double& each : row) each = random() % 9 == 0 ? 1 : 0;
  ExpectSums(GetParam(), points, row);
}

INSTANTIATE_TEST_SUITE_P(Terms, PointSumsTest,
                         testing::Values(PointTerm::kSquare, PointTerm::kDifference, PointTerm::kProduct,
                                         PointTerm::kChi2, PointTerm::kFused));

}  // namespace
}  // namespace scoreway
