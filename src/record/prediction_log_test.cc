// The prediction log and its reader over every Store.
#include "record/prediction_log.h"

#include <gtest/gtest.h>

#include <atomic>
#include <set>

#include "base/utc_time.h"
#include "record/prediction_chunk.h"
#include "record/prediction_reader.h"
#include "store/contract_stores.h"
#include "store/memory/memory_store.h"

namespace scoreway {
namespace {

constexpr int64_t kSecond = 1'000'000;
constexpr int64_t kStart = 1'772'000'000 * kSecond;  // 2026-02-25T06:13:20Z

std::shared_ptr<const PredictionTarget> Target(int64_t version = 1,
                                               std::vector<Field> inputs = {{"age", Type::kInt64},
                                                                            {"city", Type::kString}}) {
  auto target = std::make_shared<PredictionTarget>();
  target->model = "churn";
  target->version = version;
  target->inputs = *Schema::Make(std::move(inputs));
  target->outputs = *Schema::Make({{"predict", Type::kFloat64}});
  return target;
}

// A request of one row: age, and the answer age / 2.
void Add(PredictionLog& log, const std::shared_ptr<const PredictionTarget>& target, const PredictionHead& head,
         int64_t age) {
  Batch inputs(target->inputs);
  Batch outputs(target->outputs);
  inputs.column(0).AppendNumber(static_cast<double>(age));
  for (size_t i = 1; i < inputs.column_count(); ++i) inputs.column(i).AppendNull();
  outputs.column(0).AppendFloat64(static_cast<double>(age) / 2);
  log.Add(0, target, head, inputs, outputs, {});
}

class PredictionLogTest : public ::testing::TestWithParam<StoreUnderTest> {
 protected:
  void SetUp() override {
    store_ = GetParam().make(folder_.path(), clock_);
    ASSERT_NE(store_, nullptr);
    labels_ = std::make_unique<LabelStore>(*store_, clock_, 0);
  }

