// Comparisons with points and ranks. Expected numbers are plain sums, or follow from the definitions.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "score/run_operator.h"

namespace scoreway {
namespace {

using Compare = op::FieldCompare;
using Measure = op::FieldDistances::Measure;

op::FieldDistances Plain(Measure measure) {
  op::FieldDistances distances;
  distances.measure = measure;
  distances.compare = {Compare::kAbsoluteDifference, Compare::kAbsoluteDifference};
  distances.scale = distances.weight = distances.presence_weight = {1, 1};
  distances.points = {0, 0, 3, 4};
  return distances;
}

TEST(FieldDistances, OfEveryMeasure) {
  const TestRows rows = {{3., 4.}, {0., -1.}};
  ExpectRows(RunOperator(Plain(Measure::kEuclidean), rows), {{5., 0.}, {1., std::sqrt(34.)}});
  ExpectRows(RunOperator(Plain(Measure::kSquaredEuclidean), rows), {{25., 0.}, {1., 34.}});
  ExpectRows(RunOperator(Plain(Measure::kManhattan), rows), {{7., 0.}, {1., 8.}});
  ExpectRows(RunOperator(Plain(Measure::kChebyshev), rows), {{4., 0.}, {1., 5.}});
  op::FieldDistances minkowski = Plain(Measure::kMinkowski);
  minkowski.exponent = 1;
  ExpectRows(RunOperator(minkowski, rows), {{7., 0.}, {1., 8.}});
}

TEST(FieldDistances, AdjustsForMissingFields) {
  op::FieldDistances distances = Plain(Measure::kSquaredEuclidean);
  ExpectRows(RunOperator(distances, {{3., kMissing}, {kMissing, kMissing}}), {{18., 0.}, {kMissing, kMissing}});
  distances.presence_weight = {1, 3};
  ExpectRows(RunOperator(distances, {{3., kMissing}, {kMissing, 2.}}), {{36., 0.}, {16. / 3, 16. / 3}});
}

TEST(FieldDistances, OfManyPoints) {
  op::FieldDistances distances = Plain(Measure::kChebyshev);
  distances.points.clear();
  TestRow expected;
  for (int k = 0; k < 21; ++k) {
    distances.points.insert(distances.points.end(), {1. * k, -2. * k});
    expected.emplace_back(std::max(std::fabs(4.5 - k), std::fabs(-30. + 2. * k)));
  }
  ExpectRows(RunOperator(distances, {{4.5, -30.}, {4.5, -30.}}), {expected, expected});
}

// Alone a row without a missing cell takes another way than others do, which must not show.
TEST(FieldDistances, OfManyPointsFromRowsWithAndWithoutAllFields) {
  for (const Measure measure : {Measure::kEuclidean, Measure::kSquaredEuclidean, Measure::kManhattan}) {
    op::FieldDistances distances = Plain(measure);
    distances.points.clear();
    const auto of = [measure](double sum) { return measure == Measure::kEuclidean ? std::sqrt(sum) : sum; };
    const auto part = [measure](double difference) {
      return measure == Measure::kManhattan ? std::fabs(difference) : difference * difference;
    };
    TestRow both, first;
    for (int k = 0; k < 43; ++k) {
      const double x = k / 3.0, y = k / 7.0;
      distances.points.insert(distances.points.end(), {x, y});
      both.emplace_back(of(part(0.1 - x) + part(2.7 - y)));
      first.emplace_back(of(2 * part(0.1 - x)));
    }
    ExpectRows(RunOperator(distances, {{0.1, 2.7}, {0.1, kMissing}}), {both, first});
    distances.presence_weight = {0, 0};
    const TestRow none(43, kMissing);
    ExpectRows(RunOperator(distances, {{0.1, 2.7}, {0.1, 2.7}}), {none, none});
  }
}

TEST(FieldDistances, ComparesAndWeighsFieldsInTheirOwnWays) {
  op::FieldDistances distances = Plain(Measure::kManhattan);
  distances.compare = {Compare::kUnequal, Compare::kEqual};
  distances.weight = {2, 10};
  ExpectRows(RunOperator(distances, {{3., 4.}, {3., 0.}}), {{2., 10.}, {12., 0.}});
  distances.compare = {Compare::kGaussian, Compare::kAbsoluteDifference};
  distances.scale = {2, 1};
  distances.weight = {1, 1};
  // A difference as great as the scale is half as similar.
  ExpectRows(RunOperator(distances, {{2., 0.}}), {{0.5, std::exp(-std::log(2.) * 0.25) + 4}});
}

TEST(FlagSimilarities, WeighsTheFourCounts) {
  // Simple matching, then Jaccard.
  const std::vector<uint8_t> points = {1, 1, 0, 0, 0, 0};
  const TestRows rows = {{1., 0., 0.}, {0., 0., 0.}, {1., kMissing, 0.}, {1., 2., 0.}};
  ExpectRows(RunOperator(op::FlagSimilarities{{1, 0, 0, 1}, {1, 1, 1, 1}, points}, rows),
             {{2. / 3, 2. / 3}, {1. / 3, 1.}, {kMissing, kMissing}, {kMissing, kMissing}});
  ExpectRows(RunOperator(op::FlagSimilarities{{1, 0, 0, 0}, {1, 1, 1, 0}, points}, rows),
             {{0.5, 0.}, {0., kMissing}, {kMissing, kMissing}, {kMissing, kMissing}});
}

TEST(RankRow, RanksStablyWithMissingCellsLast) {
  const TestRows rows = {{3., 1., 2., 1.}, {kMissing, 5., kMissing, 4.}};
  ExpectRows(RunOperator(op::RankRow{3, false}, rows),
             {{1., 3., 2., 1., 1., 2.}, {3., 1., kMissing, 4., 5., kMissing}});
  ExpectRows(RunOperator(op::RankRow{2, true}, rows), {{0., 2., 3., 2.}, {1., 3., 5., 4.}});
}

}  // namespace
}  // namespace scoreway
