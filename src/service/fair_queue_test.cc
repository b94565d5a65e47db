// Whose turn it is, step by step: no thread runs here, and time is what the test says.
#include "service/fair_queue.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

namespace scoreway {
namespace {

constexpr int64_t kMillisecond = 1'000'000;

class FairQueueTest : public ::testing::Test {
 protected:
  struct Named final : Task {
    Named(std::string text, const bool* is_wanted) : name(std::move(text)), wanted(is_wanted) {}
    bool IsWanted() const override { return wanted == nullptr || *wanted; }
    void Run() override {}
    void Refuse(const Refusal&) override {}
    const std::string name;
    const bool* const wanted;
  };

  // The name of what was refused, empty if nothing was.
  std::string Push(FairQueue& queue, const Lane& lane, const std::string& name, const bool* is_wanted = nullptr) {
    const FairQueue::Refused refused = queue.Push(lane, std::make_unique<Named>(name, is_wanted));
    refusal = refused.refusal;
    return refused.task == nullptr ? "" : static_cast<const Named&>(*refused.task).name;
  }
  void Push(FairQueue& queue, const Lane& lane, int count) {
    for (int i = 0; i < count; ++i)
      ASSERT_EQ(Push(queue, lane, std::string(lane.model) + std::string(lane.caller)), "");
  }
  static std::string NameOf(const FairQueue::Started& started) {
    return started.task == nullptr ? "" : static_cast<const Named&>(*started.task).name;
  }
  // One thread runs everything; a task takes as long as `cost` has under its name.
  static std::vector<std::string> RunAll(FairQueue& queue, const std::map<std::string, int64_t>& cost, int count) {
    std::vector<std::string> order;
    for (int i = 0; i < count; ++i) {
      const FairQueue::Started started = queue.Pop();
      if (started.task == nullptr) break;
      order.push_back(NameOf(started));
      queue.Done(started, cost.at(order.back()));
    }
    return order;
  }
  static int64_t CountOf(const std::vector<std::string>& order, const std::string& name) {
    return std::count(order.begin(), order.end(), name);
  }

