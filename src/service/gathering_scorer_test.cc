// What is gathered: the scorer behind is held up until those that shall wait do.
#include "service/gathering_scorer.h"

#include <gtest/gtest.h>

#include <future>
#include <limits>
#include <thread>

#include "service/doubling_scorer.h"
#include "service/gather_rule.h"

namespace scoreway {
namespace {

class GatheringScorerTest : public ::testing::Test {
 protected:
  struct Answer {
    Status status;
    std::vector<double> numbers;
  };

  Answer Score(const std::vector<double>& rows) const {
    Batch input(gathering.input_schema()), output(gathering.output_schema());
    for (double x : rows) input.column(0).AppendFloat64(x);
    const ScratchPtr scratch = gathering.MakeScratch();
    Answer answer{gathering.Run(input, *scratch, &output, 0), {}};
    for (size_t row = 0; answer.status.ok() && row < output.rows(); ++row) {
      answer.numbers.push_back(output.column(0).float64s()[row]);
    }
    return answer;
  }
  // Begins a request, and comes back once it waits.
  std::future<Answer> Begin(std::vector<double> rows) {
    const size_t before = gathering.waiting();
    auto begun = std::async(std::launch::async, [this, rows = std::move(rows)] { return Score(rows); });
    while (gathering.waiting() == before) std::this_thread::yield();
    return begun;
  }
  // Begins a request that finds nobody, and comes back once it is being scored.
  std::future<Answer> BeginFirst(std::vector<double> rows) {
    behind->Hold();
    auto begun = std::async(std::launch::async, [this, rows = std::move(rows)] { return Score(rows); });
    behind->AwaitCall();
    return begun;
  }

  const std::shared_ptr<DoublingScorer> behind = std::make_shared<DoublingScorer>(
      std::make_shared<const Model>(DoublingModel("other", std::make_shared<const std::string>())));
  const GatheringScorer gathering{behind, {.rows_max = 4, .calls_max = 1}};
};

TEST_F(GatheringScorerTest, ScoresWhatFindsItIdleAtOnce) {
  EXPECT_FALSE(gathering.IsBusy());
  EXPECT_EQ(Score({1, 2}).numbers, (std::vector<double>{2, 4}));
  EXPECT_EQ(behind->calls(), (std::vector<size_t>{2}));
  EXPECT_FALSE(gathering.IsBusy());
}

TEST_F(GatheringScorerTest, ScoresWhatWaitsInOneCallAndGivesEachItsOwnRows) {
  auto first = BeginFirst({1});
  EXPECT_TRUE(gathering.IsBusy());
  auto second = Begin({2}), third = Begin({3, 4}), fourth = Begin({5});
  behind->LetGo();
  EXPECT_EQ(first.get().numbers, (std::vector<double>{2}));
  EXPECT_EQ(second.get().numbers, (std::vector<double>{4}));
  EXPECT_EQ(third.get().numbers, (std::vector<double>{6, 8}));
  EXPECT_EQ(fourth.get().numbers, (std::vector<double>{10}));
  EXPECT_EQ(behind->calls(), (std::vector<size_t>{1, 4}));
  const GatherCounts counts = gathering.counts();
  EXPECT_EQ(counts.calls, 2u);
  EXPECT_EQ(counts.requests, 4u);
  EXPECT_EQ(counts.rows, 5u);
  EXPECT_EQ(counts.split, 0u);
}

TEST_F(GatheringScorerTest, BoundsTheRowsOfACallAndKeepsTheOrder) {
  auto first = BeginFirst({1});
  auto second = Begin({2, 3}), third = Begin({4, 5, 6}), large = Begin({1, 2, 3, 4, 5, 6}), last = Begin({7});
  behind->LetGo();
  for (auto* request : {&first, &second, &third, &large, &last}) EXPECT_TRUE(request->get().status.ok());
  EXPECT_EQ(behind->calls(), (std::vector<size_t>{1, 2, 3, 6, 1}));
}

TEST_F(GatheringScorerTest, ABadRequestFailsAloneAndByItsOwnRow) {
  auto first = BeginFirst({1});
  auto good = Begin({2}), bad = Begin({3, -1}), also_good = Begin({4});
  behind->LetGo();
  EXPECT_TRUE(first.get().status.ok());
  EXPECT_EQ(good.get().numbers, (std::vector<double>{4}));
  EXPECT_EQ(bad.get().status.ToString(), "row 2: it is negative");
  EXPECT_EQ(also_good.get().numbers, (std::vector<double>{8}));
  EXPECT_EQ(behind->calls(), (std::vector<size_t>{1, 4, 1, 2, 1}));
  EXPECT_EQ(gathering.counts().split, 1u);
  EXPECT_FALSE(gathering.IsBusy());
  EXPECT_EQ(Score({1}).numbers, (std::vector<double>{2}));
}

TEST_F(GatheringScorerTest, WhatFindsNoMemoryLeavesNobodyWaiting) {
  auto first = BeginFirst({1});
  auto good = Begin({2}), large = Begin({std::numeric_limits<double>::infinity()}), also_good = Begin({4});
  behind->LetGo();
  EXPECT_TRUE(first.get().status.ok());
  EXPECT_EQ(good.get().numbers, (std::vector<double>{4}));
  EXPECT_EQ(large.get().status.code(), Code::kUnavailable);
  EXPECT_EQ(also_good.get().numbers, (std::vector<double>{8}));
  EXPECT_FALSE(gathering.IsBusy());
}

TEST(GatherRuleTest, ReadsModelVersionAndRows) {
  const Result<GatherRule> all = ParseGatherRule("net=64"), one = ParseGatherRule("net/3=8");
  ASSERT_TRUE(all.ok() && one.ok());
  EXPECT_EQ(GatherRowsOf({*all, *one}, "net", 3), 8u);
  EXPECT_EQ(GatherRowsOf({*one, *all}, "net", 4), 64u);
  EXPECT_EQ(GatherRowsOf({*one}, "net", 4), 0u);
  EXPECT_EQ(GatherRowsOf({*all}, "other", 1), 0u);
  for (const char* wrong : {"net", "net=", "net=1", "net=99999999", "net/x=8", "net/0=8", "=8", "net=8x"}) {
    EXPECT_FALSE(ParseGatherRule(wrong).ok()) << wrong;
  }
}

}  // namespace
}  // namespace scoreway
