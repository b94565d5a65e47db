#include "service/feature_join.h"

#include <gtest/gtest.h>

#include "store/breaking_store.h"
#include "store/memory/memory_store.h"

namespace scoreway {
namespace {

constexpr int64_t kSecond = 1'000'000;

// A model of three inputs: amount comes with the request, income and region from views; income has no rule for missing.
Signature ModelSignature() {
  Signature signature;
  signature.inputs = {
      {.name = "amount", .type = Type::kFloat64, .missing = MissingRule::kReject, .used = true, .categories = {}},
      {.name = "income", .type = Type::kFloat32, .missing = MissingRule::kReject, .used = true, .categories = {}},
      {.name = "region", .type = Type::kString, .missing = MissingRule::kModel, .used = true, .categories = {}}};
  return signature;
}

std::shared_ptr<const Schema> InputSchema() {
  return *Schema::Make({{"amount", Type::kFloat64}, {"income", Type::kFloat32}, {"region", Type::kString}});
}

class FeatureJoinTest : public ::testing::Test {
 protected:
  FeatureJoinTest() {
    FeatureView customers;
    customers.name = "customers";
    customers.keys = {{"customer", Type::kInt64}};
    customers.columns = {{"income", Type::kFloat64}};
    customers.ttl_micros = 60 * kSecond;
    FeatureView shops;
    shops.name = "shops";
    shops.keys = {{"country", Type::kString}, {"shop", Type::kInt64}};
    shops.columns = {{"region", Type::kString}, {"income", Type::kFloat64}};
    for (const FeatureView& view : {customers, shops}) {
      auto defined = features_.Define(view);
      EXPECT_TRUE(defined.ok()) << defined.status().ToString();
      if (defined.ok()) views_.push_back(std::make_shared<const FeatureView>(*defined));
    }
    Batch customer(RowSchema(*views_[0]));
    customer.column(0).AppendInt64(7);
    customer.column(1).AppendFloat64(0.1);
    customer.column(2).AppendNull();
    EXPECT_TRUE(features_.Write(*views_[0], customer).ok());
    Batch shop(RowSchema(*views_[1]));
    shop.column(0).AppendString("no");
    shop.column(1).AppendInt64(1);
    shop.column(2).AppendString("east");
    shop.column(3).AppendFloat64(5);
    shop.column(4).AppendNull();
    EXPECT_TRUE(features_.Write(*views_[1], shop).ok());
  }

  void MakeJoin(std::vector<FeatureViewPtr> views) {
    auto plan = PlanFeatures(ModelSignature(), views);
    ASSERT_TRUE(plan.ok()) << plan.status().ToString();
    join_ = std::make_unique<FeatureJoin>(&reader_, clock_, ModelSignature(), std::move(*plan));
    rows_ = std::make_unique<Batch>(join_->plan().row_schema);
  }
  // The columns of a row: amount, income, region, customer, country, shop; null where there is nothing.
  void AddRow(std::optional<double> income, std::optional<int64_t> customer, const char* country, int64_t shop) {
    rows_->column(0).AppendFloat64(1);
    income ? rows_->column(1).AppendFloat32(static_cast<float>(*income)) : rows_->column(1).AppendNull();
    rows_->column(2).AppendNull();
    customer ? rows_->column(3).AppendInt64(*customer) : rows_->column(3).AppendNull();
    if (rows_->column_count() == 4) return;
    country != nullptr ? rows_->column(4).AppendString(country) : rows_->column(4).AppendNull();
    rows_->column(5).AppendInt64(shop);
  }
  Status Complete() { return join_->Complete(rows_.get(), &inputs_, 10); }

