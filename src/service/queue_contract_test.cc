// What every Queue promises (store/queue.h).
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <thread>

#include "service/contract_queues.h"
#include "store/contract_stores.h"

namespace scoreway {
namespace {

using std::chrono::milliseconds;

const Partition kPlace{"job", "partition"};

class QueueContractTest : public ::testing::TestWithParam<QueueUnderTest> {
 protected:
  static WriteBatch Writes(std::string sort, std::string value) {
    return {kPlace, {scoreway::Put(std::move(sort), std::move(value))}};
  }
  void Put(const QueueEntry& entry) {
    const Status status = queue().Put(entry, {});
    ASSERT_TRUE(status.ok()) << status.ToString();
  }
  std::vector<Lease> Take(Queue& from, size_t count, milliseconds wait = kPatience) {
    auto taken = from.Take(count, kLease, wait);
    EXPECT_TRUE(taken.ok()) << taken.status().ToString();
    return taken.ok() ? *taken : std::vector<Lease>();
  }
  std::vector<std::string> TakeIds(size_t count) {
    std::vector<std::string> ids;
    for (const Lease& lease : Take(queue(), count)) ids.push_back(lease.id);
    return ids;
  }
  Status Settle(Settlement settlement) { return std::move(queue().Settle({&settlement, 1})[0]); }
  std::string Stored(std::string_view sort) {
    auto value = bench_->store().Get(kPlace, sort);
    EXPECT_TRUE(value.ok());
    return value.ok() && *value ? **value : "";
  }
  Queue& queue() { return bench_->queue(); }

