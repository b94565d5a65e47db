// Predictors, and what turns scores into decisions. Expected numbers were printed by numpy, scipy 1.18 or scikit-learn
// 1.9.1, or are plain sums.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "score/run_operator.h"

namespace scoreway {
namespace {

constexpr double kLn2 = 0.6931471805599453;

// Sums of whole numbers are exact in whatever order; that a row alone has the bits it has among others is seen by
// RunOperator, here for thirds.
TEST(Linear, IsTheSameForOneRowWithFewOrManyOutputs) {
  for (const uint32_t width : {1u, 2u, 3u, 4u, 11u, 17u, 23u, 24u, 25u}) {
    for (const uint32_t outputs : {1u, 2u, 3u, 7u, 8u, 9u, 19u}) {
      op::Linear linear;
      linear.outputs = outputs;
      for (uint32_t i = 0; i < width * outputs; ++i) linear.weights.push_back(i % 7);
      for (uint32_t j = 0; j < outputs; ++j) linear.bias.push_back(j);
      TestRows rows, expected, thirds;
      for (uint32_t r = 0; r < 10; ++r) {
        TestRow& row = rows.emplace_back();
        TestRow& third = thirds.emplace_back();
        for (uint32_t c = 0; c < width; ++c) {
          row.emplace_back(static_cast<double>((r * c + 1) % 5));
          third.emplace_back(row.back().number / 3);
        }
        TestRow& sums = expected.emplace_back();
        for (uint32_t j = 0; j < outputs; ++j) {
          double sum = j;
          for (uint32_t c = 0; c < width; ++c) sum += row[c].number * ((j * width + c) % 7);
          sums.emplace_back(sum);
        }
      }
      ExpectRows(RunOperator(linear, rows), expected);
      EXPECT_TRUE(RunOperator(linear, thirds).ok());
    }
  }
}

TEST(Linear, MultipliesAndAdds) {
  const op::Linear linear{.outputs = 2, .weights = {1, 2, 3, 4, 5, -1, 0, 0.5, 0, 2}, .bias = {10, -10}};
  ExpectRows(RunOperator(linear, {{1., 1., 1., 1., 1.}, {1., 2., 3., 4., 5.}, {0., kMissing, 0., 0., 0.}}),
             {{25., -8.5}, {65., 0.5}, {kMissing, kMissing}});
}

TEST(Linear, WithoutBiasAndWithoutColumns) {
  ExpectRows(RunOperator(op::Linear{.weights = {2, 3}, .bias = {}}, {{1., 2.}}), {{8.}});
  const auto plan = PlanOfOperator(op::Linear{.outputs = 1, .weights = {0}, .bias = {4}}, {1});
  ExpectRows(RunPlan(**plan, {{9.}}), {{4.}});
}

TEST(Linear, OfOneCell) {
  const double infinity = std::numeric_limits<double>::infinity();
  const TestRows rows = {{0.1}, {-0.0}, {0.}, {infinity}, {kMissing}, {-7.}};
  const op::Linear line{.weights = {3}, .bias = {-0.25}};
  ExpectRows(RunOperator(line, rows), {{0.1 * 3 - 0.25}, {-0.25}, {-0.25}, {infinity}, {kMissing}, {-21.25}});
  // Sums begin with 0, also where -0 is all that is added.
  for (const std::vector<double>& bias : {std::vector<double>{}, {-0.0}, {0.0}}) {
    const Result<TestRows> sums = RunOperator(op::Linear{.weights = {1}, .bias = bias}, {{-0.0}, {-0.0}});
    ASSERT_TRUE(sums.ok());
    EXPECT_FALSE(std::signbit((*sums)[0][0].number));
  }
}

// numpy: float(np.float32(0.1) * np.float32(9.3) + np.float32(0.37)).
TEST(Linear, InFloat32) {
  const op::Linear linear{.precision = op::Precision::kFloat32, .weights = {9.3}, .bias = {0.37}};
  ExpectRows(
      RunOperator(linear, {{0.1}, {0.1}, {0.1}, {0.1}, {0.1}}),
      {{1.2999999523162842}, {1.2999999523162842}, {1.2999999523162842}, {1.2999999523162842}, {1.2999999523162842}});
}

// 0.1f * 9.3f + 0.37f with one rounding, and with the sums of two blocks of columns added one after the other: by
// Python's fractions.
TEST(Linear, InFusedFloat32) {
  const op::Linear linear{.precision = op::Precision::kFloat32, .weights = {9.3, 0.7}, .bias = {}};
  ExpectRows(RunOperator(linear, {{0.1, 0.3}, {0.3, 0.1}}), {{1.1399999856948853}, {2.8600001335144043}});
  op::Linear wide{.precision = op::Precision::kFloat32, .weights = std::vector<double>(258, 0), .bias = {1}};
  wide.weights[0] = 1;
  wide.weights[256] = wide.weights[257] = 1;
  TestRow row(258, 0.);
  row[0] = 16777216;  // 2^24: odd numbers beyond it are no float32
  row[256] = row[257] = 1;
  ExpectRows(RunOperator(wide, {row}), {{16777218.}});
}

TEST(Linear, EveryNumberOfRowsAndColumns) {
  for (uint32_t width = 1; width <= 9; ++width) {
    for (uint32_t outputs : {1u, 3u}) {
      op::Linear linear{.outputs = outputs, .weights = {}, .bias = {}};
      for (uint32_t i = 0; i < width * outputs; ++i) linear.weights.push_back(static_cast<double>(i * i % 11) - 4);
      for (size_t count : {1, 2, 3, 4, 5, 8, 11}) {
        TestRows rows, expected;
        for (size_t r = 0; r < count; ++r) {
          TestRow row, sums;
          for (uint32_t c = 0; c < width; ++c) row.push_back(static_cast<double>((r + 1) * (c + 3) % 7));
          for (uint32_t j = 0; j < outputs; ++j) {
            double sum = 0;  // whole numbers: exact in any order
            for (uint32_t c = 0; c < width; ++c) sum += linear.weights[j * width + c] * row[c].number;
            sums.push_back(sum);
          }
          rows.push_back(row);
          expected.push_back(sums);
        }
        ExpectRows(RunOperator(linear, rows), expected);
      }
    }
  }
}

TEST(Distances, OfEveryMetric) {
  using Metric = op::Distances::Metric;
  const std::vector<double> points = {0, 0, 3, 4};
  const TestRows rows = {{3., 4.}, {0., -1.}, {kMissing, 1.}};
  ExpectRows(RunOperator(op::Distances{Metric::kEuclidean, points}, rows),
             {{5., 0.}, {1., 5.830951894845301}, {kMissing, kMissing}});
  ExpectRows(RunOperator(op::Distances{Metric::kSquaredEuclidean, points}, rows),
             {{25., 0.}, {1., 34.}, {kMissing, kMissing}});
  ExpectRows(RunOperator(op::Distances{Metric::kManhattan, points}, rows), {{7., 0.}, {1., 8.}, {kMissing, kMissing}});
}

// One row is measured against many points at once, many rows against one after the other.
TEST(Distances, OfOneRowAndOfManyAreTheSame) {
  std::vector<double> points(size_t{2} * 37);
  for (size_t i = 0; i < points.size(); ++i) points[i] = static_cast<double>(i);
  TestRows rows, distances;
  for (int r = 0; r < 6; ++r) {
    rows.push_back({0.25 * r, -1. * r});
    distances.emplace_back();
    for (int k = 0; k < 37; ++k) distances.back().emplace_back(std::fabs(0.25 * r - 2 * k) + (2 * k + 1 + r));
  }
  ExpectRows(RunOperator(op::Distances{op::Distances::Metric::kManhattan, points}, rows), distances);
}

TEST(Row, Softmax) {
  const TestRows rows = {{1., 2., 3.}, {1000., 0., -1000.}, {0., 0., 0.}, {0., kMissing, 0.}};
  ExpectRows(RunOperator(op::Row{op::RowFunction::kSoftmax}, rows),
             {{0.09003057317038046, 0.24472847105479764, 0.6652409557748218},
              {1., 0., 0.},
              {0.3333333333333333, 0.3333333333333333, 0.3333333333333333},
              {kMissing, kMissing, kMissing}});
  ExpectRows(RunOperator(op::Row{op::RowFunction::kLogSoftmax}, rows),
             {{-2.4076059644443806, -1.4076059644443804, -0.4076059644443804},
              {0., -1000., -2000.},
              {-1.0986122886681098, -1.0986122886681098, -1.0986122886681098},
              {kMissing, kMissing, kMissing}});
}

TEST(Row, NormalizeSum) {
  const TestRows rows = {{1., 3.}, {0., 0.}, {kMissing, 1.}};
  ExpectRows(RunOperator(op::Row{op::RowFunction::kNormalizeSum}, rows),
             {{0.25, 0.75}, {0., 0.}, {kMissing, kMissing}});
  ExpectRows(RunOperator(op::Row{op::RowFunction::kNormalizeSum, true}, rows),
             {{0.25, 0.75}, {0.5, 0.5}, {kMissing, kMissing}});
}

TEST(Row, ArgMaxTakesTheFirstOfEqualsAndNaNBeforeAll) {
  const TestRows rows = {{1., 3., 3.}, {2., 2., 1.}, {1., kMissing, 9.}, {kMissing, kMissing, 1.}};
  ExpectRows(RunOperator(op::Row{op::RowFunction::kArgMax}, rows), {{1.}, {0.}, {1.}, {0.}});
  ExpectRows(RunOperator(op::Row{op::RowFunction::kArgMin}, rows), {{0.}, {2.}, {1.}, {0.}});
}

TEST(Row, CumulativeSum) {
  ExpectRows(RunOperator(op::Row{op::RowFunction::kCumulativeSum}, {{1., 2., 3.}, {1., kMissing, 3.}}),
             {{1., 3., 6.}, {1., kMissing, kMissing}});
}

TEST(Row, Sort) {
  ExpectRows(RunOperator(op::Row{op::RowFunction::kSort}, {{3., 1., 2.}, {1., 2., 3.}, {2., 2., -1.}}),
             {{1., 2., 3.}, {1., 2., 3.}, {-1., 2., 2.}});
}

TEST(Threshold, DividesAtTheThreshold) {
  const TestRows rows = {{0.5, 0.4999}, {0.50001, kMissing}};
  ExpectRows(RunOperator(op::Threshold{.threshold = 0.5}, rows), {{0., 0.}, {1., kMissing}});
  ExpectRows(RunOperator(op::Threshold{.threshold = 0.5, .or_equal = true}, rows), {{1., 0.}, {1., kMissing}});
}

TEST(WeightedSum, AddsItsInputs) {
  const TestRows rows = {{1., 2., 10., 20.}, {1., kMissing, 3., 4.}};
  ExpectRows(RunOperator(op::WeightedSum{}, {2, 2}, rows), {{11., 22.}, {4., kMissing}});
  ExpectRows(RunOperator(op::WeightedSum{.weights = {3, 0.5}, .divisor = 4}, {2, 2}, rows),
             {{2., 4.}, {1.125, kMissing}});
}

TEST(Votes, CountsWeights) {
  const TestRows rows = {{0., 2., 2.}, {1., kMissing, 1.}, {1., 3., -1.}};
  ExpectRows(RunOperator(op::Votes{.classes = 3, .weights = {}}, rows),
             {{1., 0., 2.}, {kMissing, kMissing, kMissing}, {0., 1., 0.}});
  ExpectRows(RunOperator(op::Votes{.classes = 3, .weights = {5, 1, 0.5}}, {1, 1, 1}, rows),
             {{5., 0., 1.5}, {kMissing, kMissing, kMissing}, {0., 5., 0.}});
}

// scikit-learn's AdaBoostRegressor: the first prediction in rising order at which half the weight is reached.
TEST(WeightedMedian, ReachesHalfTheWeight) {
  const op::WeightedMedian median{{1, 1, 2, 0.5}};
  ExpectRows(RunOperator(median, {{4., 3., 2., 1.}, {1., 2., 3., 4.}, {5., 5., 5., 5.}, {1., 2., kMissing, 4.}}),
             {{2.}, {3.}, {5.}, {kMissing}});
}

// numpy.interp
TEST(Interpolate, BetweenPointsAndBeyond) {
  op::Interpolate interpolate{.x = {0, 1, 2, 2, 4}, .y = {0, 10, 20, 30, -5}};
  const TestRows rows = {{-1.}, {0.}, {0.5}, {1.}, {1.5}, {2.}, {3.}, {9.}, {kMissing}};
  ExpectRows(RunOperator(interpolate, rows), {{0.}, {0.}, {5.}, {10.}, {15.}, {30.}, {12.5}, {-5.}, {kMissing}});
  interpolate.nan_outside = true;
  ExpectRows(RunOperator(interpolate, {{-1.}, {0.}, {4.}, {4.1}}), {{kMissing}, {0.}, {-5.}, {kMissing}});
  ExpectRows(RunOperator(op::Interpolate{.x = {1}, .y = {7}}, {{0.}, {1.}, {2.}}), {{7.}, {7.}, {7.}});
}

// scikit-learn's GaussianNB._joint_log_likelihood.
TEST(GaussianLikelihood, EqualsScikitLearn) {
  const op::GaussianLikelihood likelihood{
      .log_prior = {-kLn2, -kLn2},
      .mean = {1.5, 1.5999999999999999, 8.5, 7.333333333333333},
      .variance = {0.16666667908333332, 0.18666667908333331, 0.16666667908333332, 1.555555567972222}};
  ExpectRows(RunOperator(likelihood, {{1., 1.}, {5., 5.}, {9., 9.}, {kMissing, 1.}}),
             {{-2.5102147851721663, -183.4989053978063},
              {-68.5102101076368, -40.35605817789231},
              {-316.22447829085746, -3.498918009591087},
              {kMissing, kMissing}});
}

}  // namespace
}  // namespace scoreway
