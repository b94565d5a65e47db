#include "challenge/loss.h"

#include <gtest/gtest.h>

#include <cmath>

namespace scoreway {
namespace {

Column Number(double value) {
  Column column(Type::kFloat64);
  column.AppendFloat64(value);
  return column;
}

Column Text(std::string_view value) {
  Column column(Type::kString);
  column.AppendString(value);
  return column;
}

Column Bool(bool value) {
  Column column(Type::kBool);
  column.AppendBool(value);
  return column;
}

std::optional<double> Loss(const ChallengePolicy& policy, const Column& output, const Column& label) {
  return LossOf(policy, {&output, 0}, {&label, 0});
}

TEST(Loss, ErrorComparesWhatIsWrittenAlike) {
  const ChallengePolicy policy;
  EXPECT_EQ(Loss(policy, Text("barolo"), Text("barolo")), 0);
  EXPECT_EQ(Loss(policy, Text("barolo"), Text("barbera")), 1);
  EXPECT_EQ(Loss(policy, Text("1"), Number(1)), 0);
  EXPECT_EQ(Loss(policy, Number(2), Number(2)), 0);
  EXPECT_EQ(Loss(policy, Number(1), Bool(true)), 0);
  EXPECT_EQ(Loss(policy, Bool(false), Text("false")), 0);
}

TEST(Loss, OfProbabilitiesLooksAtThePositiveLabel) {
  ChallengePolicy policy{.metric = LossKind::kBrier};
  EXPECT_NEAR(*Loss(policy, Number(0.8), Number(1)), 0.04, 1e-15);
  EXPECT_NEAR(*Loss(policy, Number(0.8), Number(0)), 0.64, 1e-15);
  EXPECT_NEAR(*Loss(policy, Number(0.8), Bool(true)), 0.04, 1e-15);
  policy.positive = "\"yes\"";
  EXPECT_NEAR(*Loss(policy, Number(0.8), Text("yes")), 0.04, 1e-15);
  EXPECT_NEAR(*Loss(policy, Number(0.8), Text("no")), 0.64, 1e-15);

  policy = {.metric = LossKind::kLogLoss, .scale = 5};
  EXPECT_NEAR(*Loss(policy, Number(0.8), Number(1)), -std::log(0.8) / 5, 1e-15);
  EXPECT_EQ(Loss(policy, Number(0), Number(1)), 1);
}

TEST(Loss, OfNumbersIsScaledAndBounded) {
  ChallengePolicy policy{.metric = LossKind::kAbsoluteError, .scale = 10};
  EXPECT_EQ(Loss(policy, Number(7), Number(2)), 0.5);
  EXPECT_EQ(Loss(policy, Number(70), Number(2)), 1);
  policy.metric = LossKind::kSquaredError;
  EXPECT_EQ(Loss(policy, Number(3), Number(2)), 0.1);
}

TEST(Loss, IsNothingWhereThereIsNothingToCompare) {
  Column missing(Type::kFloat64);
  missing.AppendNull();
  const ChallengePolicy error, brier{.metric = LossKind::kBrier}, absolute{.metric = LossKind::kAbsoluteError};
  EXPECT_FALSE(Loss(error, missing, Number(1)));
  EXPECT_FALSE(Loss(error, Number(1), missing));
  EXPECT_FALSE(Loss(brier, Text("high"), Number(1)));
  EXPECT_FALSE(Loss(absolute, Number(1), Text("one")));
  EXPECT_FALSE(Loss(absolute, Number(std::nan("")), Number(1)));
}

}  // namespace
}  // namespace scoreway
