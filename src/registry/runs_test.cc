// Runs and checkpoints over every Store.
#include "registry/runs.h"

#include <gtest/gtest.h>

#include <atomic>
#include <limits>
#include <thread>
#include <utility>

#include "base/sha256.h"
#include "registry/registry_rows.h"
#include "store/breaking_store.h"
#include "store/contract_stores.h"

namespace scoreway {
namespace {

using Artifact = CheckpointInfo::Artifact;
using Steps = std::vector<int64_t>;
constexpr int64_t kHour = 3'600'000'000;

class RunsTest : public ::testing::TestWithParam<StoreUnderTest> {
 protected:
  void SetUp() override {
    store_ = GetParam().make(folder_.path(), clock_);
    ASSERT_NE(store_, nullptr);
    runs_ = std::make_unique<Runs>(*store_, clock_);
  }

  int64_t Start(RetentionRules retention = {}, const std::string& name = "wine") {
    RunInfo run;
    run.name = name;
    run.retention = std::move(retention);
    auto answer = runs_->Start(run);
    EXPECT_TRUE(answer.ok()) << answer.status().ToString();
    return answer.ok() ? answer->run.number : -1;
  }
  static LogRequest Request(int64_t run, int64_t step, std::map<std::string, double> metrics = {}) {
    LogRequest request;
    request.name = "wine";
    request.run = run;
    request.step = step;
    request.metrics = std::move(metrics);
    return request;
  }
  Result<LogAnswer> Log(const LogRequest& request, std::string_view bytes) {
    return LogOver(*runs_, *store_, request, bytes);
  }
  Result<LogAnswer> LogOver(Runs& runs, Store& store, const LogRequest& request, std::string_view bytes) {
    BlobWriter writer(store, clock_);
    SCOREWAY_RETURN_IF_ERROR(writer.Append(bytes));
    return runs.Log(request, &writer);
  }
  std::string ReadBack(int64_t run, int64_t step) {
    auto bytes = runs_->ReadArtifact("wine", run, step, UINT64_MAX);
    return bytes.ok() ? *bytes : "(" + bytes.status().ToString() + ")";
  }
  bool HasBlob(std::string_view bytes) { return Blobs(*store_, clock_).Find(Sha256::Hex(bytes))->has_value(); }
  Steps StepsWithBytes(int64_t run) {
    Steps steps;
    for (const CheckpointInfo& each : All(run)) {
      if (each.has_bytes()) steps.push_back(each.step);
    }
    return steps;
  }
  std::vector<CheckpointInfo> All(int64_t run, size_t page_size = 7, bool last_first = false) {
    std::vector<CheckpointInfo> all;
    ListOptions options;
    options.count_max = page_size;
    do {
      auto page = runs_->ListCheckpoints("wine", run, options, last_first);
      EXPECT_TRUE(page.ok()) << page.status().ToString();
      if (!page.ok()) break;
      all.insert(all.end(), page->items.begin(), page->items.end());
      options.page_token = page->next_page_token;
    } while (!options.page_token.empty());
    return all;
  }
  size_t Unfinished(int64_t run, int64_t bucket = 0) {
    return store_->Scan(CheckpointPartition("wine", run, bucket), ScanPrefix(kUnfinishedPrefix))->rows.size();
  }