  ManualClock clock_{1'772'000'000 * kSecond};
  std::unique_ptr<Store> store_ = NewMemoryStore(clock_);
  FeatureStore features_{*store_, clock_};
  FeatureReader reader_{&features_, {.timeout = {}, .cache = {.age_max = {}}}};
  std::vector<FeatureViewPtr> views_;
  std::unique_ptr<FeatureJoin> join_;
  std::unique_ptr<Batch> rows_;
  Batch inputs_{InputSchema()};
};

TEST_F(FeatureJoinTest, SeveralViewsCompleteRowsByTheirKeys) {
  MakeJoin(views_);
  AddRow({}, 7, "no", 1);
  AddRow(3.0, {}, "se", 1);
  AddRow({}, 7, nullptr, 1);
  ASSERT_TRUE(Complete().ok());
  EXPECT_EQ(inputs_.column(1).float32s()[0], 0.1f) << "from the first view that has it";
  EXPECT_EQ(inputs_.column(1).float32s()[1], 3.0f) << "from the row";
  EXPECT_EQ(inputs_.column(2).string_at(0), "east");
  EXPECT_FALSE(inputs_.column(2).valid(1)) << "the view has no such key";
  EXPECT_FALSE(inputs_.column(2).valid(2)) << "half a key is none";
  EXPECT_EQ(inputs_.column(0).float64s()[2], 1);
  EXPECT_EQ(join_->uses()[0].looked_up, 2u);
  EXPECT_EQ(join_->uses()[0].found, 2u);
  EXPECT_EQ(join_->uses()[1].looked_up, 2u);
  EXPECT_EQ(join_->uses()[1].found, 1u);
  EXPECT_EQ(reader_.counts().read, 3u) << "equal keys are asked for once";
}

TEST_F(FeatureJoinTest, AnInputWithoutARuleIsAnErrorThatSaysWhy) {
  MakeJoin({views_[0]});
  AddRow({}, 7, nullptr, 0);
  AddRow({}, 8, nullptr, 0);
  Status status = Complete();
  EXPECT_EQ(status.code(), Code::kInvalidArgument);
  EXPECT_EQ(status.error().place, "row 12, column 'income'");
  EXPECT_NE(status.error().message.find("no features of this key"), std::string::npos) << status.error().message;
  rows_->Clear();
  AddRow({}, {}, nullptr, 0);
  EXPECT_NE(Complete().error().message.find("the key 'customer'"), std::string::npos);
}

TEST_F(FeatureJoinTest, WhatIsPastItsTtlIsMissingEvenIfItIsCached) {
  FeatureReader caching(&features_, {.timeout = {}, .cache = {.age_max = std::chrono::hours(1)}});
  auto plan = PlanFeatures(ModelSignature(), {&views_[0], 1});
  ASSERT_TRUE(plan.ok());
  FeatureJoin join(&caching, clock_, ModelSignature(), std::move(*plan));
  rows_ = std::make_unique<Batch>(join.plan().row_schema);
  const auto complete = [&] {
    rows_->Clear();
    AddRow({}, 7, nullptr, 0);
    return join.Complete(rows_.get(), &inputs_);
  };
  clock_.Advance(59 * kSecond);
  ASSERT_TRUE(complete().ok());
  EXPECT_EQ(join.uses()[0].oldest_micros, 59 * kSecond);
  clock_.Advance(kSecond);
  EXPECT_EQ(complete().code(), Code::kInvalidArgument);
}

TEST_F(FeatureJoinTest, WhereTheStoreDoesNotAnswerTheModelsRuleHolds) {
  BreakingStore broken(*store_);
  FeatureStore features(broken, clock_);
  FeatureReader reader(&features, {.timeout = {}, .cache = {.age_max = {}}});
  auto plan = PlanFeatures(ModelSignature(), {&views_[1], 1});
  ASSERT_TRUE(plan.ok());
  FeatureJoin join(&reader, clock_, ModelSignature(), std::move(*plan));
  Batch rows(join.plan().row_schema);
  const auto complete = [&](bool with_income) {
    rows.Clear();
    rows.column(0).AppendFloat64(1);
    with_income ? rows.column(1).AppendFloat32(2) : rows.column(1).AppendNull();
    rows.column(2).AppendNull();
    rows.column(3).AppendString("no");
    rows.column(4).AppendInt64(1);
    return join.Complete(&rows, &inputs_);
  };
  broken.BreakReads();
  ASSERT_TRUE(complete(true).ok()) << "region may be missing";
  EXPECT_FALSE(inputs_.column(2).valid(0));
  EXPECT_TRUE(join.uses()[0].failed);
  EXPECT_EQ(complete(false).code(), Code::kUnavailable) << "income may not";
}

TEST(FeaturePlanTest, TakesWhatTheModelWantsAndNoMore) {
  FeatureView view;
  view.name = "customers";
  view.keys = {{"amount", Type::kInt64}};
  view.columns = {{"unknown", Type::kFloat64}};
  const auto pointer = [](const FeatureView& from) { return std::make_shared<const FeatureView>(from); };
  FeatureViewPtr views[] = {pointer(view)};
  EXPECT_TRUE(PlanFeatures(ModelSignature(), views)->empty());
  view.columns.push_back({"region", Type::kString});
  views[0] = pointer(view);
  const auto plan = PlanFeatures(ModelSignature(), views);
  ASSERT_TRUE(plan.ok());
  EXPECT_EQ(plan->row_schema->size(), 3u) << "the key is an input already";
  EXPECT_EQ(plan->fetches[0].keys, std::vector<size_t>{0});
  EXPECT_EQ(plan->may_be_absent, (std::vector<bool>{false, false, true}));
  view.keys[0].type = Type::kString;
  views[0] = pointer(view);
  EXPECT_EQ(PlanFeatures(ModelSignature(), views).status().code(), Code::kInvalidArgument) << "amount is no text";
}

}  // namespace
}  // namespace scoreway
