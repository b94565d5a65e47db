// Labels over every Store.
#include "record/label_store.h"

#include <gtest/gtest.h>

#include "store/contract_stores.h"

namespace scoreway {
namespace {

constexpr int64_t kSecond = 1'000'000;
constexpr int64_t kStart = 1'772'000'000 * kSecond;

class LabelStoreTest : public ::testing::TestWithParam<StoreUnderTest> {
 protected:
  void SetUp() override {
    store_ = GetParam().make(folder_.path(), clock_);
    ASSERT_NE(store_, nullptr);
    labels_ = std::make_unique<LabelStore>(*store_, clock_, 0);
  }
  LabelPushCounts Push(std::vector<Label> labels) {
    auto counts = labels_->Push("churn", std::move(labels));
    EXPECT_TRUE(counts.ok()) << counts.status().ToString();
    return counts.ok() ? *counts : LabelPushCounts();
  }
  // The value of the label that counts; "none".
  std::string Value(const std::string& subject) {
    auto found = labels_->Find("churn", {subject});
    EXPECT_TRUE(found.ok()) << found.status().ToString();
    return found.ok() && (*found)[0] ? (*found)[0]->value : "none";
  }

  TestFolder folder_;
  ManualClock clock_{kStart};
  std::unique_ptr<Store> store_;
  std::unique_ptr<LabelStore> labels_;
};

TEST_P(LabelStoreTest, TheSameAgainIsFineAndTheLaterOneCounts) {
  const Label yes{.prediction_id = "a", .value = "\"yes\"", .time_micros = kStart};
  EXPECT_EQ(Push({yes}).stored, 1U);
  EXPECT_EQ(Push({yes}).same, 1U);
  EXPECT_EQ(Value("i/a/1"), "\"yes\"");

  Label older = yes;
  older.value = "\"no\"";
  older.time_micros -= kSecond;
  EXPECT_EQ(Push({older}).older, 1U);
  EXPECT_EQ(Value("i/a/1"), "\"yes\"");

  Label changed = yes;
  changed.value = "\"maybe\"";
  EXPECT_EQ(Push({changed}).stored, 1U) << "of the same time: the one stored later";
  EXPECT_EQ(Value("i/a/1"), "\"maybe\"");
  EXPECT_EQ(Value("i/a/2"), "none");
  EXPECT_EQ(Value("k/a"), "none");
}

TEST_P(LabelStoreTest, OneCallMayNameASubjectTwice) {
  const LabelPushCounts counts = Push({{.key = "k", .value = "2", .time_micros = kStart},
                                       {.key = "k", .value = "1", .time_micros = kStart - kSecond},
                                       {.key = "k", .value = "3", .time_micros = kStart}});
  EXPECT_EQ(counts.stored, 1U);
  EXPECT_EQ(counts.older, 2U);
  EXPECT_EQ(Value("k/k"), "3");
}

TEST_P(LabelStoreTest, ListsThemAsTheyCame) {
  std::vector<Label> many;
  for (int i = 0; i < 250; ++i) many.push_back({.key = "k" + std::to_string(i), .value = std::to_string(i)});
  Push(many);
  clock_.Advance(100 * kSecond);
  Push({{.key = "k0", .value = "true"}});
  const auto list = [&](const TimeRange& range, size_t count_max) {
    std::vector<std::string> values;
    std::string token;
    do {
      auto page = labels_->List("churn", range, count_max, token);
      EXPECT_TRUE(page.ok()) << page.status().ToString();
      if (!page.ok()) break;
      for (const Label& label : page->labels) values.push_back(label.value);
      token = page->next_page_token;
    } while (!token.empty());
    return values;
  };
  const std::vector<std::string> newest_first = list({}, 100);
  ASSERT_EQ(newest_first.size(), 251U);
  EXPECT_EQ(newest_first[0], "true");
  EXPECT_EQ(newest_first[1], "249");
  const std::vector<std::string> oldest_first = list({.oldest_first = true}, 7);
  ASSERT_EQ(oldest_first.size(), 251U);
  EXPECT_EQ(oldest_first[0], "0");
  EXPECT_EQ(list({.from_micros = kStart + kSecond}, 100), std::vector<std::string>{"true"});
  EXPECT_EQ(list({.to_micros = kStart + kSecond}, 100).size(), 250U);
  EXPECT_EQ(labels_->List("churn", {}, 10, "nonsense").status().code(), Code::kInvalidArgument);
}

TEST_P(LabelStoreTest, RefusesWhatIsNoLabelAndStoresNoneOfThem) {
  const std::vector<Label> wrong = {
      {.value = "1"},
      {.prediction_id = "a", .key = "k", .value = "1"},
      {.prediction_id = "a", .value = ""},
      {.prediction_id = "a", .value = "{\"x\":1}"},
      {.prediction_id = "a", .value = "null"},
      {.prediction_id = "a", .value = "[[1]]"},
      {.prediction_id = "a", .row = 0, .value = "1"},
      {.prediction_id = std::string(600, 'x'), .value = "1"},
      {.prediction_id = "a", .value = "1", .time_micros = kStart + 3 * 86'400 * kSecond},
  };
  for (const Label& label : wrong) {
    const auto counts = labels_->Push("churn", {{.key = "good", .value = "1"}, label});
    ASSERT_EQ(counts.code(), Code::kInvalidArgument) << label.value;
    EXPECT_EQ(counts.error().place, "label 2");
  }
  EXPECT_EQ(Value("k/good"), "none");
}

TEST_P(LabelStoreTest, ModelsDoNotShareLabels) {
  Push({{.key = "k", .value = "1"}});
  const auto other = labels_->Find("other", {"k/k"});
  ASSERT_TRUE(other.ok());
  EXPECT_FALSE((*other)[0]);
}

INSTANTIATE_TEST_SUITE_P(Stores, LabelStoreTest, ::testing::ValuesIn(StoresUnderTest()),
                         [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace scoreway