  TestFolder folder_;
  ManualClock clock_{1'000'000'000};
  std::unique_ptr<Store> store_;
  std::unique_ptr<Runs> runs_;
};

TEST_P(RunsTest, ARunComesBackWhole) {
  RunInfo run;
  run.name = "wine";
  run.who = "anna";
  run.source = "train.py";
  run.parameters = {{"eta", "0.1"}};
  run.tags = {{"team", "risk"}};
  run.retention = {.keep_last = 2, .keep_best = 3, .metric = "loss", .goal = MetricGoal::kMin, .keep_every = 5};
  auto started = runs_->Start(run);
  ASSERT_TRUE(started.ok()) << started.status().ToString();
  EXPECT_EQ(started->run.number, 1);
  auto found = runs_->GetRun("wine", 1);
  ASSERT_TRUE(found.ok());
  EXPECT_EQ(found->state, RunInfo::State::kRunning);
  EXPECT_EQ(found->created_micros, clock_.NowMicros());
  EXPECT_EQ(found->who, "anna");
  EXPECT_EQ(found->source, "train.py");
  EXPECT_EQ(found->parameters, run.parameters);
  EXPECT_EQ(found->tags, run.tags);
  EXPECT_EQ(found->retention, run.retention);
  EXPECT_EQ(runs_->GetRun("wine", 2).code(), Code::kNotFound);
  EXPECT_EQ(runs_->GetRun("beer", 1).code(), Code::kNotFound);
}

TEST_P(RunsTest, AKeyStartsARunOnce) {
  RunInfo run;
  run.name = "wine";
  EXPECT_TRUE(runs_->Start(run, "night-7")->is_new);
  const auto again = runs_->Start(run, "night-7");
  EXPECT_FALSE(again->is_new);
  EXPECT_EQ(again->run.number, 1);
  EXPECT_EQ(runs_->Start(run, "night-8")->run.number, 2);
}

TEST_P(RunsTest, RunsAreListedTheNewestFirstInPages) {
  for (int i = 0; i < 5; ++i) Start();
  Start({}, "beer");
  ListOptions options;
  options.count_max = 2;
  Steps numbers;
  do {
    const auto page = runs_->ListRuns("wine", options);
    ASSERT_TRUE(page.ok());
    for (const RunInfo& run : page->items) numbers.push_back(run.number);
    options.page_token = page->next_page_token;
  } while (!options.page_token.empty());
  EXPECT_EQ(numbers, (Steps{5, 4, 3, 2, 1}));
  EXPECT_TRUE(runs_->ListRuns("unknown")->items.empty());
}

TEST_P(RunsTest, ACheckpointComesBackWithItsBytes) {
  const int64_t run = Start();
  const std::string bytes(5'300'000, 'm');
  LogRequest request = Request(run, 300, {{"auc", 0.9}, {"loss", std::numeric_limits<double>::infinity()}});
  request.format = "pickle";
  const auto logged = Log(request, bytes);
  ASSERT_TRUE(logged.ok()) << logged.status().ToString();
  EXPECT_TRUE(logged->is_new);
  const auto found = runs_->GetCheckpoint("wine", run, 300);
  ASSERT_TRUE(found.ok());
  EXPECT_EQ(found->metrics, request.metrics);
  EXPECT_EQ(found->artifact, Artifact::kKept);
  EXPECT_EQ(found->artifact_sha256, Sha256::Hex(bytes));
  EXPECT_EQ(found->artifact_bytes, bytes.size());
  EXPECT_EQ(found->format, "pickle");
  EXPECT_TRUE(ReadBack(run, 300) == bytes);
  EXPECT_EQ(runs_->GetCheckpoint("wine", run, 301).code(), Code::kNotFound);
  EXPECT_EQ(Unfinished(run), 0u);
}

TEST_P(RunsTest, BytesMayBeElsewhereOrNowhere) {
  const int64_t run = Start();
  LogRequest request = Request(run, 1);
  request.reference = "s3://bucket/step1";
  ASSERT_TRUE(runs_->Log(request).ok());
  ASSERT_TRUE(runs_->Log(Request(run, 2, {{"auc", 0.5}})).ok());
  EXPECT_EQ(runs_->GetCheckpoint("wine", run, 1)->artifact, Artifact::kElsewhere);
  EXPECT_NE(ReadBack(run, 1).find("s3://bucket/step1"), std::string::npos);
  EXPECT_EQ(runs_->ReadArtifact("wine", run, 2, 100).code(), Code::kNotFound);
  EXPECT_EQ(Log(request, "bytes").code(), Code::kInvalidArgument) << "both";
}

TEST_P(RunsTest, TheSameLogAgainChangesNothing) {
  const int64_t run = Start();
  const LogRequest request = Request(run, 1, {{"auc", 0.5}, {"loss", std::numeric_limits<double>::quiet_NaN()}});
  EXPECT_TRUE(Log(request, "bytes")->is_new);
  EXPECT_FALSE(Log(request, "bytes")->is_new);
  EXPECT_FALSE(runs_->Log(request)->is_new);
  EXPECT_TRUE(runs_->Log(Request(run, 1, {{"f1", 0.25}}))->is_new) << "a metric more";
  EXPECT_EQ(runs_->GetCheckpoint("wine", run, 1)->metrics.size(), 3u);
  EXPECT_EQ(runs_->Log(Request(run, 1, {{"auc", 0.75}})).code(), Code::kAlreadyExists);
  EXPECT_EQ(Log(Request(run, 1), "others").code(), Code::kAlreadyExists);
  EXPECT_EQ(ReadBack(run, 1), "bytes");
  EXPECT_FALSE(HasBlob("others"));
  EXPECT_EQ(Unfinished(run), 0u);
}

TEST_P(RunsTest, ReplaceOverwritesAndLetsTheOldBytesGo) {
  const int64_t run = Start();
  ASSERT_TRUE(Log(Request(run, 1, {{"auc", 0.5}}), "old").ok());
  LogRequest again = Request(run, 1, {{"auc", 0.75}});
  again.replace = true;
  ASSERT_TRUE(Log(again, "new").ok());
  EXPECT_EQ(runs_->GetCheckpoint("wine", run, 1)->metrics.at("auc"), 0.75);
  EXPECT_EQ(ReadBack(run, 1), "new");
  EXPECT_FALSE(HasBlob("old"));
  again.reference = "s3://elsewhere";
  ASSERT_TRUE(runs_->Log(again).ok());
  EXPECT_FALSE(HasBlob("new"));
  EXPECT_EQ(Unfinished(run), 0u);
}

TEST_P(RunsTest, TheSameBytesAreStoredOnce) {
  const int64_t run = Start();
  ASSERT_TRUE(Log(Request(run, 1), "bytes").ok());
  ASSERT_TRUE(Log(Request(run, 2), "bytes").ok());
  const RetentionRules last{.keep_last = 1, .metric = {}};
  EXPECT_EQ(runs_->Prune("wine", run, &last)->checkpoints, 1u);
  EXPECT_EQ(ReadBack(run, 2), "bytes");
}

TEST_P(RunsTest, StepsAreListedInOrderOverBuckets) {
  const int64_t run = Start();
  const Steps steps = {0, 9'999, 10'000, 25'000, 10'000'000, kStepMax};
  for (const int64_t step : {steps[3], steps[0], steps[5], steps[2], steps[1], steps[4]}) {
    ASSERT_TRUE(runs_->Log(Request(run, step, {{"auc", 1.0}})).ok());
  }
  Steps listed, reversed;
  for (const auto& each : All(run, 2)) listed.push_back(each.step);
  for (const auto& each : All(run, 2, true)) reversed.push_back(each.step);
  EXPECT_EQ(listed, steps);
  std::reverse(reversed.begin(), reversed.end());
  EXPECT_EQ(reversed, steps);
  EXPECT_EQ(runs_->Latest("wine", run)->step, kStepMax);
  EXPECT_EQ(runs_->Log(Request(run, -1)).code(), Code::kInvalidArgument);
  EXPECT_EQ(runs_->Log(Request(run, kStepMax + 1)).code(), Code::kInvalidArgument);
}

TEST_P(RunsTest, TheBestIsFoundByItsMetric) {
  const int64_t run = Start();
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double values[] = {0.5, 0.75, nan, 0.75, 0.25};
  for (int64_t step = 0; step < 5; ++step) {
    const LogRequest request = Request(run, step, {{"auc", values[step]}});
    ASSERT_TRUE(step == 1 ? runs_->Log(request).ok() : Log(request, std::to_string(step)).ok());
  }
  ASSERT_TRUE(runs_->Log(Request(run, 5, {{"other", 9.0}})).ok());
  const auto best = [&](const BestOptions& options) {
    Steps steps;
    const auto found = runs_->Best("wine", run, options);
    for (const CheckpointInfo& each : *found) steps.push_back(each.step);
    return steps;
  };
  EXPECT_EQ(best({.metric = "auc"}), (Steps{1})) << "of equals the earliest";
  EXPECT_EQ(best({.metric = "auc", .count_max = 10}), (Steps{1, 3, 0, 4}));
  EXPECT_EQ(best({.metric = "auc", .goal = MetricGoal::kMin, .count_max = 2}), (Steps{4, 0}));
  EXPECT_EQ(best({.metric = "auc", .only_with_bytes = true}), (Steps{3}));
  EXPECT_EQ(best({.metric = "nothing"}), Steps{});
  EXPECT_EQ(runs_->Latest("wine", run)->step, 5);
  EXPECT_EQ(runs_->Latest("wine", run, true)->step, 4);
}

TEST_P(RunsTest, AnEndedRunTakesNoMore) {
  const int64_t run = Start();
  ASSERT_TRUE(Log(Request(run, 1), "bytes").ok());
  clock_.Advance(5);
  const auto failed = runs_->Finish("wine", run, RunInfo::State::kFailed, "out of memory");
  ASSERT_TRUE(failed.ok()) << failed.status().ToString();
  EXPECT_EQ(runs_->GetRun("wine", run)->message, "out of memory");
  EXPECT_EQ(runs_->GetRun("wine", run)->ended_micros, clock_.NowMicros());
  EXPECT_TRUE(runs_->Finish("wine", run, RunInfo::State::kFailed, "again").ok());
  EXPECT_EQ(runs_->GetRun("wine", run)->message, "out of memory");
  EXPECT_EQ(runs_->Finish("wine", run, RunInfo::State::kFinished, "").code(), Code::kConflict);
  EXPECT_EQ(runs_->Log(Request(run, 2)).code(), Code::kConflict);
  EXPECT_EQ(ReadBack(run, 1), "bytes");
}

TEST_P(RunsTest, ARunGoesOnFromACheckpoint) {
  const int64_t first = Start();
  ASSERT_TRUE(Log(Request(first, 7), "bytes").ok());
  RunInfo next;
  next.name = "wine";
  next.parent_run = first;
  next.parent_step = 7;
  EXPECT_EQ(runs_->Start(next)->run.parent_step, 7);
  next.parent_step = 8;
  EXPECT_EQ(runs_->Start(next).code(), Code::kNotFound);
}

TEST_P(RunsTest, RulesLetBytesGoAndKeepMetrics) {
  const int64_t run = Start({.keep_last = 2, .keep_best = 1, .metric = "auc", .keep_every = 10});
  for (int64_t step = 1; step <= 40; ++step) {
    LogRequest request = Request(run, step, {{"auc", step == 13 ? 1.0 : 0.01 * static_cast<double>(step)}});
    request.prune_now = step % 2 == 0;
    ASSERT_TRUE(Log(request, "bytes of " + std::to_string(step)).ok());
    if (!request.prune_now) continue;
    EXPECT_LE(StepsWithBytes(run).size(), 3u + static_cast<size_t>(step / 10));
  }
  EXPECT_EQ(StepsWithBytes(run), (Steps{10, 13, 20, 30, 39, 40}));
  EXPECT_EQ(All(run).size(), 40u);
  EXPECT_EQ(runs_->GetCheckpoint("wine", run, 5)->artifact, Artifact::kPruned);
  EXPECT_EQ(runs_->GetCheckpoint("wine", run, 5)->metrics.at("auc"), 0.05);
  EXPECT_FALSE(HasBlob("bytes of 5"));
  EXPECT_TRUE(HasBlob("bytes of 13"));
  EXPECT_EQ(Unfinished(run), 0u);
}

TEST_P(RunsTest, RulesAreCarriedOutNowAndThenAndAtTheEnd) {
  const int64_t run = Start({.keep_last = 3, .metric = {}});
  for (int64_t step = 0; step < 100; ++step) {
    ASSERT_TRUE(Log(Request(run, step), std::to_string(step)).ok());
    EXPECT_LT(StepsWithBytes(run).size(), 20u);
  }
  ASSERT_TRUE(runs_->Finish("wine", run, RunInfo::State::kFinished, "").ok());
  EXPECT_EQ(StepsWithBytes(run), (Steps{97, 98, 99}));
}

TEST_P(RunsTest, APromotedCheckpointKeepsItsBytes) {
  const int64_t run = Start();
  for (int64_t step = 0; step < 4; ++step) ASSERT_TRUE(Log(Request(run, step), std::to_string(step)).ok());
  ASSERT_EQ(runs_->MarkPromoted("wine", run, 1, 9)->version, 9);
  EXPECT_TRUE(runs_->MarkPromoted("wine", run, 1, 9).ok());
  EXPECT_EQ(runs_->MarkPromoted("wine", run, 1, 10).code(), Code::kConflict);
  const RetentionRules last{.keep_last = 1, .metric = {}};
  EXPECT_EQ(runs_->Prune("wine", run, &last)->checkpoints, 2u);
  EXPECT_EQ(StepsWithBytes(run), (Steps{1, 3}));
  EXPECT_EQ(ReadBack(run, 1), "1");
  LogRequest other = Request(run, 1, {{"auc", 0.5}});
  other.replace = true;
  EXPECT_EQ(Log(other, "others").code(), Code::kAlreadyExists);
  EXPECT_TRUE(runs_->Log(other).ok()) << "metrics may come later";
  EXPECT_EQ(ReadBack(run, 1), "1");
}

TEST_P(RunsTest, BytesThatWentWhileTheyBecameAVersionComeBack) {
  const int64_t run = Start();
  ASSERT_TRUE(Log(Request(run, 1), "bytes").ok());
  ASSERT_TRUE(Log(Request(run, 2), "later").ok());
  ASSERT_TRUE(Blobs(*store_, clock_).AddReference(Sha256::Hex("bytes"), "wine/push").ok());
  const RetentionRules last{.keep_last = 1, .metric = {}};
  ASSERT_EQ(runs_->Prune("wine", run, &last)->checkpoints, 1u);
  ASSERT_TRUE(runs_->MarkPromoted("wine", run, 1, 3).ok());
  EXPECT_EQ(ReadBack(run, 1), "bytes");
  ASSERT_TRUE(Blobs(*store_, clock_).Release(Sha256::Hex("bytes"), "wine/push").ok());
  EXPECT_EQ(ReadBack(run, 1), "bytes");
  EXPECT_EQ(Unfinished(run), 0u);
}

// As after the crash of a process between any two writes.
TEST_P(RunsTest, ALogBrokenOffAnywhereIsInvisibleAndPruned) {
  const int64_t run = Start();
  BreakingStore breaking(*store_);
  const std::string bytes(5'300'000, 'b');
  for (size_t crash_at = 0;; ++crash_at) {
    ASSERT_LT(crash_at, 20u);
    breaking.BreakAfter(crash_at);
    Runs runs(breaking, clock_);
    const bool done = LogOver(runs, breaking, Request(run, 1, {{"auc", 0.5}}), bytes).ok();
    ASSERT_EQ(runs_->GetCheckpoint("wine", run, 1).ok(), done) << crash_at;
    clock_.Advance(2 * kHour);
    ASSERT_TRUE(Blobs(*store_, clock_).CollectUploads(kHour).ok());
    ASSERT_TRUE(runs_->Prune("wine", run).ok());
    EXPECT_EQ(HasBlob(bytes), done);
    EXPECT_EQ(Unfinished(run), 0u);
    if (done) break;
  }
  EXPECT_TRUE(ReadBack(run, 1) == bytes);
}

TEST_P(RunsTest, APruneBrokenOffAnywhereIsFinishedByTheNext) {
  BreakingStore breaking(*store_);
  for (size_t crash_at = 0;; ++crash_at) {
    ASSERT_LT(crash_at, 20u);
    const int64_t run = Start();
    const std::string bytes = "bytes of run " + std::to_string(run);
    ASSERT_TRUE(Log(Request(run, 1), bytes).ok());
    ASSERT_TRUE(Log(Request(run, 2), "later").ok());
    breaking.BreakAfter(crash_at);
    const RetentionRules last{.keep_last = 1, .metric = {}};
    const bool done = Runs(breaking, clock_).Prune("wine", run, &last).ok();
    const bool is_kept = runs_->GetCheckpoint("wine", run, 1)->has_bytes();
    EXPECT_TRUE(!is_kept || ReadBack(run, 1) == bytes);
    clock_.Advance(2 * kHour);
    ASSERT_TRUE(runs_->Prune("wine", run, &last).ok());
    EXPECT_FALSE(HasBlob(bytes));
    EXPECT_EQ(Unfinished(run), 0u);
    if (done) break;
  }
}

TEST_P(RunsTest, ManyLogToOneRun) {
  const int64_t run = Start({.keep_last = 5, .metric = {}});
  std::atomic<int> wrong = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 6; ++t) {
    threads.emplace_back([&, t] {
      Runs own(*store_, clock_);
      for (int64_t i = 0; i < 40; ++i) {
        const int64_t step = i * 6 + t;
        if (!LogOver(own, *store_, Request(run, step, {{"auc", 0.5}}), std::to_string(step)).ok()) ++wrong;
        // All of them also log the same step, each with a metric of its own.
        if (!own.Log(Request(run, 1000 + i, {{"of" + std::to_string(t), 1.0}})).ok()) ++wrong;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
  ASSERT_TRUE(runs_->Finish("wine", run, RunInfo::State::kFinished, "").ok());
  EXPECT_EQ(All(run, 1000).size(), 6u * 40 + 40);
  EXPECT_EQ(StepsWithBytes(run), (Steps{235, 236, 237, 238, 239}));
  for (int64_t i = 0; i < 40; ++i) EXPECT_EQ(runs_->GetCheckpoint("wine", run, 1000 + i)->metrics.size(), 6u);
  EXPECT_EQ(Unfinished(run), 0u);
}

TEST_P(RunsTest, OfDifferentBytesForOneStepOneWins) {
  for (int round = 0; round < 10; ++round) {
    const int64_t run = Start();
    std::atomic<int> stored = 0, refused = 0;
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&, t] {
        const auto answer = Log(Request(run, 1), "bytes of thread " + std::to_string(t));
        if (answer.ok()) ++stored;
        if (answer.code() == Code::kAlreadyExists) ++refused;
      });
    }
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(stored, 1);
    EXPECT_EQ(refused, 3);
    EXPECT_EQ(Unfinished(run), 0u);
    int blobs = 0;
    for (int t = 0; t < 4; ++t) blobs += HasBlob("bytes of thread " + std::to_string(t)) ? 1 : 0;
    EXPECT_EQ(blobs, 1);
    const RetentionRules none{.metric = {}, .keep_every = kStepMax};
    ASSERT_TRUE(runs_->Prune("wine", run, &none).ok());
  }
}

// Operations of the store, counted: a log late in a run costs what an early one does.
class CountingStore final : public Store {
 public:
  explicit CountingStore(Store& store) : store_(store) {}
  // Since the last call.
  size_t TakeCount() { return std::exchange(count_, 0); }

  Result<std::optional<std::string>> Get(const Partition& partition, std::string_view sort) override {
    ++count_;
    return store_.Get(partition, sort);
  }
  Result<ScanPage> Scan(const Partition& partition, const ScanRange& range) override {
    ++count_;
    return store_.Scan(partition, range);
  }
  Status Apply(std::span<const WriteBatch> batches, size_t* applied) override {
    count_ += batches.size();
    return store_.Apply(batches, applied);
  }
  Result<uint64_t> ChangeCount(const Partition& partition) override { return store_.ChangeCount(partition); }
  Result<uint64_t> ChangeCount() override { return store_.ChangeCount(); }

 private:
  Store& store_;
  size_t count_ = 0;
};

TEST(RunsCostTest, TheTenThousandthLogCostsWhatTheFirstDid) {
  const ManualClock clock(1'000'000);
  const auto memory = StoresUnderTest().front().make("", clock);
  CountingStore store(*memory);
  Runs runs(store, clock);
  RunInfo run;
  run.name = "wine";
  run.retention = {.keep_last = 5, .metric = {}};
  ASSERT_TRUE(runs.Start(run).ok());
  size_t early = 0;
  for (int64_t step = 0; step < 9'984; ++step) {
    LogRequest request;
    request.name = "wine";
    request.run = 1;
    request.step = step;
    request.metrics = {{"loss", 1.0 / static_cast<double>(step + 1)}};
    BlobWriter writer(store, clock);
    ASSERT_TRUE(writer.Append("bytes of step " + std::to_string(step)).ok());
    ASSERT_TRUE(runs.Log(request, &writer).ok());
    if (step == 63 || step == 9'919) store.TakeCount();
    if (step == 127) early = store.TakeCount();
  }
  EXPECT_EQ(store.TakeCount(), early) << "64 logs at the end beside 64 at the start";
}

INSTANTIATE_TEST_SUITE_P(Stores, RunsTest, ::testing::ValuesIn(StoresUnderTest()),
                         [](const auto& tested) { return tested.param.name; });

}  // namespace
}  // namespace scoreway
