#include "challenge/decide.h"

#include <gtest/gtest.h>

namespace scoreway {
namespace {

constexpr int64_t kHour = int64_t{3600} * 1'000'000;
constexpr int64_t kNow = 1'772'000'000'000'000;

Challenge Testing(ChallengePolicy policy = {}) {
  Challenge challenge;
  challenge.policy = policy;
  challenge.champion_version = 3;
  challenge.challenger_version = 4;
  challenge.started_micros = challenge.phase_micros = kNow - kHour;
  challenge.evidence = Evidence(policy);
  return challenge;
}

// Rows of which the challenger wins some and loses some, and the rest are even.
void AddPairs(Challenge* challenge, int count, int wins_of_20, int losses_of_20, const Pair& like = {}) {
  for (int i = 0; i < count; ++i) {
    Pair pair = like;
    const int place = i * 7 % 20;
    pair.champion_loss = place < wins_of_20 ? 1 : 0;
    pair.challenger_loss = place >= 20 - losses_of_20 ? 1 : 0;
    challenge->evidence.Add(pair);
  }
}

TEST(Decide, WaitsForLabelsAndTime) {
  Challenge challenge = Testing();
  AddPairs(&challenge, 199, 20, 0);
  EXPECT_EQ(Decide(challenge, 0, kNow).verdict, Verdict::kWait);
  EXPECT_EQ(Decide(challenge, 0, kNow).reason, "199 of at least 200 labels");
  AddPairs(&challenge, 1, 20, 0);
  EXPECT_EQ(Decide(challenge, 0, kNow).verdict, Verdict::kPromote);
  challenge.policy.time_min_micros = 2 * kHour;
  EXPECT_EQ(Decide(challenge, 0, kNow).verdict, Verdict::kWait);
  EXPECT_EQ(Decide(challenge, 0, kNow + kHour).verdict, Verdict::kPromote);
}

TEST(Decide, PromotesTheBetterAndRejectsTheWorse) {
  Challenge better = Testing(), worse = Testing(), even = Testing();
  AddPairs(&better, 1000, 4, 1);
  AddPairs(&worse, 1000, 1, 4);
  AddPairs(&even, 1000, 2, 2);
  EXPECT_EQ(Decide(better, 0, kNow).verdict, Verdict::kPromote);
  EXPECT_NE(Decide(better, 0, kNow).reason.find("error 0.05 against 0.2 of version 3 over 1000 labels"),
            std::string::npos)
      << Decide(better, 0, kNow).reason;
  EXPECT_EQ(Decide(worse, 0, kNow).verdict, Verdict::kReject);
  EXPECT_EQ(Decide(even, 0, kNow).verdict, Verdict::kWait);
  even.policy.labels_max = 1000;
  EXPECT_EQ(Decide(even, 0, kNow).verdict, Verdict::kReject);
}

TEST(Decide, WaitsForTheLastPromotionToCoolDown) {
  Challenge challenge = Testing({.cool_down_micros = kHour});
  AddPairs(&challenge, 1000, 4, 1);
  EXPECT_EQ(Decide(challenge, kNow - kHour + 1, kNow).verdict, Verdict::kWait);
  EXPECT_EQ(Decide(challenge, kNow - kHour, kNow).verdict, Verdict::kPromote);
}

TEST(Decide, HoldsAChallengerThatIsTooSlow) {
  Challenge challenge = Testing({.latency_ratio_max = 2});
  AddPairs(&challenge, 1000, 4, 1, {.challenger_micros = 900, .champion_micros = 100});
  EXPECT_EQ(Decide(challenge, 0, kNow).verdict, Verdict::kWait);
  EXPECT_NE(Decide(challenge, 0, kNow).reason.find("times as long"), std::string::npos);
  challenge.policy.latency_ratio_max = 0;
  EXPECT_EQ(Decide(challenge, 0, kNow).verdict, Verdict::kPromote);
}

TEST(Decide, RejectsWhatHarmsASegment) {
  Challenge challenge = Testing({.segments = {"region"}});
  AddPairs(&challenge, 2000, 6, 0, {.segments = {{"region", "north"}}});
  AddPairs(&challenge, 300, 0, 8, {.segments = {{"region", "south"}}});
  const Decision decision = Decide(challenge, 0, kNow);
  EXPECT_EQ(decision.verdict, Verdict::kReject);
  EXPECT_NE(decision.reason.find("region=south"), std::string::npos) << decision.reason;
}

TEST(Decide, RollsBackOrKeepsWhatItWatches) {
  Challenge challenge = Testing({.watch_micros = kHour});
  challenge.phase = ChallengePhase::kWatching;
  challenge.phase_micros = kNow;
  EXPECT_EQ(Decide(challenge, 0, kNow + kHour - 1).verdict, Verdict::kWait);
  EXPECT_EQ(Decide(challenge, 0, kNow + kHour).verdict, Verdict::kKeep);
  AddPairs(&challenge, 1000, 1, 4);
  EXPECT_EQ(Decide(challenge, 0, kNow + 1).verdict, Verdict::kRollBack);
}

TEST(Decide, AsksNothingOfWhatHasEnded) {
  Challenge challenge = Testing();
  AddPairs(&challenge, 1000, 20, 0);
  for (const ChallengePhase phase : {ChallengePhase::kPromoting, ChallengePhase::kKept, ChallengePhase::kRolledBack,
                                     ChallengePhase::kRejected, ChallengePhase::kStopped}) {
    challenge.phase = phase;
    EXPECT_EQ(Decide(challenge, 0, kNow).verdict, Verdict::kWait);
  }
}

TEST(Decide, ABetterOneGoesThroughTheStepsOfTheCanary) {
  const ChallengePolicy policy{.canary = {5, 25}, .canary_labels_min = 50, .canary_time_micros = kHour};
  Challenge challenge = Testing(policy);
  AddPairs(&challenge, 1000, 4, 1);
  EXPECT_EQ(Decide(challenge, 0, kNow).verdict, Verdict::kCanary);
  challenge.phase = ChallengePhase::kCanary;
  challenge.evidence = Evidence(policy);
  EXPECT_EQ(CanaryPercent(challenge), 5);
  AddPairs(&challenge, 49, 2, 2);
  EXPECT_EQ(Decide(challenge, 0, kNow).reason, "answers 5 % of the requests: 49 of at least 50 labels");
  AddPairs(&challenge, 1, 2, 2);
  EXPECT_EQ(Decide(challenge, 0, kNow - 1).verdict, Verdict::kWait) << "the step is to last an hour";
  EXPECT_EQ(Decide(challenge, 0, kNow).verdict, Verdict::kCanary);
  challenge.canary_step = 1;
  EXPECT_EQ(CanaryPercent(challenge), 25);
  EXPECT_EQ(Decide(challenge, 0, kNow).verdict, Verdict::kPromote);
}

TEST(Decide, OneThatIsWorseInItsCanaryIsRejectedAtOnce) {
  const ChallengePolicy policy{.canary = {5}, .canary_labels_min = 100'000};
  Challenge challenge = Testing(policy);
  challenge.phase = ChallengePhase::kCanary;
  AddPairs(&challenge, 200, 1, 4);
  EXPECT_EQ(Decide(challenge, 0, kNow).verdict, Verdict::kReject);
  Challenge segment = Testing({.canary = {5}, .canary_labels_min = 100'000, .segments = {"region"}});
  segment.phase = ChallengePhase::kCanary;
  AddPairs(&segment, 1000, 8, 1, {.segments = {{"region", "north"}}});
  AddPairs(&segment, 300, 1, 4, {.segments = {{"region", "south"}}});
  EXPECT_EQ(Decide(segment, 0, kNow).reason, "is worse with 5 % of the requests where region=south");
}

TEST(Decide, ThompsonLeadsMoreRequestsToWhoIsLikelyTheBetterOne) {
  const ChallengePolicy policy{.canary = {5, 60}, .allocation = Allocation::kThompson};
  Challenge challenge = Testing(policy);
  challenge.phase = ChallengePhase::kCanary;
  challenge.evidence = Evidence(policy);
  EXPECT_EQ(CanaryPercent(challenge), 5) << "without labels the least";
  AddPairs(&challenge, 20, 2, 3);
  const double worse = CanaryPercent(challenge);
  EXPECT_GT(worse, 5);
  EXPECT_LT(worse, 50);
  AddPairs(&challenge, 200, 6, 1);
  EXPECT_EQ(CanaryPercent(challenge), 60) << "the most";
}

}  // namespace
}  // namespace scoreway