  PredictionPage Read(const PredictionQuery& query, size_t count_max = 1000, const std::string& token = {}) {
    auto page = PredictionReader(RecordRows(*store_), *labels_).Read("churn", query, count_max, token);
    EXPECT_TRUE(page.ok()) << page.status().ToString();
    return page.ok() ? std::move(*page) : PredictionPage{Batch(*Schema::Make({{"time", Type::kString}})), {}};
  }
  // All pages: the ids.
  std::vector<std::string> Ids(const PredictionQuery& query, size_t count_max) {
    std::vector<std::string> ids;
    std::string token;
    do {
      const PredictionPage page = Read(query, count_max, token);
      EXPECT_LE(page.table.rows(), count_max);
      for (size_t row = 0; row < page.table.rows(); ++row) ids.emplace_back(page.table.column(1).string_at(row));
      token = page.next_page_token;
    } while (!token.empty() && ids.size() < 10'000);
    return ids;
  }

  TestFolder folder_;
  ManualClock clock_{kStart};
  std::unique_ptr<Store> store_;
  std::unique_ptr<LabelStore> labels_;
};

TEST_P(PredictionLogTest, GivesBackWhatWasAskedAndAnswered) {
  PredictionLog log(RecordRows(*store_), {});
  const auto target = Target(3);
  Batch inputs(target->inputs);
  inputs.column(0).AppendInt64(41);
  inputs.column(0).AppendNull();
  inputs.column(1).AppendString("Oslo");
  inputs.column(1).AppendString("");
  Batch outputs(target->outputs);
  outputs.column(0).AppendFloat64(0.25);
  outputs.column(0).AppendFloat64(-1);
  const PredictionHead head{.time_micros = kStart,
                            .latency_micros = 1500,
                            .is_shadow = true,
                            .id = "id-1",
                            .alias = "champion",
                            .caller = "shop",
                            .trace_id = "4bf92f3577b34da6a3ce929d0e0e4736"};
  log.Add(5, target, head, inputs, outputs, {"order-1", "order-2"});
  log.Flush();
  EXPECT_EQ(log.counts().written, 2U);
  EXPECT_EQ(log.counts().bytes_waiting, 0U);

  const PredictionPage page = Read({.range = {.oldest_first = true}});
  ASSERT_EQ(page.table.rows(), 2U);
  EXPECT_TRUE(page.next_page_token.empty());
  const auto column = [&](const char* name) -> const Column& {
    const auto index = page.table.schema().Find(name);
    EXPECT_TRUE(index) << name;
    return page.table.column(index.value_or(0));
  };
  EXPECT_EQ(column("time").string_at(0), FormatUtc(kStart));
  EXPECT_EQ(column("prediction_id").string_at(1), "id-1");
  EXPECT_EQ(column("row").int64s()[1], 2);
  EXPECT_EQ(column("key").string_at(0), "order-1");
  EXPECT_EQ(column("key").string_at(1), "order-2");
  EXPECT_EQ(column("version").int64s()[0], 3);
  EXPECT_EQ(column("alias").string_at(0), "champion");
  EXPECT_EQ(column("caller").string_at(0), "shop");
  EXPECT_EQ(column("trace_id").string_at(0), "4bf92f3577b34da6a3ce929d0e0e4736");
  EXPECT_EQ(column("shadow").bools()[0], 1);
  EXPECT_EQ(column("latency_ms").float64s()[0], 1.5);
  EXPECT_EQ(column("input.age").int64s()[0], 41);
  EXPECT_FALSE(column("input.age").valid(1));
  EXPECT_EQ(column("input.city").string_at(0), "Oslo");
  EXPECT_TRUE(column("input.city").valid(1));
  EXPECT_EQ(column("output.predict").float64s()[1], -1);
}

TEST_P(PredictionLogTest, PagesThroughMinutesInBothOrders) {
  PredictionLog log(RecordRows(*store_), {});
  const auto target = Target();
  std::vector<std::string> ids;
  for (int i = 0; i < 60; ++i) {
    ids.push_back("id-" + std::to_string(i));
    Add(log, target, {.time_micros = kStart + i * 7 * kSecond, .id = ids.back()}, i);
    if (i % 13 == 0) log.Flush();
  }
  log.Flush();
  EXPECT_EQ(Ids({.range = {.oldest_first = true}}, 17), ids);
  EXPECT_EQ(Ids({.range = {.oldest_first = true}}, 1), ids);
  const std::vector<std::string> newest_first(ids.rbegin(), ids.rend());
  EXPECT_EQ(Ids({}, 17), newest_first);
  EXPECT_EQ(Ids({}, 1000), newest_first);

  PredictionQuery some;
  some.range = {kStart + 70 * kSecond, kStart + 140 * kSecond, true};
  EXPECT_EQ(Ids(some, 4), std::vector<std::string>(ids.begin() + 10, ids.begin() + 20));
}

TEST_P(PredictionLogTest, FindsByVersionAliasKeyIdAndShadow) {
  PredictionLog log(RecordRows(*store_), {});
  Add(log, Target(1), {.time_micros = kStart, .id = "a", .key = "k1", .alias = "champion"}, 1);
  Add(log, Target(2), {.time_micros = kStart, .is_shadow = true, .id = "b", .key = "k1", .alias = "challenger"}, 2);
  Add(log, Target(2), {.time_micros = kStart, .id = "c", .key = "k2"}, 3);
  log.Flush();
  const auto found = [&](const PredictionQuery& query) {
    const auto ids = Ids(query, 1000);
    return std::set<std::string>(ids.begin(), ids.end());
  };
  EXPECT_EQ(found({.version = 2}), (std::set<std::string>{"b", "c"}));
  EXPECT_EQ(found({.alias = "challenger"}), (std::set<std::string>{"b"}));
  EXPECT_EQ(found({.key = "k1"}), (std::set<std::string>{"a", "b"}));
  EXPECT_EQ(found({.id = "c"}), (std::set<std::string>{"c"}));
  EXPECT_EQ(found({.shadow = false}), (std::set<std::string>{"a", "c"}));
  EXPECT_EQ(found({.shadow = true}), (std::set<std::string>{"b"}));
}

TEST_P(PredictionLogTest, TablesHaveTheColumnsOfTheirVersions) {
  PredictionLog log(RecordRows(*store_), {});
  Add(log, Target(1), {.time_micros = kStart, .id = "a"}, 1);
  Add(log, Target(2, {{"age", Type::kInt64}, {"income", Type::kFloat64}}),
      {.time_micros = kStart + 100 * kSecond, .id = "b"}, 2);
  // Another type of the same column: it cannot stand in one table with the others.
  Add(log, Target(3, {{"age", Type::kFloat64}}), {.time_micros = kStart + 200 * kSecond, .id = "c"}, 3);
  log.Flush();
  const PredictionPage first = Read({.range = {.oldest_first = true}});
  ASSERT_EQ(first.table.rows(), 2U);
  EXPECT_FALSE(first.table.column(*first.table.schema().Find("input.income")).valid(0));
  const PredictionPage second = Read({.range = {.oldest_first = true}}, 1000, first.next_page_token);
  ASSERT_EQ(second.table.rows(), 1U);
  EXPECT_EQ(second.table.column(*second.table.schema().Find("input.age")).float64s()[0], 3);
  EXPECT_TRUE(second.next_page_token.empty());
}

TEST_P(PredictionLogTest, LabelsJoinByIdAndByKeyBeforeAndAfter) {
  Label early{.key = "order-2", .value = "0", .time_micros = kStart};
  ASSERT_TRUE(labels_->Push("churn", {early}).ok());
  PredictionLog log(RecordRows(*store_), {});
  Add(log, Target(), {.time_micros = kStart, .id = "a", .key = "order-1"}, 1);
  Add(log, Target(), {.time_micros = kStart + 1, .id = "b", .key = "order-2"}, 2);
  Add(log, Target(), {.time_micros = kStart + 2, .id = "c"}, 3);
  Add(log, Target(), {.time_micros = kStart + 3, .id = "d"}, 4);
  log.Flush();
  ASSERT_TRUE(labels_
                  ->Push("churn", {{.prediction_id = "a", .value = "1", .time_micros = kStart + 5},
                                   {.key = "order-1", .value = "7", .time_micros = kStart + 4},
                                   {.prediction_id = "c", .row = 2, .value = "9"},
                                   {.prediction_id = "d", .value = "2.5"}})
                  .ok());
  const PredictionPage all = Read({.range = {.oldest_first = true}, .labels = LabelWish::kJoined});
  ASSERT_EQ(all.table.rows(), 4U);
  const Column& label = all.table.column(*all.table.schema().Find("label"));
  ASSERT_EQ(label.type(), Type::kFloat64);
  EXPECT_EQ(label.float64s()[0], 1) << "of two labels the later one counts";
  EXPECT_EQ(label.float64s()[1], 0);
  EXPECT_FALSE(label.valid(2)) << "the label is of another row";
  EXPECT_EQ(label.float64s()[3], 2.5);

  PredictionQuery labelled{.range = {.oldest_first = true}, .labels = LabelWish::kOnlyLabelled};
  EXPECT_EQ(Ids(labelled, 1000), (std::vector<std::string>{"a", "b", "d"}));
  EXPECT_EQ(Ids(labelled, 1), (std::vector<std::string>{"a", "b", "d"}));
}

TEST_P(PredictionLogTest, DiesByItsTtl) {
  {
    PredictionLog log(RecordRows(*store_), {.ttl_micros = 3600 * kSecond});
    Add(log, Target(), {.time_micros = kStart, .id = "a"}, 1);
  }
  EXPECT_EQ(Ids({}, 10).size(), 1U) << "what waits is written at the end";
  clock_.Advance(3599 * kSecond);
  EXPECT_EQ(Ids({}, 10).size(), 1U);
  clock_.Advance(2 * kSecond);
  EXPECT_TRUE(Ids({}, 10).empty());
}

INSTANTIATE_TEST_SUITE_P(Stores, PredictionLogTest, ::testing::ValuesIn(StoresUnderTest()),
                         [](const auto& test) { return test.param.name; });

// Fails as long as it is told to.
class AwayStore final : public Store {
 public:
  explicit AwayStore(Store& store) : store_(store) {}
  Result<std::optional<std::string>> Get(const Partition& partition, std::string_view sort) override {
    return store_.Get(partition, sort);
  }
  Result<ScanPage> Scan(const Partition& partition, const ScanRange& range) override {
    return store_.Scan(partition, range);
  }
  using Store::Apply;
  Status Apply(std::span<const WriteBatch> batches, size_t* applied) override {
    if (is_away) return Status(Code::kUnavailable, "away");
    return store_.Apply(batches, applied);
  }
  using Store::ChangeCount;
  Result<uint64_t> ChangeCount(const Partition& partition) override { return store_.ChangeCount(partition); }
  Result<uint64_t> ChangeCount() override { return store_.ChangeCount(); }

