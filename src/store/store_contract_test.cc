// The contract of store.h, over every Store.
#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <set>
#include <thread>

#include "store/contract_stores.h"

namespace scoreway {
namespace {

class StoreContract : public ::testing::TestWithParam<StoreUnderTest> {
 protected:
  void SetUp() override {
    store_ = GetParam().make(folder_.path(), clock_);
    ASSERT_NE(store_, nullptr);
  }

  std::optional<std::string> Get(std::string_view sort, const Partition& partition = kPlace) {
    auto value = store_->Get(partition, sort);
    EXPECT_TRUE(value.ok()) << value.status().ToString();
    return value.ok() ? *value : std::nullopt;
  }
  Code Apply(Write write) { return store_->Apply(kPlace, std::move(write)).code(); }
  Code Apply(std::vector<Write> writes) { return store_->Apply(WriteBatch{kPlace, std::move(writes)}).code(); }
  uint64_t Changes(const Partition& partition = kPlace) {
    auto count = store_->ChangeCount(partition);
    EXPECT_TRUE(count.ok());
    return count.ok() ? *count : 0;
  }
  // All keys, by pages of the range's size.
  std::vector<std::string> Keys(ScanRange range, size_t* pages = nullptr) {
    std::vector<std::string> keys;
    do {
      auto page = store_->Scan(kPlace, range);
      EXPECT_TRUE(page.ok()) << page.status().ToString();
      if (!page.ok()) break;
      EXPECT_LE(page->rows.size(), range.row_count_max);
      for (const Row& row : page->rows) keys.push_back(row.sort);
      range.page_token = page->next_page_token;
      if (pages != nullptr) ++*pages;
    } while (!range.page_token.empty());
    return keys;
  }

