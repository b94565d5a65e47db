#include "registry/trainers.h"

#include <gtest/gtest.h>

#include <limits>

#include "store/contract_stores.h"

namespace scoreway {
namespace {

constexpr int64_t kSecond = 1'000'000;
constexpr int64_t kSet = 1'772'000'000 * kSecond;
constexpr double kNotKnown = std::numeric_limits<double>::quiet_NaN();

// Facts as they are asked for.
struct Facts {
  bool is_in_alarm = false;
  TrainerFacts::Range accuracy{kNotKnown, kNotKnown};
  int64_t labels = 0;

  std::string Due(const TrainerTriggers& triggers, int64_t now_micros, int64_t started_micros = 0) const {
    const auto due =
        DueReason(triggers, {.started_micros = started_micros}, kSet,
                  {.now_micros = now_micros,
                   .is_in_alarm = [this] { return Result<bool>(is_in_alarm); },
                   .metric = [this](const std::string&) { return Result<TrainerFacts::Range>(accuracy); },
                   .has_labels = [this](int64_t count, int64_t) { return Result<bool>(labels >= count); }});
    return due.ok() ? *due : due.status().ToString();
  }
};

TEST(TrainerTriggers, AnAlarmFiresAgainAfterThePause) {
  const TrainerTriggers triggers{.on_alarm = true, .pause_seconds = 60};
  EXPECT_EQ(Facts{}.Due(triggers, kSet), "");
  const Facts alarm{.is_in_alarm = true};
  EXPECT_EQ(alarm.Due(triggers, kSet), "the watch is in alarm");
  EXPECT_EQ(alarm.Due(triggers, kSet + 59 * kSecond, kSet), "");
  EXPECT_EQ(alarm.Due(triggers, kSet + 60 * kSecond, kSet), "the watch is in alarm");
}

TEST(TrainerTriggers, AMetricFiresWhenItsWholeIntervalIsBeyondTheBound) {
  const TrainerTriggers below{.below = {{"accuracy", 0.9}}}, above{.above = {{"accuracy", 0.5}}};
  EXPECT_EQ((Facts{.accuracy = {0.85, 0.91}}).Due(below, kSet), "");
  EXPECT_EQ((Facts{.accuracy = {0.85, 0.89}}).Due(below, kSet), "accuracy is at most 0.89, below 0.9");
  EXPECT_EQ((Facts{.accuracy = {0.45, 0.6}}).Due(above, kSet), "");
  EXPECT_EQ((Facts{.accuracy = {0.6, 0.7}}).Due(above, kSet), "accuracy is at least 0.6, above 0.5");
  EXPECT_EQ(Facts{}.Due(below, kSet), "") << "nothing is known of it";
}

TEST(TrainerTriggers, TimeAndLabelsCountFromTheLastTraining) {
  const TrainerTriggers every{.every_seconds = 100};
  EXPECT_EQ(Facts{}.Due(every, kSet + 99 * kSecond), "");
  EXPECT_EQ(Facts{}.Due(every, kSet + 100 * kSecond), "every 100 s");
  EXPECT_EQ(Facts{}.Due(every, kSet + 100 * kSecond, kSet + 1), "");
  const TrainerTriggers labels{.labels = 50};
  EXPECT_EQ(Facts{.labels = 49}.Due(labels, kSet), "");
  EXPECT_EQ(Facts{.labels = 50}.Due(labels, kSet), "50 labels came since 2026-02-25T06:13:20.000000Z");
}

TEST(TrainerTriggers, AreCheckedAndReadAsTheyAreWritten) {
  const TrainerTriggers triggers{.on_alarm = true,
                                 .below = {{"auc", 0.8}},
                                 .above = {{"brier", 0.25}},
                                 .labels = 7,
                                 .every_seconds = 3600,
                                 .challenge = R"({"metric":"brier"})"};
  std::string text;
  JsonWriter json(&text);
  WriteJson(triggers, &json);
  const auto read = ParseTriggers(text);
  ASSERT_TRUE(read.ok()) << read.status().ToString();
  EXPECT_EQ(*read, triggers);
  EXPECT_EQ(CheckTriggers({.below = {{"acuracy", 0.9}}}).code(), Code::kInvalidArgument);
  EXPECT_EQ(CheckTriggers({.labels = -1}).code(), Code::kInvalidArgument);
  EXPECT_EQ(CheckTriggers({.pause_seconds = 0}).code(), Code::kInvalidArgument);
}

class TrainersTest : public ::testing::TestWithParam<StoreUnderTest> {
 protected:
  void SetUp() override {
    store_ = GetParam().make(folder_.path(), clock_);
    ASSERT_NE(store_, nullptr);
  }

  TestFolder folder_;
  ManualClock clock_{kSet};
  std::unique_ptr<Store> store_;
};

TEST_P(TrainersTest, AreKeptWithTheirStates) {
  Trainers trainers(*store_, clock_);
  EXPECT_EQ(trainers.Get("churn").code(), Code::kNotFound);
  ASSERT_TRUE(trainers.Set({.model = "churn", .command = {"train"}, .triggers = {.labels = 5}}, {"ann", "new"}).ok());
  ASSERT_TRUE(trainers.Set({.model = "wine", .command = {"train"}}, {"ann", ""}).ok());
  const auto all = trainers.List();
  ASSERT_TRUE(all.ok() && all->size() == 2);
  EXPECT_EQ(all->front().triggers.labels, 5);
  EXPECT_FALSE(all->back().triggers.has_any());

  EXPECT_EQ(trainers.GetState("churn")->started_micros, 0);
  const auto refused = trainers.UpdateState("churn", [](TrainerState*) { return Status(Code::kConflict, "claimed"); });
  EXPECT_EQ(refused.code(), Code::kConflict);
  ASSERT_TRUE(trainers
                  .UpdateState("churn",
                               [](TrainerState* state) -> Status {
                                 state->started_micros = kSet;
                                 state->outcome = "version 2";
                                 return {};
                               })
                  .ok());
  EXPECT_EQ(trainers.GetState("churn")->started_micros, kSet);
  EXPECT_EQ(trainers.GetState("churn")->outcome, "version 2");
  ASSERT_TRUE(trainers.Remove("churn").ok());
  EXPECT_EQ(trainers.Remove("churn").code(), Code::kNotFound);
  EXPECT_EQ(trainers.GetState("churn")->started_micros, 0);
}

INSTANTIATE_TEST_SUITE_P(Stores, TrainersTest, ::testing::ValuesIn(StoresUnderTest()),
                         [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace scoreway