  std::atomic<bool> is_away{true};

 private:
  Store& store_;
};

TEST(PredictionLogBound, DropsAndCountsWhatHasNoRoomAndWritesTheRestLater) {
  const auto memory = NewMemoryStore(SystemClock());
  AwayStore store(*memory);
  std::atomic<int> told{0};
  PredictionLog log(RecordRows(store), {.flush_interval = std::chrono::milliseconds(1),
                                        .buffer_bytes_max = 4096,
                                        .tell = [&](const std::string&) { ++told; }});
  const auto target = Target();
  for (int i = 0; i < 1000; ++i) Add(log, target, {.time_micros = kStart + i, .id = std::to_string(i)}, i);
  const PredictionLogCounts full = log.counts();
  EXPECT_GT(full.dropped, 800U);
  EXPECT_EQ(full.written, 0U);
  EXPECT_GT(full.bytes_waiting, 4000U);
  EXPECT_LT(full.bytes_waiting, 4400U);
  store.is_away = false;
  log.Flush();
  const PredictionLogCounts counts = log.counts();
  EXPECT_EQ(counts.written, 1000 - counts.dropped);
  EXPECT_EQ(counts.bytes_waiting, 0U);
  EXPECT_GT(told.load(), 0);
  LabelStore labels(*memory, SystemClock(), 0);
  auto page = PredictionReader(RecordRows(*memory), labels).Read("churn", {}, 1000, {});
  ASSERT_TRUE(page.ok());
  EXPECT_EQ(page->table.rows(), counts.written);
}

TEST(PredictionLogBound, ManyThreadsLoseNothing) {
  const auto store = NewMemoryStore(SystemClock());
  PredictionLog log(RecordRows(*store), {.flush_interval = std::chrono::milliseconds(1)});
  const auto target = Target();
  std::vector<std::thread> threads;
  for (unsigned slot = 0; slot < 8; ++slot) {
    threads.emplace_back([&, slot] {
      Batch inputs(target->inputs);
      Batch outputs(target->outputs);
      inputs.column(0).AppendInt64(slot);
      inputs.column(1).AppendString("Oslo");
      outputs.column(0).AppendFloat64(1);
      for (int i = 0; i < 2000; ++i) {
        const std::string id = std::to_string(slot) + "-" + std::to_string(i);
        log.Add(slot, target, {.time_micros = kStart + i * 100'000, .id = id}, inputs, outputs, {});
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  log.Flush();
  EXPECT_EQ(log.counts().written, 16'000U);
  LabelStore labels(*store, SystemClock(), 0);
  std::set<std::string> ids;
  std::string token;
  do {
    auto page = PredictionReader(RecordRows(*store), labels).Read("churn", {}, 1000, token);
    ASSERT_TRUE(page.ok()) << page.status().ToString();
    for (size_t row = 0; row < page->table.rows(); ++row) ids.emplace(page->table.column(1).string_at(row));
    token = page->next_page_token;
  } while (!token.empty());
  EXPECT_EQ(ids.size(), 16'000U);
}

// All chunks that are there: of each how many bytes, and how many predictions.
std::vector<std::pair<size_t, size_t>> ChunksIn(Store& store) {
  std::vector<std::pair<size_t, size_t>> chunks;
  RecordCursor cursor = RecordRows(store).Read(RecordStream::kPredictions, "churn", {.oldest_first = true});
  while (true) {
    auto found = cursor.Next();
    EXPECT_TRUE(found.ok());
    if (!found.ok() || !*found) return chunks;
    const size_t bytes = (*found)->bytes.size();
    const auto chunk = PredictionChunk::Parse(std::move((*found)->bytes));
    EXPECT_TRUE(chunk.ok());
    if (chunk.ok()) chunks.emplace_back(bytes, chunk->size());
  }
}

TEST(PredictionLogChunks, OfManySlotsAreOneWhereTheyAreSmall) {
  const auto store = NewMemoryStore(SystemClock());
  PredictionLog log(RecordRows(*store), {.flush_interval = std::chrono::hours(1)});
  const auto target = Target();
  Batch inputs(target->inputs), outputs(target->outputs);
  inputs.column(0).AppendInt64(1);
  inputs.column(1).AppendString("Oslo");
  outputs.column(0).AppendFloat64(1);
  for (unsigned slot = 0; slot < 8; ++slot) {
    for (int i = 0; i < 10; ++i) log.Add(slot, target, {.time_micros = kStart, .id = "a"}, inputs, outputs, {});
  }
  log.Flush();
  const auto chunks = ChunksIn(*store);
  ASSERT_EQ(chunks.size(), 1U);
  EXPECT_EQ(chunks[0].second, 80U);
}

TEST(PredictionLogChunks, AreCutBeforeTheyGrowTooLarge) {
  const auto store = NewMemoryStore(SystemClock());
  PredictionLog log(RecordRows(*store), {.flush_interval = std::chrono::hours(1)});
  const auto target = Target();
  Batch inputs(target->inputs), outputs(target->outputs);
  // Small rows, and some of which two do not fit into a chunk that readers hold, nor into a value of the Store.
  for (int i = 0; i < 9000; ++i) {
    inputs.column(0).AppendInt64(i);
    inputs.column(1).AppendString(std::string(i % 3000 < 3 ? size_t{700'000} : 20, 'x'));
    outputs.column(0).AppendFloat64(i);
  }
  log.Add(0, target, {.time_micros = kStart, .id = "a"}, inputs, outputs, {});
  log.Add(1, target, {.time_micros = kStart, .id = "b"}, inputs, outputs, {});
  log.Flush();
  EXPECT_EQ(log.counts().written, 18'000U);
  EXPECT_EQ(log.counts().bytes_waiting, 0U);
  size_t predictions = 0, large = 0;
  for (const auto& [bytes, count] : ChunksIn(*store)) {
    predictions += count;
    large += bytes > 256 << 10 ? 1 : 0;
    if (bytes > 256 << 10) {
      EXPECT_EQ(count, 1U);
    }
  }
  EXPECT_EQ(predictions, 18'000U);
  EXPECT_EQ(large, 18U);
}

TEST(PredictionChunk, GivesCellsAsItGivesPredictions) {
  const auto target = Target(1, {{"age", Type::kInt64},
                                 {"city", Type::kString},
                                 {"income", Type::kFloat64},
                                 {"score", Type::kFloat32},
                                 {"is_new", Type::kBool}});
  Batch inputs(target->inputs), outputs(target->outputs);
  for (int row = 0; row < 40; ++row) {
    for (size_t c = 0; c < inputs.column_count(); ++c) {
      Column& column = inputs.column(c);
      if (row % 5 == static_cast<int>(c)) {
        column.AppendNull();
      } else if (column.type() == Type::kString) {
        column.AppendString(std::string(static_cast<size_t>(row), 'a'));
      } else {
        column.AppendNumber(row % 2 == 0 ? row : -row);
      }
    }
    outputs.column(0).AppendFloat64(row / 7.0);
  }
  std::string bytes = EncodeChunkHead(*target);
  for (size_t row = 0; row < 40; ++row) {
    AppendPrediction({.time_micros = kStart, .id = "a", .key = "k"}, inputs, outputs, row, &bytes);
  }
  const auto chunk = PredictionChunk::Parse(bytes);
  ASSERT_TRUE(chunk.ok());
  Batch cells(target->inputs), answers(target->outputs);
  LoggedPrediction prediction;
  for (size_t i = 0; i < chunk->size(); ++i) {
    ASSERT_TRUE(chunk->AppendCells(i, &cells, &answers).ok());
    ASSERT_TRUE(chunk->Read(i, &prediction).ok());
    PredictionHead head;
    ASSERT_TRUE(chunk->ReadHead(i, &head).ok());
    EXPECT_EQ(head.key, prediction.head.key);
    for (size_t c = 0; c < inputs.column_count(); ++c) {
      Column read(inputs.column(c).type());
      prediction.inputs.AppendTo(c, &read);
      for (const Column* column : {&read, &inputs.column(c)}) {
        const size_t row = column == &read ? 0 : i;
        ASSERT_EQ(cells.column(c).valid(i), column->valid(row));
        if (column->type() == Type::kString) {
          EXPECT_EQ(cells.column(c).string_at(i), column->string_at(row));
        } else if (column->valid(row)) {
          EXPECT_EQ(cells.column(c).NumberAt(i), column->NumberAt(row));
        }
      }
    }
    EXPECT_EQ(answers.column(0).float64s()[i], outputs.column(0).float64s()[i]);
  }
}

TEST(PredictionChunk, RefusesWhatIsCutOff) {
  const auto target = Target();
  Batch inputs(target->inputs);
  Batch outputs(target->outputs);
  inputs.column(0).AppendInt64(1);
  inputs.column(1).AppendString("Oslo");
  outputs.column(0).AppendFloat64(1);
  std::string bytes = EncodeChunkHead(*target);
  const size_t head = bytes.size();
  AppendPrediction({.time_micros = kStart, .id = "a"}, inputs, outputs, 0, &bytes);
  for (size_t size = 0; size < bytes.size(); ++size) {
    if (size == head) continue;  // a chunk of nothing
    EXPECT_EQ(PredictionChunk::Parse(bytes.substr(0, size)).code(), Code::kCorrupt) << size;
  }
}

}  // namespace
}  // namespace scoreway
