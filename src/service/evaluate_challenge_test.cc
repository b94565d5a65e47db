// Challenges from the first shadow to the last decision, on a log and labels of their own.
#include "service/evaluate_challenge.h"

#include <gtest/gtest.h>

#include <memory>

#include "challenge/challenges.h"
#include "service/measure_drift.h"
#include "service/replay_challenge.h"
#include "service/set_traffic.h"
#include "service/start_challenge.h"
#include "store/memory/memory_store.h"

namespace scoreway {
namespace {

constexpr int64_t kSecond = 1'000'000;

// Another store, until it has made so many changes: then it is lost, as a process that is killed loses it.
class MortalStore final : public Store {
 public:
  MortalStore(Store& store, int changes) : store_(store), changes_left_(changes) {}

  bool is_lost() const { return changes_left_ < 0; }

  Result<std::optional<std::string>> Get(const Partition& partition, std::string_view sort) override {
    if (is_lost()) return Lost();
    return store_.Get(partition, sort);
  }
  Result<ScanPage> Scan(const Partition& partition, const ScanRange& range) override {
    if (is_lost()) return Lost();
    return store_.Scan(partition, range);
  }
  Status Apply(std::span<const WriteBatch> batches, size_t* applied) override {
    if (is_lost() || --changes_left_ < 0) return Lost();
    return store_.Apply(batches, applied);
  }
  Result<uint64_t> ChangeCount(const Partition& partition) override { return store_.ChangeCount(partition); }
  Result<uint64_t> ChangeCount() override { return store_.ChangeCount(); }

 private:
  static Error Lost() { return {Code::kUnavailable, "lost", {}}; }

  Store& store_;
  int changes_left_;
};

class EvaluateChallengeTest : public ::testing::Test {
 protected:
  EvaluateChallengeTest() {
    for (const char* alias : {"champion", "challenger"}) {
      EXPECT_TRUE(registry_
                      .Push({.name = "churn", .metadata = {}, .idempotency_key = {}, .aliases = {alias}, .change = {}},
                            std::string("bytes of ") + alias)
                      .ok());
    }
  }

  Service ServiceOver(Registry& registry, Challenges& challenges) {
    return {.registry = &registry, .records = &records_, .traffic = &traffic_, .challenges = &challenges};
  }

  void Start(ChallengePolicy policy = {}) {
    const auto started = StartChallenge(service_, "churn", "challenger", policy, {"ann", "a try"});
    ASSERT_TRUE(started.ok()) << started.status().ToString();
  }

  // Rows that both versions scored, with their labels: the one is right and the other wrong, so many times each.
  void Score(int64_t answering, int64_t shadow, int only_answer_right, int only_shadow_right, bool with_labels = true) {
    std::vector<Label> labels;
    for (int i = 0; i < only_answer_right + only_shadow_right; ++i) {
      const std::string id = "p" + std::to_string(next_id_++);
      // Mixed, so that no test sees all of one kind first.
      const bool is_answer_right =
          i * int64_t{only_answer_right} % (only_answer_right + only_shadow_right) < only_answer_right;
      Log(answering, id, false, is_answer_right ? 1 : 0);
      Log(shadow, id, true, is_answer_right ? 0 : 1);
      labels.push_back({.prediction_id = id, .value = "1"});
      clock_.Advance(kSecond / 100);
    }
    records_.log->Flush();
    if (!with_labels) labels.clear();
    ASSERT_TRUE(records_.labels.Push("churn", std::move(labels)).ok());
    clock_.Advance(10 * kSecond);
  }

  void Log(int64_t version, const std::string& id, bool is_shadow, double answer) {
    auto& target = targets_[version];
    if (target == nullptr) {
      target = std::make_shared<PredictionTarget>(
          PredictionTarget{"churn", version, Schema::Make({{"region", Type::kString}}).value(),
                           Schema::Make({{"predict", Type::kFloat64}}).value()});
    }
    Batch inputs(target->inputs), outputs(target->outputs);
    inputs.column(0).AppendString("north");
    outputs.column(0).AppendFloat64(answer);
    records_.log->Add(0, target,
                      {.time_micros = clock_.NowMicros(), .latency_micros = 100, .is_shadow = is_shadow, .id = id},
                      inputs, outputs, {});
  }

