#include "batches/batch_store.h"

#include <gtest/gtest.h>

#include <thread>

#include "store/contract_stores.h"

namespace scoreway {
namespace {

class BatchStoreTest : public ::testing::TestWithParam<StoreUnderTest> {
 protected:
  StoredBatch Wine() const {
    StoredBatch batch;
    batch.name = "nightly";
    batch.model = "wine@champion";
    batch.output = "file:wine-{firing}.csv";
    batch.keep = {"id:int64"};
    batch.outputs = {"predict"};
    batch.trigger = {.cron = "0 2 * * *",
                     .timezone = "Europe/Zurich",
                     .rows = 5,
                     .age_seconds = 6,
                     .after_version = true,
                     .after_move = true};
    batch.who = "ann";
    return batch;
  }
  Result<Firing> Fire() {
    SCOREWAY_ASSIGN_OR_RETURN(
        const BatchLook look, batches.Change("nightly", [&](const BatchState& state) -> Result<BatchLook> {
          return FireNow(state, FiringCause::kManual, {.now_micros = clock.NowMicros(), .meant_version = 3});
        }));
    return look.firing;
  }
  std::string RowsOf(const Firing& firing, uint64_t offset, size_t count) {
    std::string text;
    const Status status = batches.Rows("nightly", firing)->AppendAt(offset, count, &text);
    EXPECT_TRUE(status.ok()) << status.ToString();
    return text;
  }
  Status Deliver(const Firing& firing) {
    SCOREWAY_ASSIGN_OR_RETURN(const StoredFiring read, batches.GetFiring("nightly", firing.number));
    Firing delivered = read.firing;
    delivered.state = FiringState::kDelivered;
    SCOREWAY_ASSIGN_OR_RETURN(const StoredFiring stored, batches.ChangeFiring("nightly", read, delivered));
    return batches.RemoveRows("nightly", stored);
  }

