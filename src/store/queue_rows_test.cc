#include "store/queue_rows.h"

#include <gtest/gtest.h>

#include "base/clock.h"
#include "store/fair_turns.h"
#include "store/memory/memory_store.h"
#include "store/row_queue.h"

namespace scoreway {
namespace {

TEST(QueueRows, AnEntryReadsBackAsItWasWritten) {
  const EntryRow entry{.state = EntryState::kLeased,
                       .tenant = "team",
                       .priority = 7,
                       .turn = 12,
                       .due_micros = 5,
                       .attempts = 3,
                       .token = INT64_MAX,
                       .put_micros = 1'800'000'000'000'000,
                       .payload = std::string("run\0x", 5),
                       .reason = "why"};
  const auto read = DecodeEntry(EncodeEntry(entry));
  ASSERT_TRUE(read.ok()) << read.error().ToString();
  EXPECT_EQ(EncodeEntry(*read), EncodeEntry(entry));
  EXPECT_EQ(read->payload, entry.payload);
  EXPECT_EQ(DecodeEntry("\x08\x09").code(), Code::kCorrupt);
  EXPECT_EQ(DecodeEntry("\x12\x05").code(), Code::kCorrupt);
}

TEST(QueueRows, RowsOfABucketLieInTheOrderOfTurnsAndBucketsInThatOfPriorities) {
  const IndexKey early{3, 9, 60'000'000, "b"}, late{3, 10, 60'000'000, "a"};
  EXPECT_LT(early, late);
  EXPECT_LT(IndexSort(early), IndexSort(late));
  EXPECT_LT((IndexKey{4, 99, 0, "z"}), early);
  EXPECT_LT(BucketName(4, 9), BucketName(3, 1));
  int64_t priority = 0, minute = 0;
  ASSERT_TRUE(ParseBucketName(BucketName(3, early.minute()), &priority, &minute));
  EXPECT_EQ(priority, 3);
  EXPECT_EQ(minute, 1);
  IndexKey read;
  ASSERT_TRUE(ParseIndexSort(3, IndexSort(early), &read));
  EXPECT_EQ(IndexSort(read), IndexSort(early));
  EXPECT_FALSE(ParseIndexSort(3, "9/b", &read));
  EXPECT_FALSE(ParseBucketName("3/1", &priority, &minute));
}

// Whoever is killed between the writes of an entry leaves a row of the index without one.
TEST(RowQueue, RowsOfTheIndexWithoutAnEntryHideNoneBehindThem) {
  const Clock& clock = SystemClock();
  const std::unique_ptr<Store> memory = NewMemoryStore(clock);
  Store& store = *memory;
  const int64_t now = clock.NowMicros();
  for (int64_t turn = 0; turn < 20; ++turn) {
    const IndexKey gone{0, turn, now, "gone" + std::to_string(turn)};
    const std::string bucket = BucketName(gone.priority, gone.minute());
    ASSERT_TRUE(store.Apply(BucketPartition(), Put(bucket, {})).ok());
    const Write row = Put(IndexSort(gone), IndexValue(EntryState::kReady, 0));
    ASSERT_TRUE(store.Apply(IndexPartition(bucket), row).ok());
  }
  ASSERT_TRUE(store.Apply(TurnPartition(), Put("0", "100")).ok());
  RowQueue here(store, clock, "job"), there(store, clock, "job");
  ASSERT_TRUE(here.Put({.id = "last"}, {}).ok());
  const auto taken = there.Take(1, std::chrono::seconds(10), std::chrono::milliseconds(0));
  ASSERT_TRUE(taken.ok()) << taken.status().ToString();
  ASSERT_EQ(taken->size(), 1U);
  EXPECT_EQ(taken->front().id, "last");
}

TEST(FairTurns, OneWhoPutsMuchWaitsForItself) {
  FairTurns turns;
  for (int64_t i = 0; i < 5; ++i) EXPECT_EQ(turns.Next(0, "many", 1), i);
  turns.Reach(0, 2);
  EXPECT_EQ(turns.Next(0, "few", 4), 2);
  EXPECT_EQ(turns.Next(0, "few", 1), 6);
  EXPECT_EQ(turns.Next(0, "", 1), 2);
  EXPECT_EQ(turns.Next(1, "few", 1), 0);
  turns.Reach(0, 1);
  EXPECT_EQ(turns.present(0), 2);
}

}  // namespace
}  // namespace scoreway
