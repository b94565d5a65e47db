#include "registry/traffic_policies.h"

#include <gtest/gtest.h>

#include "store/contract_stores.h"

namespace scoreway {
namespace {

TrafficPolicy Policy(std::vector<TrafficShare> split, std::vector<std::string> shadow = {}) {
  TrafficPolicy policy;
  policy.model = "churn";
  policy.split = std::move(split);
  policy.shadow = std::move(shadow);
  return policy;
}

class TrafficPoliciesTest : public ::testing::TestWithParam<StoreUnderTest> {
 protected:
  void SetUp() override {
    store_ = GetParam().make(folder_.path(), clock_);
    ASSERT_NE(store_, nullptr);
  }

  TestFolder folder_;
  ManualClock clock_{1'772'000'000'000'000};
  std::unique_ptr<Store> store_;
};

TEST_P(TrafficPoliciesTest, ChangesByCompareAndSet) {
  TrafficPolicies policies(*store_, clock_);
  const auto none = policies.Get("churn");
  ASSERT_TRUE(none.ok());
  EXPECT_EQ(none->revision, 0);
  EXPECT_TRUE(none->split.empty());
  const auto counted = policies.ChangeCount();

  const auto first = policies.Set(Policy({{"champion", 90}, {"challenger", 10}}, {"next"}), 0, {"ann", "try it"});
  ASSERT_TRUE(first.ok()) << first.status().ToString();
  EXPECT_EQ(first->revision, 1);
  EXPECT_EQ(policies.Set(Policy({}), 0, {}).code(), Code::kConflict);
  const auto second = policies.Set(Policy({{"champion", 100}}), 1, {"bob", ""});
  ASSERT_TRUE(second.ok());
  EXPECT_EQ(second->revision, 2);
  EXPECT_NE(*policies.ChangeCount(), *counted);

  const auto all = policies.ReadAll();
  ASSERT_TRUE(all.ok());
  const TrafficPolicy& read = all->at("churn");
  EXPECT_EQ(read.split, (std::vector<TrafficShare>{{"champion", 100}}));
  EXPECT_TRUE(read.sticky);
  EXPECT_TRUE(read.shadow.empty());
  EXPECT_EQ(read.who, "bob");
  EXPECT_EQ(read.changed_micros, clock_.NowMicros());
}

TEST_P(TrafficPoliciesTest, RefusesWhatIsNoPolicy) {
  TrafficPolicies policies(*store_, clock_);
  const std::vector<TrafficPolicy> wrong = {
      Policy({{"champion", 90}}),
      Policy({{"champion", 50}, {"champion", 50}}),
      Policy({{"champion", 110}, {"challenger", -10}}),
      Policy({{"7", 100}}),
      Policy({}, {"a", "a"}),
      Policy({}, std::vector<std::string>(9, "a")),
  };
  for (const TrafficPolicy& policy : wrong) {
    EXPECT_EQ(policies.Set(policy, {}, {}).code(), Code::kInvalidArgument);
  }
  EXPECT_EQ(policies.Get("churn")->revision, 0);
}

INSTANTIATE_TEST_SUITE_P(Stores, TrafficPoliciesTest, ::testing::ValuesIn(StoresUnderTest()),
                         [](const auto& test) { return test.param.name; });

TEST(TrafficSplit, KeysAreSpreadByTheSharesAndStay) {
  const TrafficPolicy before = Policy({{"champion", 90}, {"challenger", 10}});
  const TrafficPolicy after = Policy({{"champion", 80}, {"challenger", 20}});
  int challenged = 0, moved_back = 0;
  for (int i = 0; i < 20'000; ++i) {
    const double point = PointOfKey("churn", "customer-" + std::to_string(i));
    ASSERT_GE(point, 0);
    ASSERT_LT(point, 100);
    EXPECT_EQ(PointOfKey("churn", "customer-" + std::to_string(i)), point);
    const bool was_challenged = AliasAt(before, point) == "challenger";
    challenged += was_challenged ? 1 : 0;
    moved_back += was_challenged && AliasAt(after, point) == "champion" ? 1 : 0;
  }
  // Binomial: 2,000 with a standard deviation of 42.
  EXPECT_NEAR(challenged, 2000, 200);
  EXPECT_EQ(moved_back, 0) << "who has a challenger keeps it when its share grows";
  EXPECT_EQ(AliasAt(Policy({}), 50), "");
  EXPECT_EQ(AliasAt(Policy({{"a", 0}, {"b", 100}}), 0), "b");
}

}  // namespace
}  // namespace scoreway
