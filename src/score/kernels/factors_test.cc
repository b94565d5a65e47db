// Parts of which rows are made, and places among points. Expected numbers were printed by scikit-learn 1.9.1 or follow
// from the definition.
#include <gtest/gtest.h>

#include "score/run_operator.h"

namespace scoreway {
namespace {

using Method = op::SparseCode::Method;

Result<TestRows> Encode(op::SparseCode code) {
  code.dictionary = {1, 0, 0.6, 0.8};
  return RunOperator(std::move(code), {{1., 2.}, {-3., 0.5}, {kMissing, 1.}});
}

TEST(SparseCode, EqualsSparseEncode) {
  ExpectRows(Encode({.method = Method::kMatchingPursuit, .count = 1, .dictionary = {}}),
             {{0., 2.2}, {-3., 0.}, {kMissing, kMissing}});
  ExpectRows(Encode({.method = Method::kLeastAngle, .count = 1, .dictionary = {}}),
             {{0., 2.}, {-2.75, 0.}, {kMissing, kMissing}});
  ExpectRows(Encode({.method = Method::kLassoPath, .penalty = 0.5, .dictionary = {}}),
             {{0., 1.7000000000000002}, {-2.5, 0.}, {kMissing, kMissing}});
  ExpectRows(Encode({.method = Method::kThreshold, .penalty = 0.5, .dictionary = {}}),
             {{0.5, 1.7000000000000002}, {-2.5, -0.8999999999999999}, {kMissing, kMissing}});
  ExpectRows(Encode({.method = Method::kThreshold, .penalty = 0.5, .positive = true, .dictionary = {}}),
             {{0.5, 1.7000000000000002}, {0., 0.}, {kMissing, kMissing}});
}

// Two atoms alike make each other superfluous.
TEST(SparseCode, TakesAtomsOnceThatAreThereTwice) {
  op::SparseCode code{.method = Method::kMatchingPursuit, .count = 2, .dictionary = {1, 0, 1, 0}};
  ExpectRows(RunOperator(code, {{3., 0.}, {0., 0.}}), {{3., 0.}, {0., 0.}});
  code.method = Method::kLassoPath;
  code.penalty = 1;
  ExpectRows(RunOperator(code, {{3., 0.}, {0., 0.}}), {{2., 0.}, {0., 0.}});
}

TEST(TopicShares, EqualScikitLearn) {
  op::TopicShares shares{.prior = 0.5, .tolerance = 1e-3, .steps = 100, .topics = {0.2, 0.7, 0.5, 0.1, 0.3, 0.2}};
  const TestRows rows = {{2., 0., 1.}, {0., 0., 0.}, {0., 3., 0.}, {kMissing, 1., 0.}};
  ExpectRows(RunOperator(shares, rows), {{0.17197037192070608, 0.8280296280792939},
                                         {0.5, 0.5},
                                         {0.8668515210112921, 0.13314847898870785},
                                         {kMissing, kMissing}});
  shares.steps = 2;
  ExpectRows(RunOperator(shares, {rows[0]}), {{0.30518602919785953, 0.6948139708021405}});
}

TEST(CircularConvolution, WrapsAround) {
  ExpectRows(RunOperator(op::CircularConvolution{}, {3, 3}, {{1., 2., 3., 0., 1., 0.}, {1., 2., 3., 1., 0., 2.}}),
             {{3., 1., 2.}, {5., 8., 5.}});
  ExpectRows(RunOperator(op::CircularConvolution{}, {2, 2, 2}, {{1., 2., 0., 1., 3., 0.}}), {{6., 3.}});
  ExpectRows(RunOperator(op::CircularConvolution{}, {{1., 2.}}), {{1., 2.}});
}

TEST(PathDistances, AreTheShortest) {
  op::PathDistances reach{.points = 3, .paths = {0, 5, 9, 5, 0, 1, 9, 1, 0}};
  ExpectRows(RunOperator(reach, {2, 2}, {{0., 1., 1., 2.}, {2., 1., 0.5, kMissing}}), {{1., 2., 3.}, {9.5, 1.5, 0.5}});
  EXPECT_EQ(RunOperator(reach, {1, 1}, {{0., kMissing}}).code(), Code::kInvalidArgument);
}

TEST(BarycenterWeights, EqualScikitLearn) {
  op::BarycenterWeights weigh{.regularization = 1e-3, .points = {0, 0, 1, 0, 0, 2, 3, 3}};
  ExpectRows(RunOperator(weigh, {2, 3}, {{0.5, 0.5, 0., 1., 2.}, {1., 0., 1., 1., 1.}}),
             {{0.25086816123793665, 0.49913107978508503, 0.2500007589769783}, {1 / 3., 1 / 3., 1 / 3.}});
}

TEST(PartsOfRows, RefuseParametersThatDoNotFit) {
  EXPECT_EQ(RunOperator(op::SparseCode{.count = 3, .dictionary = {1, 0, 0, 1}}, {{1., 2.}}).code(), Code::kCorrupt);
  EXPECT_EQ(RunOperator(op::SparseCode{.dictionary = {1, 0, 0}}, {{1., 2.}}).code(), Code::kCorrupt);
  EXPECT_EQ(RunOperator(op::TopicShares{.topics = {1, 0, 0}}, {{1., 2.}}).code(), Code::kCorrupt);
  EXPECT_EQ(RunOperator(op::CircularConvolution{}, {2, 1}, {{1., 2., 3.}}).code(), Code::kCorrupt);
  EXPECT_EQ(RunOperator(op::PathDistances{2, {0, 1, 1}}, {1, 1}, {{0., 1.}}).code(), Code::kCorrupt);
  EXPECT_EQ(RunOperator(op::BarycenterWeights{1e-3, {0, 1, 1}}, {2, 1}, {{0., 1., 0.}}).code(), Code::kCorrupt);
}

}  // namespace
}  // namespace scoreway