  static constexpr milliseconds kLease{2000}, kNoWait{0}, kPatience{5000};
  TestFolder folder_;
  const std::unique_ptr<QueueBench> bench_ = GetParam().make(folder_.path());
};

TEST_P(QueueContractTest, AnEntryIsHandedOutOnceAndGoneWhenDone) {
  Put({.id = "a", .payload = "work"});
  const std::vector<Lease> taken = Take(queue(), 5);
  ASSERT_EQ(taken.size(), 1u);
  EXPECT_EQ(taken[0].id, "a");
  EXPECT_EQ(taken[0].payload, "work");
  EXPECT_EQ(taken[0].attempt, 1);
  EXPECT_TRUE(Take(queue(), 5, kNoWait).empty());
  EXPECT_TRUE(Take(bench_->other(), 5, kNoWait).empty());
  ASSERT_TRUE(Settle({.lease = &taken[0]}).ok());
  bench_->Pass(2 * kLease);
  EXPECT_TRUE(Take(queue(), 5, kNoWait).empty());
  EXPECT_EQ(queue().Counts()->leased, 0);
}

TEST_P(QueueContractTest, WhatGoesWithAnEntryIsWritten) {
  const std::vector<WriteBatch> first = {Writes("record", "queued")};
  ASSERT_TRUE(queue().Put({.id = "a"}, first).ok());
  EXPECT_EQ(Stored("record"), "queued");
  const std::vector<Lease> taken = Take(queue(), 1);
  ASSERT_EQ(taken.size(), 1u);
  const std::vector<WriteBatch> progress = {Writes("progress", "half")};
  ASSERT_TRUE(queue().Extend(taken[0], kLease, progress).ok());
  EXPECT_EQ(Stored("progress"), "half");
  ASSERT_TRUE(Settle({.lease = &taken[0], .first = {Writes("record", "done")}}).ok());
  EXPECT_EQ(Stored("record"), "done");
}

TEST_P(QueueContractTest, AConditionThatDoesNotHoldKeepsTheEntryOut) {
  ASSERT_TRUE(bench_->store().Apply(kPlace, scoreway::Put("record", "cancelled")).ok());
  const std::vector<WriteBatch> first = {{kPlace, {PutIfAbsent("record", "queued")}}};
  EXPECT_EQ(queue().Put({.id = "a"}, first).code(), Code::kConflict);
  EXPECT_TRUE(Take(queue(), 1, kNoWait).empty());
}

TEST_P(QueueContractTest, AConditionThatDoesNotHoldLeavesTheEntryLeased) {
  Put({.id = "a"});
  Put({.id = "b"});
  bench_->Arrive();
  ASSERT_TRUE(bench_->store().Apply(kPlace, scoreway::Put("record", "cancelled")).ok());
  const std::vector<Lease> taken = Take(queue(), 2);
  ASSERT_EQ(taken.size(), 2u);
  const Settlement settlements[] = {
      {.lease = &taken[0], .first = {{kPlace, {PutIfEquals("record", "done", "queued")}}}},
      {.lease = &taken[1], .first = {Writes("other", "done")}}};
  const std::vector<Status> outcomes = queue().Settle(settlements);
  EXPECT_EQ(outcomes[0].code(), Code::kConflict);
  EXPECT_TRUE(outcomes[1].ok()) << outcomes[1].ToString();
  EXPECT_EQ(Stored("record"), "cancelled");
  EXPECT_EQ(Stored("other"), "done");
  EXPECT_TRUE(Settle({.lease = &taken[0]}).ok());
}

TEST_P(QueueContractTest, PuttingAgainChangesNothing) {
  Put({.id = "a"});
  Put({.id = "a"});
  const std::vector<Lease> taken = Take(queue(), 5);
  ASSERT_EQ(taken.size(), 1u);
  Put({.id = "a"});
  EXPECT_TRUE(Take(queue(), 5, kNoWait).empty());
  EXPECT_TRUE(Settle({.lease = &taken[0]}).ok());
}

TEST_P(QueueContractTest, OfThoseThatAreAskedForTheReadyOnesAreTaken) {
  for (const char* id : {"a", "b", "c"}) Put({.id = id});
  const std::string all[] = {"a", "nobody", "c"};
  auto taken = queue().TakeThese(all, kLease);
  ASSERT_TRUE(taken.ok()) << taken.status().ToString();
  ASSERT_EQ(taken->size(), 2u);
  EXPECT_EQ((*taken)[0].id, "a");
  EXPECT_TRUE(bench_->other().TakeThese(all, kLease)->empty());
  ASSERT_TRUE(Settle({.lease = &(*taken)[1], .kind = Settlement::Kind::kRetry, .delay = milliseconds(1500)}).ok());
  bench_->Pass(kLease);
  taken = bench_->other().TakeThese(all, kLease);
  ASSERT_TRUE(taken.ok()) << taken.status().ToString();
  EXPECT_EQ(taken->size(), 2u);
}

TEST_P(QueueContractTest, ALeaseThatRanOutGoesToAnother) {
  const uint64_t lost = bench_->other().leases_lost();
  Put({.id = "a"});
  const std::vector<Lease> first = Take(queue(), 1);
  ASSERT_EQ(first.size(), 1u);
  bench_->Pass(kLease / 2);
  ASSERT_TRUE(queue().Extend(first[0], kLease, {}).ok());
  bench_->Pass(kLease * 3 / 4);
  EXPECT_TRUE(Take(bench_->other(), 1, kNoWait).empty());
  bench_->Pass(kLease);
  const std::vector<Lease> second = Take(bench_->other(), 1);
  ASSERT_EQ(second.size(), 1u);
  EXPECT_EQ(second[0].attempt, 2);
  EXPECT_EQ(bench_->other().leases_lost(), lost + 1);

  const std::vector<WriteBatch> late = {Writes("late", "x")};
  EXPECT_EQ(queue().Extend(first[0], kLease, late).code(), Code::kConflict);
  EXPECT_EQ(Settle({.lease = &first[0], .first = late}).code(), Code::kConflict);
  if (GetParam().is_one_with_store) {
    EXPECT_EQ(Stored("late"), "");
  }
  const Settlement done{.lease = &second[0]};
  EXPECT_TRUE(bench_->other().Settle({&done, 1})[0].ok());
}

TEST_P(QueueContractTest, ARetryComesBackAfterItsDelayAndLetsOthersPass) {
  Put({.id = "bad"});
  Put({.id = "good"});
  bench_->Arrive();
  const std::vector<Lease> taken = Take(queue(), 1);
  ASSERT_EQ(taken.size(), 1u);
  ASSERT_EQ(taken[0].id, "bad");
  ASSERT_TRUE(Settle({.lease = &taken[0], .kind = Settlement::Kind::kRetry, .delay = milliseconds(1500)}).ok());
  EXPECT_EQ(TakeIds(5), std::vector<std::string>{"good"});
  EXPECT_EQ(queue().Counts()->waiting, 1);
  bench_->Pass(milliseconds(1600));
  const std::vector<Lease> again = Take(queue(), 5);
  ASSERT_EQ(again.size(), 1u);
  EXPECT_EQ(again[0].id, "bad");
  EXPECT_EQ(again[0].attempt, 2);
}

TEST_P(QueueContractTest, WhatIsGivenBackCountsAsNotTaken) {
  Put({.id = "a"});
  const std::vector<Lease> taken = Take(queue(), 1);
  ASSERT_EQ(taken.size(), 1u);
  ASSERT_TRUE(Settle({.lease = &taken[0], .kind = Settlement::Kind::kGiveBack, .first = {Writes("part", "0")}}).ok());
  EXPECT_EQ(Stored("part"), "0");
  const std::vector<Lease> again = Take(bench_->other(), 1);
  ASSERT_EQ(again.size(), 1u);
  EXPECT_EQ(again[0].attempt, 1);
}

TEST_P(QueueContractTest, ADeadEntryStaysUntilItIsPutAgain) {
  Put({.id = "a"});
  const std::vector<Lease> taken = Take(queue(), 1);
  ASSERT_EQ(taken.size(), 1u);
  ASSERT_TRUE(Settle({.lease = &taken[0], .kind = Settlement::Kind::kDead, .reason = "it cannot be done"}).ok());
  bench_->Pass(3 * kLease);
  EXPECT_TRUE(Take(queue(), 1, kNoWait).empty());
  EXPECT_EQ(queue().Counts()->dead, 1);
  Put({.id = "a"});
  const std::vector<Lease> again = Take(queue(), 1);
  ASSERT_EQ(again.size(), 1u);
  EXPECT_EQ(again[0].attempt, 1);
}

TEST_P(QueueContractTest, ARemovedEntryIsNotHandedOut) {
  Put({.id = "a"});
  Put({.id = "b"});
  const std::vector<WriteBatch> first = {Writes("record", "cancelled")};
  ASSERT_TRUE(queue().Remove("a", first).ok());
  EXPECT_EQ(Stored("record"), "cancelled");
  EXPECT_EQ(TakeIds(5), std::vector<std::string>{"b"});
  EXPECT_TRUE(queue().Remove("nobody", {}).ok());
}

TEST_P(QueueContractTest, AHigherPriorityGoesFirst) {
  Put({.id = "low", .priority = 0});
  Put({.id = "high", .priority = 5});
  Put({.id = "middle", .priority = 3});
  bench_->Arrive();
  EXPECT_EQ(TakeIds(3), (std::vector<std::string>{"high", "middle", "low"}));
}

TEST_P(QueueContractTest, TenantsTakeTurnsByWhatTheyCost) {
  for (int i = 0; i < 20; ++i) Put({.id = "many" + std::to_string(i), .tenant = "many"});
  bench_->Arrive();
  EXPECT_EQ(TakeIds(4).size(), 4u);
  // Who comes now does not wait for all of them.
  for (int i = 0; i < 3; ++i) Put({.id = "few" + std::to_string(i), .tenant = "few"});
  for (int i = 0; i < 3; ++i) Put({.id = "large" + std::to_string(i), .tenant = "large", .cost = 4});
  bench_->Arrive();
  std::map<std::string, int> of_tenant;
  for (const std::string& id : TakeIds(7)) ++of_tenant[id.substr(0, id.find_first_of("0123456789"))];
  EXPECT_EQ(of_tenant["few"], 3);
  EXPECT_GE(of_tenant["large"], 1);
  EXPECT_GE(of_tenant["many"], 1);
  if (GetParam().is_order_exact) {
    EXPECT_EQ(of_tenant["many"], 3);
  }
}

TEST_P(QueueContractTest, AFollowUpIsPutWithTheSettlement) {
  Put({.id = "a"});
  const std::vector<Lease> taken = Take(queue(), 1);
  ASSERT_EQ(taken.size(), 1u);
  ASSERT_TRUE(Settle({.lease = &taken[0], .follow_up = {{.id = "a/webhook", .payload = "notify"}}}).ok());
  const std::vector<Lease> next = Take(queue(), 1);
  ASSERT_EQ(next.size(), 1u);
  EXPECT_EQ(next[0].payload, "notify");
}

TEST_P(QueueContractTest, ManyWorkersShareTheEntriesOut) {
  constexpr int kEntries = 200;
  for (int i = 0; i < kEntries; ++i) Put({.id = std::to_string(i)});
  std::mutex mutex;
  std::multiset<std::string> done;
  const auto work = [&](Queue& from) {
    while (true) {
      const auto taken = from.Take(7, milliseconds(60'000), GetParam().patience);
      ASSERT_TRUE(taken.ok()) << taken.status().ToString();
      if (taken->empty()) return;
      std::vector<Settlement> settlements;
      for (const Lease& lease : *taken) settlements.push_back({.lease = &lease});
      for (const Status& status : from.Settle(settlements)) ASSERT_TRUE(status.ok()) << status.ToString();
      const std::lock_guard lock(mutex);
      for (const Lease& lease : *taken) done.insert(lease.id);
    }
  };
  std::vector<std::thread> workers;
  for (int i = 0; i < 4; ++i) workers.emplace_back(work, std::ref(i % 2 == 0 ? bench_->queue() : bench_->other()));
  for (std::thread& worker : workers) worker.join();
  EXPECT_EQ(done.size(), static_cast<size_t>(kEntries));
  EXPECT_EQ(std::set<std::string>(done.begin(), done.end()).size(), static_cast<size_t>(kEntries));
}

TEST_P(QueueContractTest, WhoWaitsIsWoken) {
  std::vector<Lease> taken;
  std::thread worker([&] { taken = Take(bench_->other(), 1, milliseconds(20'000)); });
  Put({.id = "a"});
  worker.join();
  ASSERT_EQ(taken.size(), 1u);
  EXPECT_EQ(taken[0].id, "a");
}

INSTANTIATE_TEST_SUITE_P(Queues, QueueContractTest, ::testing::ValuesIn(QueuesUnderTest()),
                         [](const auto& queue) { return std::string(queue.param.name); });

}  // namespace
}  // namespace scoreway