  Refusal refusal;
};

TEST_F(FairQueueTest, GivesTurnsInTheOrderOfComingWithinALane) {
  FairQueue queue(1, 10);
  for (const char* name : {"a", "b", "c"}) Push(queue, {.model = "m", .caller = {}}, name);
  EXPECT_EQ(RunAll(queue, {{"a", 1}, {"b", 1}, {"c", 1}}, 9), (std::vector<std::string>{"a", "b", "c"}));
  EXPECT_EQ(queue.waiting(), 0U);
}

TEST_F(FairQueueTest, LetsNoHotModelStarveAnother) {
  FairQueue queue(1, 1000);
  Push(queue, {.model = "hot", .caller = {}}, 500);
  Push(queue, {.model = "cool", .caller = {}}, 5);
  const auto order = RunAll(queue, {{"hot", kMillisecond}, {"cool", kMillisecond}}, 12);
  EXPECT_EQ(CountOf(order, "cool"), 5);
}

TEST_F(FairQueueTest, SharesTimeNotTurns) {
  FairQueue queue(1, 1000);
  Push(queue, {.model = "slow", .caller = {}}, 100);
  Push(queue, {.model = "quick", .caller = {}}, 400);
  const auto order = RunAll(queue, {{"slow", 10 * kMillisecond}, {"quick", kMillisecond}}, 220);
  EXPECT_NEAR(static_cast<double>(CountOf(order, "quick")) / static_cast<double>(CountOf(order, "slow")), 10, 1);
}

TEST_F(FairQueueTest, LetsNoHotKeyStarveAnotherOnOneModelOrMany) {
  FairQueue queue(1, 1000);
  Push(queue, {.model = "m", .caller = "hot"}, 100);
  for (const char* model : {"n", "o", "p"}) Push(queue, {.model = model, .caller = "hot"}, 100);
  Push(queue, {.model = "m", .caller = "cool"}, 10);
  const std::map<std::string, int64_t> cost{
      {"mhot", 1000}, {"nhot", 1000}, {"ohot", 1000}, {"phot", 1000}, {"mcool", 1000}};
  EXPECT_EQ(CountOf(RunAll(queue, cost, 22), "mcool"), 10);
}

TEST_F(FairQueueTest, IdlenessIsNoClaim) {
  FairQueue queue(1, 1000);
  Push(queue, {.model = "early", .caller = {}}, 100);
  RunAll(queue, {{"early", kMillisecond}}, 50);
  Push(queue, {.model = "late", .caller = {}}, 100);
  const auto order = RunAll(queue, {{"early", kMillisecond}, {"late", kMillisecond}}, 20);
  EXPECT_NEAR(static_cast<double>(CountOf(order, "late")), 10, 1);
}

TEST_F(FairQueueTest, RunsNoMoreOfAModelAtATimeThanItMay) {
  FairQueue queue(4, 100);
  const Lane lane{.model = "m", .caller = {}, .running_max = 2};
  Push(queue, lane, 3);
  const auto first = queue.Pop();
  const auto second = queue.Pop();
  EXPECT_EQ(NameOf(first) + NameOf(second), "mm");
  EXPECT_EQ(NameOf(queue.Pop()), "");
  Push(queue, {.model = "other", .caller = {}}, 1);
  EXPECT_EQ(NameOf(queue.Pop()), "other");
  queue.Done(first, 1);
  EXPECT_EQ(NameOf(queue.Pop()), "m");
  EXPECT_EQ(queue.models()[0].running, 2U);
}

TEST_F(FairQueueTest, RefusesWhatAModelsQueueHasNoPlaceFor) {
  FairQueue queue(1, 100);
  const Lane lane{.model = "m", .caller = {}, .waiting_max = 2};
  Push(queue, lane, 2);
  EXPECT_EQ(Push(queue, lane, "third"), "third");
  EXPECT_EQ(refusal.reason, Refusal::Reason::kModelBusy);
  EXPECT_EQ(Push(queue, {.model = "other", .caller = {}, .waiting_max = 2}, "other"), "");
  EXPECT_EQ(queue.models()[0].waiting, 2U);
  EXPECT_EQ(queue.models()[0].refused_as_busy, 1U);
}

TEST_F(FairQueueTest, RefusesWhatThePoolHasNoPlaceFor) {
  FairQueue queue(1, 2);
  Push(queue, {.model = "m", .caller = {}}, 1);
  Push(queue, {.model = "n", .caller = {}}, 1);
  EXPECT_EQ(Push(queue, {.model = "o", .caller = {}}, "third"), "third");
  EXPECT_EQ(refusal.reason, Refusal::Reason::kPoolFull);
}

TEST_F(FairQueueTest, MakesPlaceForAKeyInAQueueFullOfAnothers) {
  FairQueue queue(1, 100);
  for (const char* name : {"1", "2", "3", "4"}) {
    ASSERT_EQ(Push(queue, {.model = "m", .caller = "hot", .waiting_max = 4}, name), "");
  }
  EXPECT_EQ(Push(queue, {.model = "m", .caller = "hot", .waiting_max = 4}, "5"), "5");
  EXPECT_EQ(Push(queue, {.model = "m", .caller = "cool", .waiting_max = 4}, "a"), "4");
  EXPECT_EQ(Push(queue, {.model = "m", .caller = "cool", .waiting_max = 4}, "b"), "3");
  EXPECT_EQ(Push(queue, {.model = "m", .caller = "cool", .waiting_max = 4}, "c"), "c");
  EXPECT_EQ(queue.waiting(), 4U);
}

TEST_F(FairQueueTest, DropsWhatNobodyWaitsForAnyMore) {
  FairQueue queue(1, 100);
  const Lane lane{.model = "m", .caller = {}, .waiting_max = 2};
  bool wanted = true;
  Push(queue, lane, "a", &wanted);
  Push(queue, lane, "b", &wanted);
  wanted = false;
  EXPECT_EQ(Push(queue, lane, "c"), "");
  EXPECT_EQ(queue.waiting(), 1U);
  Push(queue, lane, "d", &wanted);
  EXPECT_EQ(RunAll(queue, {{"c", 1}}, 9), std::vector<std::string>{"c"});
  EXPECT_EQ(queue.models()[0].unwanted, 3U);
}

TEST_F(FairQueueTest, SaysWhenToComeAgain) {
  FairQueue queue(2, 100);
  const Lane lane{.model = "m", .caller = {}, .waiting_max = 8};
  Push(queue, lane, 1);
  queue.Done(queue.Pop(), 1'500 * kMillisecond);
  Push(queue, lane, 8);
  EXPECT_EQ(Push(queue, lane, "ninth"), "ninth");
  EXPECT_EQ(refusal.retry_after, std::chrono::seconds(6));  // 8 of 1.5 s by two threads
}

}  // namespace
}  // namespace scoreway
