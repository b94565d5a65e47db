#include "challenge/challenges.h"

#include <gtest/gtest.h>

#include "store/contract_stores.h"

namespace scoreway {
namespace {

class ChallengesTest : public ::testing::TestWithParam<StoreUnderTest> {
 protected:
  void SetUp() override {
    store_ = GetParam().make(folder_.path(), clock_);
    ASSERT_NE(store_, nullptr);
  }

  Challenge New(const std::string& model = "churn", const std::string& alias = "challenger") {
    Challenge challenge;
    challenge.model = model;
    challenge.alias = alias;
    challenge.policy = {.metric = LossKind::kBrier, .output = "p", .segments = {"region"}};
    challenge.champion_version = 3;
    challenge.challenger_version = 4;
    challenge.started_micros = challenge.phase_micros = challenge.cursor_micros = clock_.NowMicros();
    challenge.evidence = Evidence(challenge.policy);
    challenge.who = "ann";
    return challenge;
  }

  TestFolder folder_;
  ManualClock clock_{1'772'000'000'000'000};
  std::unique_ptr<Store> store_;
};

std::string TextOf(const Challenge& challenge) {
  std::string text;
  JsonWriter json(&text);
  WriteJson(challenge, &json);
  return text;
}

TEST_P(ChallengesTest, AreReadAsTheyAreWritten) {
  Challenges challenges(*store_);
  Challenge challenge = New();
  for (int i = 0; i < 300; ++i) {
    challenge.evidence.Add({.challenger_loss = i % 3 / 7.0,
                            .champion_loss = i % 5 / 9.0,
                            .challenger_micros = 10.0 * i,
                            .champion_micros = 7.0 * i,
                            .segments = {{"region", i % 2 == 0 ? "north \"n\"" : "south"}}});
  }
  challenge.evidence.AddUnlabelled();
  const auto written = challenges.Write(challenge, "begun", "a \"reason\"", 5);
  ASSERT_TRUE(written.ok()) << written.status().ToString();
  const auto read = challenges.Find("churn", "challenger");
  ASSERT_TRUE(read.ok() && *read) << read.status().ToString();
  EXPECT_EQ(TextOf(**read), TextOf(*written));
  EXPECT_EQ((*read)->revision, 1);
  EXPECT_EQ((*read)->evidence.labels(), 300u);
  EXPECT_FALSE(*challenges.Find("churn", "other"));
  EXPECT_FALSE(*challenges.Find("other", "challenger"));
}

TEST_P(ChallengesTest, ChangeByCompareAndSet) {
  Challenges challenges(*store_);
  const Challenge first = *challenges.Write(New(), "begun", "", 1);
  Challenge mine = first, theirs = first;
  mine.phase = ChallengePhase::kPromoting;
  theirs.phase = ChallengePhase::kStopped;
  ASSERT_TRUE(challenges.Write(mine, "promoting", "is better", 2).ok());
  EXPECT_EQ(challenges.Write(theirs, "stopped", "", 3).code(), Code::kConflict);
  EXPECT_EQ((*challenges.Find("churn", "challenger"))->phase, ChallengePhase::kPromoting);
  EXPECT_EQ(challenges.Write(New(), "begun", "", 4).code(), Code::kConflict);
  const auto history = challenges.History("churn", 10);
  ASSERT_TRUE(history.ok());
  ASSERT_EQ(history->size(), 2u);
  EXPECT_EQ((*history)[0].kind, "promoting");
  EXPECT_EQ((*history)[0].reason, "is better");
  EXPECT_EQ((*history)[0].sequence, 2);
  EXPECT_EQ((*history)[1].kind, "begun");
}

TEST_P(ChallengesTest, ListByModelAndRememberPromotions) {
  Challenges challenges(*store_);
  ASSERT_TRUE(challenges.Write(New("churn", "b"), "begun", "", 1).ok());
  ASSERT_TRUE(challenges.Write(New("churn", "a"), "begun", "", 1).ok());
  Challenge wine = *challenges.Write(New("wine"), "begun", "", 1);
  EXPECT_EQ(*challenges.Models(), (std::vector<std::string>{"churn", "wine"}));
  const auto listed = challenges.List("churn");
  ASSERT_TRUE(listed.ok());
  ASSERT_EQ(listed->size(), 2u);
  EXPECT_EQ((*listed)[0].alias, "a");
  EXPECT_EQ(*challenges.LastPromotion("wine"), 0);
  ASSERT_TRUE(challenges.Write(wine, "promoted", "", clock_.NowMicros()).ok());
  EXPECT_EQ(*challenges.LastPromotion("wine"), clock_.NowMicros());
  EXPECT_EQ(*challenges.LastPromotion("churn"), 0);
}

TEST_P(ChallengesTest, EventsAreCountedByTheirKind) {
  Challenges challenges(*store_);
  EXPECT_TRUE(challenges.EventCounts("churn")->empty());
  Challenge one = *challenges.Write(New(), "begun", "", 1);
  const Challenge stale = one;
  one = *challenges.Write(one, "", "", 2);
  EXPECT_FALSE(challenges.Write(stale, "stopped", "", 3).ok());
  ASSERT_TRUE(challenges.Write(one, "promoted", "", 4).ok());
  ASSERT_TRUE(challenges.Write(New("churn", "other"), "begun", "", 5).ok());
  EXPECT_EQ(*challenges.EventCounts("churn"), (std::map<std::string, uint64_t>{{"begun", 2}, {"promoted", 1}}));
  EXPECT_TRUE(challenges.EventCounts("wine")->empty());
}

INSTANTIATE_TEST_SUITE_P(Stores, ChallengesTest, ::testing::ValuesIn(StoresUnderTest()),
                         [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace scoreway
