// Feature views and their rows over every Store.
#include "features/feature_store.h"

#include <gtest/gtest.h>

#include <array>
#include <limits>
#include <thread>
#include <utility>

#include "features/copy_feature_rows.h"
#include "features/feature_key.h"
#include "features/feature_reader.h"
#include "features/feature_row.h"
#include "store/contract_stores.h"
#include "store/memory/memory_store.h"

namespace scoreway {
namespace {

constexpr int64_t kSecond = 1'000'000;
constexpr int64_t kStart = 1'772'000'000 * kSecond;  // 2026-02-25T06:13:20Z

FeatureView Customers() {
  FeatureView view;
  view.name = "customers";
  view.keys = {{"customer_id", Type::kInt64}};
  view.columns = {{"income", Type::kFloat64}, {"segment", Type::kString}, {"visits", Type::kInt64}};
  return view;
}

class FeatureStoreTest : public ::testing::TestWithParam<StoreUnderTest> {
 protected:
  void SetUp() override {
    store_ = GetParam().make(folder_.path(), clock_);
    ASSERT_NE(store_, nullptr);
    features_ = std::make_unique<FeatureStore>(*store_, clock_);
  }

  FeatureView Define(const FeatureView& view) {
    auto defined = features_->Define(view);
    EXPECT_TRUE(defined.ok()) << defined.status().ToString();
    return defined.ok() ? *defined : FeatureView();
  }
  // Rows of Customers: key, income, and the event time if one is given.
  struct Customer {
    int64_t id;
    double income;
    std::string event_time;
  };
  FeatureWriteCounts Write(const FeatureView& view, const std::vector<Customer>& customers) {
    Batch rows(RowSchema(view));
    for (const Customer& each : customers) {
      rows.column(0).AppendInt64(each.id);
      rows.column(1).AppendFloat64(each.income);
      rows.column(2).AppendString("gold");
      rows.column(3).AppendNull();
      for (size_t i = 4; i + 1 < rows.column_count(); ++i) rows.column(i).AppendNull();
      Column& time = rows.column(rows.column_count() - 1);
      each.event_time.empty() ? time.AppendNull() : time.AppendString(each.event_time);
    }
    auto counts = features_->Write(view, rows);
    EXPECT_TRUE(counts.ok()) << counts.status().ToString();
    return counts.ok() ? *counts : FeatureWriteCounts();
  }
  // The income of a customer; NaN where there is no row.
  double Income(const FeatureView& view, int64_t id) {
    Batch keys(*Schema::Make(view.keys));
    keys.column(0).AppendInt64(id);
    std::string key;
    const size_t column = 0;
    EXPECT_TRUE(MakeFeatureKey(keys, {&column, 1}, view.keys, 0, &key).ok());
    auto rows = features_->Read(view, {&key, 1});
    EXPECT_TRUE(rows.ok()) << rows.status().ToString();
    if (!rows.ok() || !(*rows)[0]) return std::numeric_limits<double>::quiet_NaN();
    FeatureRow row;
    EXPECT_TRUE(row.Parse(*(*rows)[0], view.columns).ok());
    Column income(Type::kFloat64);
    row.AppendTo(0, &income);
    return income.float64s()[0];
  }
  Code DefineCode(const FeatureView& view) { return features_->Define(view).status().code(); }