  static inline const Partition kPlace{"table", "partition"};
  TestFolder folder_;
  ManualClock clock_{1'000'000};
  std::unique_ptr<Store> store_;
};

using Strings = std::vector<std::string>;

TEST_P(StoreContract, PutIsReadBackAndReplaced) {
  EXPECT_EQ(Get("a"), std::nullopt);
  EXPECT_EQ(Apply(Put("a", "1")), Code::kOk);
  EXPECT_EQ(Get("a"), "1");
  EXPECT_EQ(Apply(Put("a", "2")), Code::kOk);
  EXPECT_EQ(Get("a"), "2");
  EXPECT_EQ(Apply(Delete("a")), Code::kOk);
  EXPECT_EQ(Get("a"), std::nullopt);
  EXPECT_EQ(Apply(Delete("a")), Code::kOk);
}

TEST_P(StoreContract, TablesAndPartitionsAreApart) {
  ASSERT_EQ(Apply(Put("a", "here")), Code::kOk);
  EXPECT_EQ(Get("a", {"table", "other"}), std::nullopt);
  EXPECT_EQ(Get("a", {"other", "partition"}), std::nullopt);
  EXPECT_EQ(Get("a", {"tablep", "artition"}), std::nullopt);
}

TEST_P(StoreContract, KeysAndValuesAreAnyBytes) {
  const std::string every = [] {
    std::string bytes;
    for (int i = 0; i < 256; ++i) bytes.push_back(static_cast<char>(i));
    return bytes;
  }();
  const Partition odd{std::string("t\0t", 3), every};
  for (const std::string& sort : {std::string(), every, std::string(1, '\0'), std::string(kKeyBytesMax, '\xFF')}) {
    ASSERT_TRUE(store_->Apply(odd, Put(sort, every)).ok());
    EXPECT_EQ(Get(sort, odd), every);
    ASSERT_TRUE(store_->Apply(odd, Put(sort, "")).ok());
    EXPECT_EQ(Get(sort, odd), "");
  }
}

TEST_P(StoreContract, ValuesUpToTheLimitAreKept) {
  for (const size_t size : {size_t{1023}, size_t{1024}, size_t{1025}, size_t{70000}, kValueBytesMax}) {
    const std::string value(size, static_cast<char>('a' + size % 26));
    ASSERT_EQ(Apply(Put("a", value)), Code::kOk);
    EXPECT_TRUE(Get("a") == value) << size;
    EXPECT_EQ(Apply(PutIfEquals("a", "small", value)), Code::kOk);
    EXPECT_EQ(Get("a"), "small");
  }
}

TEST_P(StoreContract, WhatPassesALimitIsRefusedWhole) {
  EXPECT_EQ(Apply({Put("a", "1"), Put("b", std::string(kValueBytesMax + 1, 'x'))}), Code::kInvalidArgument);
  EXPECT_EQ(Apply({Put("a", "1"), Put(std::string(kKeyBytesMax + 1, 'x'), "")}), Code::kInvalidArgument);
  EXPECT_EQ(Apply({Put("a", "1"), Put("a", "2")}), Code::kInvalidArgument);
  EXPECT_EQ(Apply(std::vector<Write>()), Code::kInvalidArgument);
  std::vector<Write> many;
  for (size_t i = 0; i <= kBatchWritesMax; ++i) many.push_back(Put("k" + std::to_string(i), ""));
  EXPECT_EQ(Apply(many), Code::kInvalidArgument);
  many.clear();
  for (int i = 0; i < 9; ++i) many.push_back(Put("k" + std::to_string(i), std::string(size_t{1} << 20, 'x')));
  EXPECT_EQ(Apply(many), Code::kInvalidArgument);
  EXPECT_EQ(Get("a"), std::nullopt);
  ScanRange none;
  none.row_count_max = 0;
  EXPECT_EQ(store_->Scan(kPlace, none).code(), Code::kInvalidArgument);
}

TEST_P(StoreContract, ConditionsDecideOnTheRowAsItIs) {
  EXPECT_EQ(Apply(PutIfEquals("a", "2", "1")), Code::kConflict);
  EXPECT_EQ(Apply(PutIfAbsent("a", "1")), Code::kOk);
  EXPECT_EQ(Apply(PutIfAbsent("a", "2")), Code::kConflict);
  EXPECT_EQ(Apply(PutIfEquals("a", "2", "")), Code::kConflict);
  EXPECT_EQ(Get("a"), "1");
  EXPECT_EQ(Apply(PutIfEquals("a", "2", "1")), Code::kOk);
  EXPECT_EQ(Apply(DeleteIfEquals("a", "1")), Code::kConflict);
  EXPECT_EQ(Apply(CheckEquals("a", "2")), Code::kOk);
  EXPECT_EQ(Apply(CheckAbsent("a")), Code::kConflict);
  EXPECT_EQ(Apply(DeleteIfEquals("a", "2")), Code::kOk);
  EXPECT_EQ(Apply(CheckAbsent("a")), Code::kOk);
  EXPECT_EQ(Apply(PutIfUnchanged("a", "1", std::nullopt)), Code::kOk);
  EXPECT_EQ(Apply(PutIfUnchanged("a", "2", "1")), Code::kOk);
  EXPECT_EQ(Apply(CheckUnchanged("a", "1")), Code::kConflict);
}

TEST_P(StoreContract, AConflictNamesItsRow) {
  ASSERT_EQ(Apply(Put("a\n", "1")), Code::kOk);
  const Status status = store_->Apply(kPlace, PutIfAbsent("a\n", "2"));
  ASSERT_EQ(status.code(), Code::kConflict);
  EXPECT_EQ(status.error().place, "table/partition/a\\x0a");
}

TEST_P(StoreContract, ABatchIsDoneAllOrNone) {
  ASSERT_EQ(Apply({Put("champion", "3"), Put("previous", "2"), Put("gone", "x")}), Code::kOk);
  EXPECT_EQ(Apply({Put("champion", "4"), PutIfEquals("previous", "3", "9"), Delete("gone")}), Code::kConflict);
  EXPECT_EQ(Get("champion"), "3");
  EXPECT_EQ(Get("gone"), "x");
  EXPECT_EQ(Apply({PutIfEquals("champion", "4", "3"), PutIfEquals("previous", "3", "2"), Delete("gone"),
                   PutIfAbsent("event", "e"), CheckAbsent("nothing")}),
            Code::kOk);
  EXPECT_EQ(Get("champion"), "4");
  EXPECT_EQ(Get("previous"), "3");
  EXPECT_EQ(Get("gone"), std::nullopt);
  EXPECT_EQ(Get("event"), "e");
}

TEST_P(StoreContract, BatchesGoInOrderUntilOneFails) {
  const Partition other{"table", "other"};
  const std::vector<WriteBatch> batches = {
      {other, {Put("a", "1")}},
      {kPlace, {PutIfAbsent("a", "1")}},
      {kPlace, {PutIfEquals("a", "2", "1")}},  // sees the one before
      {kPlace, {PutIfAbsent("a", "3"), Put("b", "3")}},
      {other, {Put("never", "")}},
  };
  size_t applied = 99;
  EXPECT_EQ(store_->Apply(batches, &applied).code(), Code::kConflict);
  EXPECT_EQ(applied, 3u);
  EXPECT_EQ(Get("a", other), "1");
  EXPECT_EQ(Get("a"), "2");
  EXPECT_EQ(Get("b"), std::nullopt);
  EXPECT_EQ(Get("never", other), std::nullopt);
  EXPECT_TRUE(store_->Apply(std::span(batches).first(1), &applied).ok());
  EXPECT_EQ(applied, 1u);
}

TEST_P(StoreContract, BatchesInAnyOrderAreAllDone) {
  std::vector<WriteBatch> batches;
  std::vector<RowAddress> addresses;
  for (int i = 0; i < 20; ++i) {
    const std::string key = std::to_string(i);
    batches.push_back({{"table", "partition " + key}, {Put(key, "value " + key)}, true});
    addresses.push_back({{"table", "partition " + key}, key});
  }
  size_t applied = 0;
  ASSERT_TRUE(store_->Apply(batches, &applied).ok());
  EXPECT_EQ(applied, 20u);
  addresses.insert(addresses.begin() + 7, {{"table", "partition 3"}, "nothing"});
  const auto values = store_->GetEach(addresses);
  ASSERT_TRUE(values.ok()) << values.status().ToString();
  ASSERT_EQ(values->size(), addresses.size());
  for (size_t i = 0; i < addresses.size(); ++i) {
    EXPECT_EQ((*values)[i], i == 7 ? std::nullopt : std::optional("value " + addresses[i].sort)) << i;
  }
}

TEST_P(StoreContract, ScanGivesTheRangeInByteOrder) {
  const Strings keys = {"", std::string(1, '\0'), "a", "a/1", "a/2", "a0", "b", "\xC3\xA9", "\xFF", "\xFF\xFF"};
  for (size_t i = keys.size(); i-- > 0;) ASSERT_EQ(Apply(Put(keys[i], "v")), Code::kOk);
  ASSERT_TRUE(store_->Apply({"table", "partitioo"}, Put("stranger", "")).ok());
  ASSERT_TRUE(store_->Apply({"table", "partitio"}, Put("stranger", "")).ok());

  EXPECT_EQ(Keys({}), keys);
  EXPECT_EQ(Keys(ScanPrefix("a/")), (Strings{"a/1", "a/2"}));
  EXPECT_EQ(Keys(ScanPrefix("\xFF")), (Strings{"\xFF", "\xFF\xFF"}));
  EXPECT_EQ(Keys(ScanPrefix("zz")), Strings());
  ScanRange range;
  range.begin = "a/1";
  range.end = "b";
  EXPECT_EQ(Keys(range), (Strings{"a/1", "a/2", "a0"}));
  range.reverse = true;
  EXPECT_EQ(Keys(range), (Strings{"a0", "a/2", "a/1"}));
  range.end = "a";
  EXPECT_EQ(Keys(range), Strings());
  range = {};
  range.reverse = true;
  EXPECT_EQ(Keys(range), Strings(keys.rbegin(), keys.rend()));
}

TEST_P(StoreContract, PagesGiveEachRowOnce) {
  Strings keys;
  for (int i = 100; i < 125; ++i) {
    keys.push_back("k" + std::to_string(i));
    ASSERT_EQ(Apply(Put(keys.back(), std::to_string(i))), Code::kOk);
  }
  ASSERT_EQ(Apply(Put("z", "")), Code::kOk);
  for (const size_t size : {1, 7, 25, 26}) {
    ScanRange range = ScanPrefix("k");
    range.row_count_max = size;
    EXPECT_EQ(Keys(range), keys) << size;
    range.reverse = true;
    EXPECT_EQ(Keys(range), Strings(keys.rbegin(), keys.rend())) << size;
  }
}

TEST_P(StoreContract, AScanGoesOnWhileRowsComeAndGo) {
  for (const char* key : {"a", "b", "c", "d"}) ASSERT_EQ(Apply(Put(key, "")), Code::kOk);
  ScanRange range;
  range.row_count_max = 2;
  auto page = store_->Scan(kPlace, range);
  ASSERT_TRUE(page.ok());
  ASSERT_EQ(page->rows.size(), 2u);
  ASSERT_EQ(Apply({Delete("b"), Put("a2", ""), Put("c2", "")}), Code::kOk);
  range.page_token = page->next_page_token;
  range.row_count_max = 10;
  EXPECT_EQ(Keys(range), (Strings{"c", "c2", "d"}));
}

TEST_P(StoreContract, PagesOfLargeValuesAreShort) {
  Strings keys;
  for (int i = 0; i < 10; ++i) {
    keys.push_back(std::to_string(i));
    ASSERT_EQ(Apply(Put(keys.back(), std::string(kValueBytesMax, 'x'))), Code::kOk);
  }
  size_t pages = 0;
  EXPECT_EQ(Keys({}, &pages), keys);
  EXPECT_GT(pages, 1u);
}

TEST_P(StoreContract, APageTokenOfAnotherListingIsRefused) {
  for (const char* key : {"a/1", "a/2", "b/1", "b/2"}) ASSERT_EQ(Apply(Put(key, "")), Code::kOk);
  ScanRange range = ScanPrefix("b/");
  range.row_count_max = 1;
  const auto page = store_->Scan(kPlace, range);
  ASSERT_TRUE(page.ok());
  ScanRange other = ScanPrefix("a/");
  other.page_token = page->next_page_token;
  ASSERT_FALSE(other.page_token.empty());
  EXPECT_EQ(store_->Scan(kPlace, other).code(), Code::kInvalidArgument);
  other.page_token = "rubbish";
  EXPECT_EQ(store_->Scan(kPlace, other).code(), Code::kInvalidArgument);
}

TEST_P(StoreContract, ARowPastItsTtlIsGoneAtOnce) {
  ASSERT_EQ(Apply({PutWithTtl("a", "1", 1000), Put("b", "2")}), Code::kOk);
  clock_.Advance(999);
  EXPECT_EQ(Get("a"), "1");
  EXPECT_EQ(Apply(PutIfAbsent("a", "2")), Code::kConflict);
  clock_.Advance(1);
  EXPECT_EQ(Get("a"), std::nullopt);
  EXPECT_EQ(Keys({}), Strings{"b"});
  EXPECT_EQ(Apply(CheckEquals("a", "1")), Code::kConflict);
  EXPECT_EQ(Apply(PutIfAbsent("a", "3")), Code::kOk);
  clock_.Advance(1'000'000'000);
  EXPECT_EQ(Get("a"), "3") << "a put without a TTL lives on";
  ASSERT_EQ(Apply(PutWithTtl("a", "4", 1000)), Code::kOk);
  ASSERT_EQ(Apply(Put("a", "5")), Code::kOk);
  clock_.Advance(1000);
  EXPECT_EQ(Get("a"), "5") << "a put without a TTL ends the one before";
}

TEST_P(StoreContract, DeadRowsDoNotDisturbPages) {
  for (int i = 0; i < 600; ++i) {
    const std::string key = std::to_string(1000 + i);
    ASSERT_EQ(Apply(i % 2 == 0 ? PutWithTtl(key, "", 1000) : Put(key, "")), Code::kOk);
  }
  clock_.Advance(100'000'000);
  ScanRange range;
  range.row_count_max = 7;
  EXPECT_EQ(Keys(range).size(), 300u);
  for (int i = 0; i < 5; ++i) ASSERT_EQ(Apply(Put("0", std::to_string(i))), Code::kOk);  // time to remove the dead
  EXPECT_EQ(Keys(range).size(), 301u);
}

TEST_P(StoreContract, ChangeCountMovesWithEveryWriteToThePartition) {
  const Partition other{"table", "other"};
  EXPECT_EQ(Changes(), 0u);
  std::set<uint64_t> seen;
  const auto expect_new = [&] { EXPECT_TRUE(seen.insert(Changes()).second); };
  ASSERT_EQ(Apply(Put("a", "1")), Code::kOk);
  expect_new();
  ASSERT_EQ(Apply(Put("a", "1")), Code::kOk);
  expect_new();
  ASSERT_EQ(Apply({Delete("a"), Put("b", "")}), Code::kOk);
  expect_new();

  const uint64_t before = Changes();
  ASSERT_EQ(Apply(CheckAbsent("a")), Code::kOk);
  ASSERT_EQ(Apply(PutIfAbsent("b", "")), Code::kConflict);
  ASSERT_TRUE(store_->Apply(other, Put("a", "")).ok());
  EXPECT_EQ(Changes(), before);
  EXPECT_NE(Changes(other), 0u);

  ASSERT_EQ(Apply(Delete("b")), Code::kOk);
  EXPECT_EQ(Changes(), 0u);
  ASSERT_EQ(Apply(Put("b", "")), Code::kOk);
  expect_new();
}

TEST_P(StoreContract, ChangeCountOfTheStoreSeesEveryPartition) {
  uint64_t last = *store_->ChangeCount();
  for (const char* partition : {"p1", "p2", "p1"}) {
    ASSERT_TRUE(store_->Apply({"table", partition}, Put("a", "")).ok());
    const uint64_t now = *store_->ChangeCount();
    EXPECT_NE(now, last);
    last = now;
  }
}

TEST_P(StoreContract, OfManyPutIfAbsentOneWins) {
  constexpr int kThreads = 8;
  constexpr int kRounds = 20;
  std::atomic<int> wins = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (int round = 0; round < kRounds; ++round) {
        const Status status = store_->Apply(kPlace, PutIfAbsent("round" + std::to_string(round), std::to_string(t)));
        if (status.ok()) ++wins;
        EXPECT_TRUE(status.ok() || status.code() == Code::kConflict) << status.ToString();
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(wins, kRounds);
}

TEST_P(StoreContract, CompareAndSetLosesNoIncrement) {
  constexpr int kThreads = 8;
  constexpr int kIncrements = 25;
  ASSERT_EQ(Apply({Put("count", "0"), Put("mirror", "0")}), Code::kOk);
  std::vector<std::thread> threads;
  std::atomic<bool> is_torn = false;
  std::atomic<bool> is_running = true;
  std::thread reader([&] {
    while (is_running) {
      const auto page = store_->Scan(kPlace, {});
      if (!page.ok() || page->rows.size() != 2 || page->rows[0].value != page->rows[1].value) is_torn = true;
    }
  });
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < kIncrements;) {
        const std::string count = *Get("count");
        const std::string next = std::to_string(std::stoi(count) + 1);
        const Code code = Apply({PutIfEquals("count", next, count), Put("mirror", next)});
        if (code == Code::kOk) ++i;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  is_running = false;
  reader.join();
  EXPECT_EQ(Get("count"), std::to_string(kThreads * kIncrements));
  EXPECT_FALSE(is_torn) << "a reader saw a part of a batch";
}

INSTANTIATE_TEST_SUITE_P(Stores, StoreContract, ::testing::ValuesIn(StoresUnderTest()),
                         [](const auto& tested) { return tested.param.name; });

}  // namespace
}  // namespace scoreway
