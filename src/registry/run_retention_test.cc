#include "registry/run_retention.h"

#include <gtest/gtest.h>

#include <limits>

namespace scoreway {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
using Steps = std::vector<int64_t>;

// Steps 0 to 9; the metric falls to step 4 and rises again.
std::vector<RetentionCandidate> Ten() {
  std::vector<RetentionCandidate> candidates;
  for (int64_t step = 0; step < 10; ++step) candidates.push_back({step, std::abs(static_cast<double>(step - 4))});
  return candidates;
}

TEST(RunRetentionTest, WithoutRulesNothingGoes) { EXPECT_EQ(StepsToPrune({}, Ten()), Steps{}); }

TEST(RunRetentionTest, ARuleEach) {
  EXPECT_EQ(StepsToPrune({.keep_last = 3, .metric = {}}, Ten()), (Steps{0, 1, 2, 3, 4, 5, 6}));
  EXPECT_EQ(StepsToPrune({.keep_best = 2, .metric = "loss", .goal = MetricGoal::kMin}, Ten()),
            (Steps{0, 1, 2, 5, 6, 7, 8, 9}))
      << "of 3 and 5, which are equal, the earlier is kept";
  EXPECT_EQ(StepsToPrune({.keep_best = 2, .metric = "loss", .goal = MetricGoal::kMax}, Ten()),
            (Steps{1, 2, 3, 4, 5, 6, 7, 8}))
      << "9 is the best, and of 0 and 8 the earlier is kept";
  EXPECT_EQ(StepsToPrune({.metric = {}, .keep_every = 4}, Ten()), (Steps{1, 2, 3, 5, 6, 7, 9}));
}

TEST(RunRetentionTest, ACheckpointStaysIfAnyRuleWantsIt) {
  EXPECT_EQ(StepsToPrune({.keep_last = 1, .keep_best = 1, .metric = "loss", .goal = MetricGoal::kMin, .keep_every = 5},
                         Ten()),
            (Steps{1, 2, 3, 6, 7, 8}));
}

TEST(RunRetentionTest, WithoutTheMetricNothingIsBest) {
  const RetentionCandidate candidates[] = {{1, kNan}, {2, 0.5}, {3, kNan}};
  EXPECT_EQ(StepsToPrune({.keep_best = 2, .metric = "auc"}, candidates), (Steps{1, 3}));
}

TEST(RunRetentionTest, RulesAreChecked) {
  EXPECT_EQ(CheckRetention({.keep_last = -1, .metric = {}}).code(), Code::kInvalidArgument);
  EXPECT_EQ(CheckRetention({.keep_best = 1, .metric = {}}).code(), Code::kInvalidArgument);
  EXPECT_TRUE(CheckRetention({.keep_best = 1, .metric = "auc"}).ok());
}

TEST(MetricGoalTest, NamesSayWhatIsBetter) {
  for (const char* name : {"auc", "val_auc", "validation_0-auc", "Accuracy", "test/f1"}) {
    EXPECT_EQ(*GoalOf("", name), MetricGoal::kMax) << name;
  }
  for (const char* name : {"rmse", "validation_0-logloss", "train.loss", "MAE"}) {
    EXPECT_EQ(*GoalOf("", name), MetricGoal::kMin) << name;
  }
  EXPECT_EQ(GoalOf("", "score7").code(), Code::kInvalidArgument);
  EXPECT_EQ(*GoalOf("min", "score7"), MetricGoal::kMin);
  EXPECT_EQ(*GoalOf("min", "auc"), MetricGoal::kMin);
  EXPECT_EQ(GoalOf("best", "auc").code(), Code::kInvalidArgument);
}

}  // namespace
}  // namespace scoreway