  ChallengeStep Evaluate() {
    auto step = EvaluateChallenge(service_, "churn", "challenger");
    EXPECT_TRUE(step.ok()) << step.status().ToString();
    return step.ok() ? std::move(step).value() : ChallengeStep();
  }

  int64_t VersionOf(const std::string& alias) { return registry_.GetModel("churn")->aliases[alias]; }
  std::vector<std::string> Kinds() {
    std::vector<std::string> kinds;
    const auto history = challenges_.History("churn", 100);
    for (const ChallengeEvent& event : *history) kinds.insert(kinds.begin(), event.kind);
    return kinds;
  }

  ManualClock clock_{1'772'000'000'000'000};
  const std::unique_ptr<Store> store_ = NewMemoryStore(clock_);
  Registry registry_{*store_, clock_};
  Records records_{*store_, clock_, {.log_predictions = true}};
  Traffic traffic_{*store_, clock_, std::chrono::milliseconds(0)};
  Challenges challenges_{*store_};
  Service service_ = ServiceOver(registry_, challenges_);
  std::map<int64_t, std::shared_ptr<PredictionTarget>> targets_;
  int next_id_ = 0;
};

TEST_F(EvaluateChallengeTest, TheBetterOneTakesThePlaceAndIsKept) {
  Start();
  EXPECT_EQ(traffic_.store.Get("churn")->shadow, std::vector<std::string>{"challenger"});
  Score(1, 2, 10, 90);
  EXPECT_EQ(Evaluate().decision.verdict, Verdict::kWait);
  EXPECT_EQ(VersionOf("champion"), 1);
  Score(1, 2, 30, 270);
  const ChallengeStep promoted = Evaluate();
  EXPECT_EQ(promoted.challenge.phase, ChallengePhase::kWatching) << promoted.decision.reason;
  EXPECT_EQ(VersionOf("champion"), 2);
  EXPECT_EQ(VersionOf("challenger"), 1);
  Score(2, 1, 200, 200);
  EXPECT_EQ(Evaluate().challenge.evidence.labels(), 400u);
  clock_.Advance(int64_t{24} * 3600 * kSecond);
  EXPECT_EQ(Evaluate().challenge.phase, ChallengePhase::kKept);
  EXPECT_EQ(VersionOf("champion"), 2);
  EXPECT_EQ(Kinds(), (std::vector<std::string>{"begun", "promoting", "promoted", "kept"}));
}

TEST_F(EvaluateChallengeTest, EveryLabelCountsOnce) {
  Start({.labels_min = 100'000});
  Score(1, 2, 40, 60);
  EXPECT_EQ(Evaluate().challenge.evidence.labels(), 100u);
  EXPECT_EQ(Evaluate().challenge.evidence.labels(), 100u);
  Score(1, 2, 20, 30);
  const ChallengeStep step = Evaluate();
  EXPECT_EQ(step.challenge.evidence.labels(), 150u);
  EXPECT_NEAR(step.challenge.evidence.champion_loss(), 90 / 150.0, 1e-12);
  EXPECT_NEAR(step.challenge.evidence.challenger_loss(), 60 / 150.0, 1e-12);
}

TEST_F(EvaluateChallengeTest, WaitsForLabelsAsLongAsThePolicySays) {
  Start({.labels_min = 100'000, .label_wait_micros = 3600 * kSecond});
  Score(1, 2, 40, 60);
  EXPECT_EQ(Evaluate().challenge.evidence.labels(), 0u);
  clock_.Advance(3600 * kSecond);
  EXPECT_EQ(Evaluate().challenge.evidence.labels(), 100u);
  Score(1, 2, 1, 1, false);
  clock_.Advance(3600 * kSecond);
  EXPECT_EQ(Evaluate().challenge.evidence.unlabelled(), 2u);
}

TEST_F(EvaluateChallengeTest, AWorseOneIsRejected) {
  Start();
  Score(1, 2, 300, 100);
  EXPECT_EQ(Evaluate().challenge.phase, ChallengePhase::kRejected);
  EXPECT_EQ(VersionOf("champion"), 1);
}

TEST_F(EvaluateChallengeTest, APromotedOneThatTurnsWorseIsRolledBack) {
  Start();
  Score(1, 2, 40, 360);
  Evaluate();
  ASSERT_EQ(VersionOf("champion"), 2);
  Score(2, 1, 100, 300);
  const ChallengeStep step = Evaluate();
  EXPECT_EQ(step.challenge.phase, ChallengePhase::kRolledBack);
  EXPECT_EQ(VersionOf("champion"), 1);
  EXPECT_EQ(VersionOf("challenger"), 2);
  EXPECT_EQ(Kinds(), (std::vector<std::string>{"begun", "promoting", "promoted", "rolling_back", "rolled_back"}));
}

TEST_F(EvaluateChallengeTest, ADryRunMovesNothing) {
  Start({.dry_run = true});
  Score(1, 2, 40, 360);
  EXPECT_EQ(Evaluate().decision.verdict, Verdict::kPromote);
  EXPECT_EQ(VersionOf("champion"), 1);
  EXPECT_EQ(Kinds(), (std::vector<std::string>{"begun", "would_promote"}));
}

TEST_F(EvaluateChallengeTest, StopsWhereSomebodyElseMovesTheChampion) {
  Start();
  ASSERT_TRUE(
      registry_
          .Push({.name = "churn", .metadata = {}, .idempotency_key = {}, .aliases = {"champion"}, .change = {}}, "3")
          .ok());
  Score(1, 2, 40, 360);
  EXPECT_EQ(Evaluate().challenge.phase, ChallengePhase::kStopped);
  EXPECT_EQ(VersionOf("champion"), 3);
}

TEST_F(EvaluateChallengeTest, BeginsAnewWithAnotherChallenger) {
  Start();
  Score(1, 2, 40, 60);
  Evaluate();
  ASSERT_TRUE(
      registry_
          .Push({.name = "churn", .metadata = {}, .idempotency_key = {}, .aliases = {"challenger"}, .change = {}}, "3")
          .ok());
  const ChallengeStep step = Evaluate();
  EXPECT_EQ(step.challenge.phase, ChallengePhase::kTesting);
  EXPECT_EQ(step.challenge.challenger_version, 3);
  EXPECT_EQ(step.challenge.evidence.labels(), 0u);
}

// What a version was trained on: rows of one region, and answers of which nine in ten are 1.
Profile ProfileOf(const std::string& region) {
  Profile profile;
  profile.AddColumn("region", ProfileKind::kCategory, false, {});
  profile.AddColumn("predict", ProfileKind::kNumber, true, {});
  for (int i = 0; i < 1000; ++i) {
    profile.column(0).AddText(region);
    profile.column(1).AddNumber(i % 10 == 0 ? 0 : 1);
  }
  profile.CountRows(1000, 0);
  return profile;
}

TEST_F(EvaluateChallengeTest, OneThatDriftsIsNotPromotedUnderAGuard) {
  VersionProfiles profiles(*store_, clock_);
  service_.profiles = &profiles;
  Start({.drift_max = "warning"});
  Score(1, 2, 40, 360);
  EXPECT_EQ(Evaluate().decision.reason, "is better, but has no reference by which to see whether it drifts");
  ASSERT_TRUE(StoreReference(service_, "churn", 2, ProfileOf("south"), "sample", "ann").ok());
  EXPECT_EQ(Evaluate().decision.reason.substr(0, 32), "is better, but drifts (alarm): r");
  EXPECT_EQ(VersionOf("champion"), 1);
  ASSERT_TRUE(StoreReference(service_, "churn", 2, ProfileOf("north"), "sample", "ann").ok());
  EXPECT_EQ(Evaluate().challenge.phase, ChallengePhase::kWatching);
}

TEST_F(EvaluateChallengeTest, CannotBeStartedTwiceOrWithoutAChallenger) {
  Start();
  EXPECT_EQ(StartChallenge(service_, "churn", "challenger", {}, {}).code(), Code::kConflict);
  EXPECT_EQ(StartChallenge(service_, "churn", "champion", {}, {}).code(), Code::kConflict);
  EXPECT_EQ(StartChallenge(service_, "churn", "nobody", {}, {}).code(), Code::kNotFound);
  EXPECT_EQ(StartChallenge(service_, "nothing", "challenger", {}, {}).code(), Code::kNotFound);
  ASSERT_TRUE(StopChallenge(service_, "churn", "challenger", {"bob", "enough"}).ok());
  EXPECT_EQ(Evaluate().challenge.phase, ChallengePhase::kStopped);
  Start();
}

// Of the requests that name the model alone, those that go to the alias.
double PercentOf(Traffic& traffic, const std::string& alias) {
  const auto policy = traffic.store.Get("churn");
  for (const TrafficShare& share : policy->split) {
    if (share.alias == alias) return share.percent;
  }
  return 0;
}

const ChallengePolicy kCanaryPolicy{.canary = {5, 25}, .canary_labels_min = 20};

TEST_F(EvaluateChallengeTest, TheCanaryLeadsMoreAndMoreRequestsToTheChallenger) {
  Start(kCanaryPolicy);
  Score(1, 2, 40, 360);
  EXPECT_EQ(Evaluate().challenge.phase, ChallengePhase::kCanary);
  EXPECT_EQ(VersionOf("champion"), 1);
  EXPECT_EQ(PercentOf(traffic_, "challenger"), 5);
  EXPECT_EQ(traffic_.store.Get("churn")->shadow, (std::vector<std::string>{"challenger", "champion"}));
  // What the champion answers says nothing in the canary.
  Score(1, 2, 40, 360);
  EXPECT_EQ(Evaluate().challenge.evidence.labels(), 0u);
  Score(2, 1, 15, 15);
  EXPECT_EQ(Evaluate().challenge.canary_step, 1);
  EXPECT_EQ(PercentOf(traffic_, "challenger"), 25);
  EXPECT_EQ(PercentOf(traffic_, "champion"), 75);
  Score(2, 1, 15, 15);
  EXPECT_EQ(Evaluate().challenge.phase, ChallengePhase::kWatching);
  EXPECT_EQ(VersionOf("champion"), 2);
  EXPECT_TRUE(traffic_.store.Get("churn")->split.empty());
  EXPECT_EQ(traffic_.store.Get("churn")->shadow, std::vector<std::string>{"challenger"});
  EXPECT_EQ(Kinds(), (std::vector<std::string>{"begun", "canary", "canary", "promoting", "promoted"}));
  const auto history = challenges_.History("churn", 100);
  EXPECT_NE((*history)[3].evidence.find("\"labels\":400"), std::string::npos) << "what led to the canary is kept";
}

TEST_F(EvaluateChallengeTest, OneThatIsWorseInItsCanaryAnswersNobodyAnyMore) {
  Start({.canary = {5}, .canary_labels_min = 100'000});
  Score(1, 2, 40, 360);
  Evaluate();
  Score(2, 1, 50, 250);
  EXPECT_EQ(Evaluate().challenge.phase, ChallengePhase::kRejected);
  EXPECT_EQ(VersionOf("champion"), 1);
  EXPECT_TRUE(traffic_.store.Get("churn")->split.empty());
}

TEST_F(EvaluateChallengeTest, ACanaryStopsWithItsChallengeAndWhereSomebodyElseSplits) {
  const auto enter = [&] {
    Start(kCanaryPolicy);
    Score(1, 2, 40, 360);
    ASSERT_EQ(Evaluate().challenge.phase, ChallengePhase::kCanary);
  };
  enter();
  ASSERT_TRUE(StopChallenge(service_, "churn", "challenger", {"bob", "enough"}).ok());
  EXPECT_TRUE(traffic_.store.Get("churn")->split.empty());
  enter();
  TrafficPolicy mine = *traffic_.store.Get("churn");
  mine.split = {{"champion", 100}};
  ASSERT_TRUE(SetTraffic(service_, mine, {}, {"bob", "no"}).ok());
  EXPECT_EQ(Evaluate().challenge.phase, ChallengePhase::kStopped);
  EXPECT_EQ(traffic_.store.Get("churn")->split, mine.split);
  Start(kCanaryPolicy);
  Score(1, 2, 40, 360);
  EXPECT_EQ(Evaluate().decision.reason, "is better, but its requests are split by somebody else");
}

TEST_F(EvaluateChallengeTest, ACanaryThatIsCutOffIsFinished) {
  Start(kCanaryPolicy);
  Score(1, 2, 40, 360);
  const auto cut_off_until = [&](auto reached) {
    for (int changes = 0;; ++changes) {
      MortalStore mortal(*store_, changes % 4);
      Registry registry(mortal, clock_);
      Challenges challenges(mortal);
      Traffic traffic(mortal, clock_, std::chrono::milliseconds(0));
      Service service = ServiceOver(registry, challenges);
      service.traffic = &traffic;
      (void)EvaluateChallenge(service, "churn", "challenger");
      const int64_t champion = VersionOf("champion"), challenger = VersionOf("challenger");
      EXPECT_TRUE((champion == 1 && challenger == 2) || (champion == 2 && challenger == 1));
      if (reached(**challenges_.Find("churn", "challenger"))) break;
      ASSERT_LT(changes, 100);
    }
  };
  cut_off_until([&](const Challenge&) { return PercentOf(traffic_, "challenger") == 5; });
  Score(2, 1, 15, 15);
  cut_off_until([&](const Challenge&) { return PercentOf(traffic_, "challenger") == 25; });
  Score(2, 1, 15, 15);
  cut_off_until([](const Challenge& challenge) { return challenge.phase == ChallengePhase::kWatching; });
  EXPECT_TRUE(traffic_.store.Get("churn")->split.empty());
  EXPECT_EQ(Kinds(), (std::vector<std::string>{"begun", "canary", "canary", "promoting", "promoted"}));
}

// Wherever promotion or rollback is cut off, the next look finishes it: one champion, and the whole record.
TEST_F(EvaluateChallengeTest, WhatIsCutOffIsFinished) {
  Start();
  Score(1, 2, 40, 360);
  const auto cut_off_until = [&](ChallengePhase phase) {
    for (int changes = 0;; ++changes) {
      MortalStore mortal(*store_, changes % 3);
      Registry registry(mortal, clock_);
      Challenges challenges(mortal);
      (void)EvaluateChallenge(ServiceOver(registry, challenges), "churn", "challenger");
      const int64_t champion = VersionOf("champion"), challenger = VersionOf("challenger");
      EXPECT_TRUE((champion == 1 && challenger == 2) || (champion == 2 && challenger == 1));
      if ((*challenges_.Find("churn", "challenger"))->phase == phase) break;
      ASSERT_LT(changes, 100);
    }
  };
  cut_off_until(ChallengePhase::kWatching);
  EXPECT_EQ(VersionOf("champion"), 2);
  Score(2, 1, 100, 300);
  cut_off_until(ChallengePhase::kRolledBack);
  EXPECT_EQ(VersionOf("champion"), 1);
  EXPECT_EQ(Kinds(), (std::vector<std::string>{"begun", "promoting", "promoted", "rolling_back", "rolled_back"}));
}

TEST_F(EvaluateChallengeTest, AReplaySaysWhatAPolicyWouldHaveDone) {
  const int64_t from = clock_.NowMicros();
  Score(1, 2, 40, 360);
  const auto replay = [&](ChallengePolicy policy) {
    auto answer = ReplayChallenge(
        service_, {.model = "churn", .alias = "challenger", .policy = std::move(policy), .from_micros = from});
    EXPECT_TRUE(answer.ok()) << answer.status().ToString();
    return std::move(answer).value();
  };
  const ChallengeReplayAnswer quick = replay({.labels_min = 100});
  EXPECT_EQ(quick.decision.verdict, Verdict::kPromote);
  EXPECT_EQ(quick.challenge.evidence.labels(), 100u);
  EXPECT_EQ(replay({.labels_min = 1000}).decision.verdict, Verdict::kWait);
  EXPECT_EQ(VersionOf("champion"), 1);
  EXPECT_TRUE(Kinds().empty());
}

}  // namespace
}  // namespace scoreway