  TestFolder folder;
  ManualClock clock{1'800'000'000'000'000};
  const std::unique_ptr<Store> store = GetParam().make(folder.path(), clock);
  BatchStore batches{*store, clock};
};

TEST_P(BatchStoreTest, KeepsBatches) {
  const uint64_t before = batches.ChangeCount().value();
  ASSERT_TRUE(batches.Create(Wine(), 3, 2).ok());
  EXPECT_NE(batches.ChangeCount().value(), before);
  EXPECT_EQ(batches.Create(Wine(), 3, 2).code(), Code::kAlreadyExists);
  StoredBatch other = Wine();
  other.name = "other";
  EXPECT_EQ(batches.Create(other, 3, 2).code(), Code::kInvalidArgument) << "both would write one file";
  StoredBatch read = batches.Get("nightly").value();
  EXPECT_EQ(read.created_micros, clock.NowMicros());
  read.created_micros = 0;
  EXPECT_TRUE(read == Wine());
  EXPECT_EQ(batches.ReadAll().value().size(), 1U);
  EXPECT_EQ(batches.Get("other").code(), Code::kNotFound);
  EXPECT_EQ(batches.Append("other", "{}\n", 1, {}).code(), Code::kNotFound);
}

TEST_P(BatchStoreTest, GivesEachRowToOneFiring) {
  ASSERT_TRUE(batches.Create(Wine(), 3, 2).ok());
  const int64_t came = clock.NowMicros();
  EXPECT_EQ(batches.Append("nightly", "a\nb\n", 2, {}).value().firing, 1);
  clock.Advance(5);
  EXPECT_EQ(batches.Append("nightly", "c\n", 1, {}).value().firing, 1);
  EXPECT_EQ(batches.State("nightly").value().oldest_micros, came);
  const Firing first = Fire().value();
  EXPECT_EQ(first.rows, 3);
  EXPECT_EQ(batches.Append("nightly", "d\n", 1, {}).value().firing, 2);
  const Firing second = Fire().value();
  EXPECT_EQ(RowsOf(first, 0, 100), "a\nb\nc\n");
  EXPECT_EQ(RowsOf(first, 2, 3), "b\nc");
  EXPECT_EQ(RowsOf(first, 6, 3), "");
  EXPECT_EQ(RowsOf(second, 0, 100), "d\n");

  const auto firings = batches.Firings("nightly", 0, 10).value();
  ASSERT_EQ(firings.size(), 2U);
  EXPECT_EQ(firings[0].number, 2);
  EXPECT_TRUE(firings[1] == first);
  EXPECT_EQ(batches.Firings("nightly", 2, 10).value().size(), 1U);

  ASSERT_TRUE(Deliver(first).ok());
  const BatchState state = batches.State("nightly").value();
  EXPECT_EQ(state.unfinished, (std::vector<int64_t>{2}));
  EXPECT_EQ(state.held_bytes, 2);
  EXPECT_EQ(batches.GetFiring("nightly", 1).value().firing.state, FiringState::kDone);
  std::string gone;
  EXPECT_EQ(batches.Rows("nightly", first)->AppendAt(0, 1, &gone).code(), Code::kCorrupt);
}

TEST_P(BatchStoreTest, StoresRowsOfAKeyOnce) {
  ASSERT_TRUE(batches.Create(Wine(), 3, 2).ok());
  EXPECT_TRUE(batches.Append("nightly", "a\n", 1, "k").value().is_new);
  EXPECT_FALSE(batches.Append("nightly", "a\n", 1, "k").value().is_new);
  EXPECT_TRUE(Fire().ok());
  const StoredRows again = batches.Append("nightly", "a\n", 1, "k").value();
  EXPECT_FALSE(again.is_new);
  EXPECT_EQ(again.firing, 1);
  EXPECT_EQ(batches.State("nightly").value().rows, 0);
}

TEST_P(BatchStoreTest, CutsRowsIntoChunks) {
  ASSERT_TRUE(batches.Create(Wine(), 3, 2).ok());
  std::string lines;
  for (int i = 0; i < 3; ++i) lines += std::string(700'000, static_cast<char>('a' + i)) + "\n";
  ASSERT_TRUE(batches.Append("nightly", lines, 3, {}).ok());
  const Firing firing = Fire().value();
  EXPECT_EQ(RowsOf(firing, 0, lines.size() + 1), lines);
  EXPECT_EQ(RowsOf(firing, 699'999, 3), "a\nb");
  EXPECT_EQ(batches.Append("nightly", std::string(2'000'000, 'x') + "\n", 1, {}).code(), Code::kInvalidArgument);
  EXPECT_EQ(batches.Append("nightly", std::string(7'000'000, '\n'), 1, {}).code(), Code::kInvalidArgument);
}

// Of several who read a topic, and of one that does not know what it has stored, each message is stored once.
TEST_P(BatchStoreTest, StoresEachMessageOnce) {
  const std::string topic = "kafka://k:1/rows";
  StoredBatch batch = Wine();
  batch.input = topic;
  ASSERT_TRUE(batches.Create(batch, 3, 2).ok());
  const auto append = [&](int32_t partition, int64_t begin, int64_t end, const std::string& input) {
    MessagesAsRows messages{.lines = "a\n", .rows = 1, .bad_lines = "b\n", .bad = 1, .ranges = {}};
    messages.ranges.push_back({.partition = partition, .begin = begin, .end = end});
    return batches.AppendMessages("nightly", input, messages).status().code();
  };
  EXPECT_EQ(append(2, 0, 5, topic), Code::kOk);
  EXPECT_EQ(append(2, 0, 5, topic), Code::kConflict);
  EXPECT_EQ(append(2, 4, 9, topic), Code::kConflict);
  EXPECT_EQ(append(2, 6, 9, topic), Code::kConflict) << "one would be left out";
  EXPECT_EQ(append(2, 5, 9, "kafka://k:1/others"), Code::kConflict);
  EXPECT_EQ(append(0, 0, 1, topic), Code::kOk);
  EXPECT_EQ(append(-1, 0, 1, topic), Code::kUnsupported);
  EXPECT_EQ(append(1'000'000, 0, 1, topic), Code::kUnsupported);
  const Firing firing = Fire().value();
  EXPECT_EQ(RowsOf(firing, 0, 100), "a\na\n");
  EXPECT_EQ(firing.bad_messages, 2);
  const BadRowsPage first = batches.BadRows("nightly", 1, {}).value();
  EXPECT_EQ(first.lines + batches.BadRows("nightly", 1, first.next_page_token).value().lines, "b\nb\n");
  EXPECT_EQ(append(2, 5, 9, topic), Code::kOk);
  EXPECT_EQ(batches.State("nightly").value().bad_messages, 1);
  EXPECT_EQ(batches.State("nightly").value().input_offsets, (std::vector<int64_t>{1, 0, 9}));
  // Made again it goes on there; over another topic it begins.
  ASSERT_TRUE(batches.Delete("nightly", true).ok());
  ASSERT_TRUE(batches.Create(batch, 3, 2).ok());
  EXPECT_EQ(batches.State("nightly").value().input_offsets, (std::vector<int64_t>{1, 0, 9}));
  ASSERT_TRUE(batches.Delete("nightly", true).ok());
  batch.input = "kafka://k:1/others";
  ASSERT_TRUE(batches.Create(batch, 3, 2).ok());
  EXPECT_TRUE(batches.State("nightly").value().input_offsets.empty());
}

TEST_P(BatchStoreTest, KeepsBadRowsPageByPageForAMonth) {
  ASSERT_TRUE(batches.Create(Wine(), 3, 2).ok());
  for (const int64_t firing : {1, 2}) {
    ASSERT_TRUE(batches.PutBadRows("nightly", firing, 0, "a\n").ok());
    ASSERT_TRUE(batches.PutBadRows("nightly", firing, 2, "b\n").ok());
  }
  const auto read = [&](int64_t firing) {
    std::string lines;
    BadRowsPage page;
    do {
      page = batches.BadRows("nightly", firing, page.next_page_token).value();
      lines += page.lines;
    } while (!page.next_page_token.empty());
    return lines;
  };
  EXPECT_EQ(read(1), "a\nb\n");
  EXPECT_EQ(batches.BadRows("nightly", 3, {}).code(), Code::kNotFound);
  ASSERT_TRUE(batches.RemoveBadRows("nightly", 1).ok());
  EXPECT_EQ(read(1), "");
  EXPECT_EQ(read(2), "a\nb\n");
}

TEST_P(BatchStoreTest, GivesNoNumberTwice) {
  ASSERT_TRUE(batches.Create(Wine(), 3, 2).ok());
  ASSERT_TRUE(batches.Append("nightly", "a\n", 1, {}).ok());
  EXPECT_EQ(batches.Delete("nightly", false).code(), Code::kConflict);
  const Firing firing = Fire().value();
  EXPECT_EQ(batches.Delete("nightly", false).code(), Code::kConflict);
  ASSERT_TRUE(batches.Delete("nightly", true).ok());
  EXPECT_EQ(batches.Delete("nightly", true).code(), Code::kNotFound);
  EXPECT_EQ(batches.Append("nightly", "b\n", 1, {}).code(), Code::kNotFound);
  ASSERT_TRUE(batches.Create(Wine(), 3, 2).ok());
  EXPECT_GT(batches.Append("nightly", "b\n", 1, {}).value().firing, firing.number);
  EXPECT_TRUE(batches.Firings("nightly", 0, 10).value().empty());
}

// Rows that come while the batch fires: none is lost, none is there twice.
TEST_P(BatchStoreTest, KeepsEveryRowWhileItFires) {
  ASSERT_TRUE(batches.Create(Wine(), 3, 2).ok());
  constexpr int kEach = 40;
  std::vector<std::thread> senders;
  for (int sender = 0; sender < 3; ++sender) {
    senders.emplace_back([&, sender] {
      for (int i = 0; i < kEach; ++i) {
        const std::string line = std::to_string(sender * kEach + i) + "\n";
        EXPECT_TRUE(batches.Append("nightly", line, 1, {}).ok());
      }
    });
  }
  std::vector<Firing> firings;
  for (int i = 0; i < 20; ++i) firings.push_back(Fire().value());
  for (std::thread& sender : senders) sender.join();
  firings.push_back(Fire().value());
  std::vector<int> seen(3 * kEach, 0);
  for (const Firing& firing : firings) {
    std::string rows = RowsOf(firing, 0, static_cast<size_t>(firing.bytes));
    EXPECT_EQ(std::ranges::count(rows, '\n'), firing.rows);
    for (size_t at = 0; at < rows.size(); at = rows.find('\n', at) + 1) ++seen[std::stoul(rows.substr(at))];
  }
  EXPECT_EQ(seen, std::vector<int>(3 * kEach, 1));
}

TEST_P(BatchStoreTest, LetsOneOfSeveralFire) {
  ASSERT_TRUE(batches.Create(Wine(), 3, 2).ok());
  StoredBatch by_rows = Wine();
  by_rows.trigger = {.rows = 1};
  std::atomic<int> fired{0};
  for (int round = 0; round < 20; ++round) {
    ASSERT_TRUE(batches.Append("nightly", "a\n", 1, {}).ok());
    std::vector<std::thread> schedulers;
    for (int i = 0; i < 3; ++i) {
      schedulers.emplace_back([&] {
        const auto look = batches.Change("nightly", [&](const BatchState& state) -> Result<BatchLook> {
          return LookAt(by_rows, state, {.now_micros = clock.NowMicros(), .newest_version = 3, .meant_version = 2});
        });
        ASSERT_TRUE(look.ok()) << look.status().ToString();
        fired += look->fires ? 1 : 0;
      });
    }
    for (std::thread& scheduler : schedulers) scheduler.join();
  }
  EXPECT_EQ(fired, 20);
}

INSTANTIATE_TEST_SUITE_P(Stores, BatchStoreTest, ::testing::ValuesIn(StoresUnderTest()),
                         [](const auto& store) { return std::string(store.param.name); });

}  // namespace
}  // namespace scoreway