  TestFolder folder_;
  ManualClock clock_{kStart};
  std::unique_ptr<Store> store_;
  std::unique_ptr<FeatureStore> features_;
};

TEST_P(FeatureStoreTest, ViewsAreDefinedListedAndDeleted) {
  FeatureView shops = Customers();
  shops.name = "shops";
  shops.ttl_micros = 90 * kSecond;
  shops.description = "what we know of shops";
  shops.keys = {{"country", Type::kString}, {"number", Type::kInt64}};
  const FeatureView defined = Define(shops);
  Define(Customers());
  EXPECT_EQ(defined.created_micros, kStart);
  EXPECT_EQ(*features_->Get("shops"), defined);
  const auto views = features_->List();
  ASSERT_TRUE(views.ok());
  ASSERT_EQ(views->size(), 2u);
  EXPECT_EQ((*views)[0].name, "customers");
  EXPECT_EQ((*views)[1], defined);
  EXPECT_TRUE(features_->Delete("shops").ok());
  EXPECT_EQ(features_->Get("shops").status().code(), Code::kNotFound);
  EXPECT_EQ(features_->Delete("shops").code(), Code::kNotFound);
}

TEST_P(FeatureStoreTest, WrongViewsAreRefused) {
  const auto refused = [&](auto&& change) {
    FeatureView view = Customers();
    change(view);
    return DefineCode(view) == Code::kInvalidArgument;
  };
  EXPECT_TRUE(refused([](FeatureView& view) { view.name = "a b"; }));
  EXPECT_TRUE(refused([](FeatureView& view) { view.keys.clear(); }));
  EXPECT_TRUE(refused([](FeatureView& view) { view.columns.clear(); }));
  EXPECT_TRUE(refused([](FeatureView& view) { view.keys[0].type = Type::kFloat64; })) << "is no key";
  EXPECT_TRUE(refused([](FeatureView& view) { view.columns[1].name = "income"; })) << "stands twice";
  EXPECT_TRUE(refused([](FeatureView& view) { view.columns[0].name = "customer_id"; }));
  EXPECT_TRUE(refused([](FeatureView& view) { view.columns[0].name = "event_time"; }));
  EXPECT_TRUE(refused([](FeatureView& view) { view.columns[0].name = "\xff"; }));
}

TEST_P(FeatureStoreTest, AViewMayOnlyGrow) {
  FeatureView view = Define(Customers());
  Write(view, {{7, 100, ""}});
  FeatureView changed = view;
  changed.columns[0].type = Type::kString;
  EXPECT_EQ(DefineCode(changed), Code::kConflict);
  changed = view;
  changed.columns.pop_back();
  EXPECT_EQ(DefineCode(changed), Code::kConflict);
  changed = view;
  changed.keys[0].type = Type::kString;
  EXPECT_EQ(DefineCode(changed), Code::kConflict);
  changed = view;
  changed.columns.push_back({"age", Type::kInt64});
  changed.ttl_micros = kSecond;
  const FeatureView grown = Define(changed);
  EXPECT_EQ(grown.id, view.id);
  EXPECT_EQ(Income(grown, 7), 100) << "what was written before is still read";
}

TEST_P(FeatureStoreTest, TheLaterEventStays) {
  const FeatureView view = Define(Customers());
  EXPECT_EQ(Write(view, {{7, 1, "2026-02-20T00:00:00Z"}, {8, 1, "2026-02-20"}}).written, 2u);
  const FeatureWriteCounts older = Write(view, {{7, 2, "2026-02-19"}, {8, 2, "2026-02-21"}});
  EXPECT_EQ(older.written, 1u);
  EXPECT_EQ(older.older, 1u);
  EXPECT_EQ(Income(view, 7), 1);
  EXPECT_EQ(Income(view, 8), 2);
  EXPECT_EQ(Write(view, {{7, 3, "2026-02-20T00:00:00Z"}}).written, 1u) << "of the same time the later written";
  EXPECT_EQ(Income(view, 7), 3);
  Write(view, {{7, 4, ""}});
  EXPECT_EQ(Income(view, 7), 4) << "without a time it is now";
}

TEST_P(FeatureStoreTest, OfOneBatchTheLaterEventStays) {
  const FeatureView view = Define(Customers());
  const FeatureWriteCounts counts =
      Write(view, {{7, 1, "2026-02-20"}, {7, 2, "2026-02-22"}, {7, 3, "2026-02-21"}, {7, 4, "2026-02-22"}});
  EXPECT_EQ(counts.written, 1u);
  EXPECT_EQ(counts.older, 3u);
  EXPECT_EQ(Income(view, 7), 4);
}

TEST_P(FeatureStoreTest, WhatIsPastItsTtlIsGone) {
  FeatureView view = Customers();
  view.ttl_micros = 3600 * kSecond;
  view = Define(view);
  // 06:13:20 is now.
  const FeatureWriteCounts counts = Write(view, {{7, 1, "2026-02-25T06:00:00"}, {8, 1, "2026-02-25T05:00:00"}});
  EXPECT_EQ(counts.written, 1u);
  EXPECT_EQ(counts.expired, 1u);
  EXPECT_EQ(Income(view, 7), 1);
  clock_.Advance(3600 * kSecond);
  EXPECT_TRUE(std::isnan(Income(view, 7)));
}

TEST_P(FeatureStoreTest, WrongRowsAreNamed) {
  const FeatureView view = Define(Customers());
  Batch rows(RowSchema(view));
  const auto add = [&](bool with_key, const char* time) {
    with_key ? rows.column(0).AppendInt64(1) : rows.column(0).AppendNull();
    for (size_t i = 1; i < 4; ++i) rows.column(i).AppendNull();
    rows.column(4).AppendString(time);
  };
  add(true, "2026-02-20");
  add(true, "yesterday");
  EXPECT_EQ(features_->Write(view, rows).status().error().place, "row 2, column 'event_time'");
  rows.Clear();
  add(false, "2026-02-20");
  EXPECT_EQ(features_->Write(view, rows).status().error().place, "row 1, column 'customer_id'");
  rows.Clear();
  add(true, "2026-03-25");
  EXPECT_EQ(features_->Write(view, rows).status().code(), Code::kInvalidArgument) << "lies ahead";
}

TEST_P(FeatureStoreTest, ManyKeysRoundTripAndAreRemoved) {
  const FeatureView view = Define(Customers());
  std::vector<Customer> customers;
  for (int64_t id = -500; id < 500; ++id) customers.push_back({id * 1'000'003, static_cast<double>(id), ""});
  EXPECT_EQ(Write(view, customers).written, customers.size());
  for (const Customer& each : {customers.front(), customers[499], customers.back()}) {
    EXPECT_EQ(Income(view, each.id), each.income);
  }
  Batch keys(*Schema::Make(view.keys));
  keys.column(0).AppendInt64(customers.front().id);
  keys.column(0).AppendInt64(customers.front().id);
  keys.column(0).AppendInt64(12345);  // is not there
  EXPECT_TRUE(features_->Remove(view, keys).ok());
  EXPECT_TRUE(std::isnan(Income(view, customers.front().id)));
  EXPECT_EQ(Income(view, customers.back().id), customers.back().income);
}

TEST_P(FeatureStoreTest, RowsAreCopiedButForOlderAndExpiredOnes) {
  FeatureView view = Customers();
  view.ttl_micros = 3600 * kSecond;
  view = Define(view);
  Write(view, {{7, 1, "2026-02-25T06:00:00"}, {8, 1, "2026-02-25T06:00:00"}, {9, 1, "2026-02-25T06:12:00"}});
  const auto to = NewMemoryStore(clock_);
  const auto rows = store_->Scan(FeatureViewsPartition(), ScanPrefix(kFeatureViewPrefix));
  ASSERT_TRUE(rows.ok() && rows->rows.size() == 1);
  ASSERT_TRUE(to->Apply(FeatureViewsPartition(), Put(rows->rows[0].sort, rows->rows[0].value)).ok());
  const auto copy = [&] {
    const auto counts = CopyFeatureRows(*store_, *to, clock_);
    EXPECT_TRUE(counts.ok()) << counts.status().ToString();
    return counts.ok() ? std::array{counts->copied, counts->there} : std::array<uint64_t, 2>{};
  };
  EXPECT_EQ(copy(), (std::array<uint64_t, 2>{3, 0}));
  EXPECT_EQ(copy(), (std::array<uint64_t, 2>{0, 3}));
  Write(view, {{7, 2, "2026-02-25T06:01:00"}});
  const auto from = std::exchange(features_, std::make_unique<FeatureStore>(*to, clock_));
  Write(view, {{8, 3, "2026-02-25T06:02:00"}});
  EXPECT_EQ(copy(), (std::array<uint64_t, 2>{1, 2}));
  EXPECT_EQ(Income(view, 7), 2) << "the source has a later one";
  EXPECT_EQ(Income(view, 8), 3) << "the target has a later one";
  EXPECT_EQ(Income(view, 9), 1);
  clock_.Advance(3500 * kSecond);
  EXPECT_EQ(Income(view, 9), 1);
  clock_.Advance(30 * kSecond);  // an hour after 06:12
  EXPECT_TRUE(std::isnan(Income(view, 9))) << "the copy dies when the original does";
}

TEST_P(FeatureStoreTest, AViewMadeAgainIsEmpty) {
  const FeatureView view = Define(Customers());
  Write(view, {{7, 1, ""}});
  ASSERT_TRUE(features_->Delete("customers").ok());
  EXPECT_TRUE(std::isnan(Income(view, 7))) << "its rows are removed";
  EXPECT_TRUE(std::isnan(Income(Define(Customers()), 7)));
}

TEST_P(FeatureStoreTest, ModelsUseViews) {
  Define(Customers());
  EXPECT_EQ(features_->SetViewsOfModel("wine", {"customers", "shops"}).code(), Code::kNotFound);
  EXPECT_EQ(features_->SetViewsOfModel("wine", {"customers", "customers"}).code(), Code::kInvalidArgument);
  const auto before = features_->ChangeCount();
  ASSERT_TRUE(features_->SetViewsOfModel("wine", {"customers"}).ok());
  EXPECT_NE(*features_->ChangeCount(), *before);
  EXPECT_EQ(*features_->ViewsOfModel("wine"), std::vector<std::string>{"customers"});
  EXPECT_EQ(features_->Delete("customers").code(), Code::kConflict);
  EXPECT_EQ(features_->Definitions()->views_of_model.at("wine")[0]->name, "customers");
  ASSERT_TRUE(features_->SetViewsOfModel("wine", {}).ok());
  EXPECT_TRUE(features_->ViewsOfModel("wine")->empty());
  EXPECT_TRUE(features_->Delete("customers").ok());
}

TEST_P(FeatureStoreTest, OfWritersAtOnceTheLaterEventStays) {
  const FeatureView view = Define(Customers());
  std::vector<std::thread> writers;
  for (int writer = 0; writer < 4; ++writer) {
    writers.emplace_back([&, writer] {
      for (int minute = writer; minute < 40; minute += 4) {
        const std::string time =
            "2026-02-20T00:" + std::string(minute < 10 ? "0" : "") + std::to_string(minute) + ":00";
        Write(view, {{7, static_cast<double>(minute), time}});
      }
    });
  }
  for (std::thread& writer : writers) writer.join();
  EXPECT_EQ(Income(view, 7), 39);
}

INSTANTIATE_TEST_SUITE_P(Stores, FeatureStoreTest, ::testing::ValuesIn(StoresUnderTest()),
                         [](const auto& param) { return std::string(param.param.name); });

TEST(FeatureReaderTest, SeesItsOwnWritesAndOthersAfterAWhile) {
  const ManualClock clock(kStart);
  const auto store = StoresUnderTest()[0].make("", clock);
  FeatureStore features(*store, clock);
  const auto view = features.Define(Customers());
  ASSERT_TRUE(view.ok());
  FeatureReader reader(&features, {.timeout = {}, .cache = {.age_max = std::chrono::hours(1)}});
  Batch row(RowSchema(*view));
  row.column(0).AppendInt64(7);
  row.column(1).AppendFloat64(1);
  for (size_t i = 2; i < row.column_count(); ++i) row.column(i).AppendNull();
  std::string key;
  const size_t column = 0;
  ASSERT_TRUE(MakeFeatureKey(row, {&column, 1}, view->keys, 0, &key).ok());
  std::vector<FeatureCache::Value> rows;
  const auto read = [&] {
    EXPECT_TRUE(reader.Read(*view, {&key, 1}, &rows).ok());
    return rows[0];
  };
  EXPECT_EQ(read(), nullptr);
  EXPECT_EQ(read(), nullptr);
  EXPECT_EQ(reader.counts().read, 1u) << "the absence is kept too";
  ASSERT_TRUE(features.Write(*view, row).ok());
  EXPECT_EQ(read(), nullptr) << "another process's write is seen later";
  ASSERT_TRUE(reader.Write(*view, row).ok());
  EXPECT_NE(read(), nullptr);
  EXPECT_EQ(read(), rows[0]);
  EXPECT_EQ(reader.counts().read, 2u);
  EXPECT_EQ(reader.counts().cached, 3u);
}

TEST(FeatureCacheTest, StaysWithinItsBytes) {
  FeatureCache cache({.age_max = std::chrono::hours(1), .bytes_max = 16 * 1000});
  const auto now = FeatureCache::Time();
  const std::string view(32, 'v');
  size_t held = 0;
  for (int i = 0; i < 1000; ++i) {
    const std::string key = std::to_string(i);
    cache.Keep(view, key, nullptr, now, cache.Ticket(view, key));
  }
  for (int i = 0; i < 1000; ++i) held += cache.Find(view, std::to_string(i), now) ? 1 : 0;
  EXPECT_GT(held, 10u);
  EXPECT_LT(held, 100u);
  EXPECT_FALSE(cache.Find(view, "999", now + std::chrono::hours(2)));
}

TEST(FeatureCacheTest, WhatWasReadBeforeAForgetIsNotKept) {
  FeatureCache cache({});
  const auto now = FeatureCache::Time();
  const std::string view(32, 'v');
  const uint64_t ticket = cache.Ticket(view, "7");
  cache.Forget(view, "7");
  cache.Keep(view, "7", nullptr, now, ticket);
  EXPECT_FALSE(cache.Find(view, "7", now));
}

TEST(FeatureRowTest, CellsOfEveryTypeComeBack) {
  const std::vector<Field> fields = {{"a", Type::kFloat32}, {"b", Type::kFloat64}, {"c", Type::kInt64},
                                     {"d", Type::kBool},    {"e", Type::kString},  {"f", Type::kList},
                                     {"g", Type::kString},  {"h", Type::kFloat64}};
  Batch batch(*Schema::Make(fields));
  batch.column(0).AppendFloat32(1.5f);
  batch.column(1).AppendFloat64(0.1);
  batch.column(2).AppendInt64(9'007'199'254'740'993);
  batch.column(3).AppendBool(true);
  batch.column(4).AppendString("Oslo");
  batch.column(5).AppendString("[1,2]");
  batch.column(6).AppendString("");
  batch.column(7).AppendNull();
  std::vector<size_t> columns(fields.size());
  for (size_t i = 0; i < columns.size(); ++i) columns[i] = i;
  const std::string bytes = EncodeFeatureRow(batch, columns, 0, 42);
  FeatureRow row;
  ASSERT_TRUE(row.Parse(bytes, fields).ok());
  EXPECT_EQ(row.event_time_micros(), 42);
  Batch back(batch.shared_schema());
  for (size_t i = 0; i < fields.size(); ++i) row.AppendTo(i, &back.column(i));
  EXPECT_EQ(back.column(0).float32s()[0], 1.5f);
  EXPECT_EQ(back.column(1).float64s()[0], 0.1);
  EXPECT_EQ(back.column(2).int64s()[0], 9'007'199'254'740'993);
  EXPECT_EQ(back.column(3).bools()[0], 1);
  EXPECT_EQ(back.column(4).string_at(0), "Oslo");
  EXPECT_EQ(back.column(5).string_at(0), "[1,2]");
  EXPECT_TRUE(back.column(6).valid(0));
  EXPECT_FALSE(back.column(7).valid(0));
  for (size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_EQ(row.Parse(std::string_view(bytes).substr(0, size), fields).code(), Code::kCorrupt) << size;
  }
}

}  // namespace
}  // namespace scoreway
