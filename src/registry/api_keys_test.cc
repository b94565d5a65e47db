// API keys over every Store.
#include "registry/api_keys.h"

#include <gtest/gtest.h>

#include "store/contract_stores.h"

namespace scoreway {
namespace {

constexpr int64_t kHour = 3'600'000'000;

class ApiKeysTest : public ::testing::TestWithParam<StoreUnderTest> {
 protected:
  void SetUp() override {
    store_ = GetParam().make(folder_.path(), clock_);
    ASSERT_NE(store_, nullptr);
    keys_ = std::make_unique<ApiKeys>(*store_, clock_);
  }
  ApiKeys::Made Create(const std::string& name, Role role, int64_t expires_micros = 0) {
    ApiKey wish;
    wish.name = name;
    wish.role = role;
    wish.expires_micros = expires_micros;
    auto made = keys_->Create(wish);
    EXPECT_TRUE(made.ok()) << made.status().ToString();
    return made.ok() ? *made : ApiKeys::Made();
  }
  // The name of the key that the text is; empty if it is none.
  std::string NameOf(std::string_view text) {
    const auto set = keys_->ReadAll();
    EXPECT_TRUE(set.ok());
    const ApiKey* key = set.ok() ? set->Find(text, clock_.NowMicros()) : nullptr;
    return key == nullptr ? "" : key->name;
  }

  TestFolder folder_;
  ManualClock clock_{1'772'000'000'000'000};
  std::unique_ptr<Store> store_;
  std::unique_ptr<ApiKeys> keys_;
};

TEST_P(ApiKeysTest, AKeyIsKnownUntilItIsRevoked) {
  const ApiKeys::Made ann = Create("ann", Role::kAdmin);
  clock_.Advance(1);
  const ApiKeys::Made ci = Create("ci", Role::kPush);
  EXPECT_NE(ann.text, ci.text);
  EXPECT_EQ(NameOf(ann.text), "ann");
  EXPECT_EQ(NameOf(ci.text), "ci");
  EXPECT_EQ(keys_->List()->size(), 2u);
  EXPECT_EQ((*keys_->List())[1].role, Role::kPush);
  const auto before = keys_->ChangeCount();
  ASSERT_TRUE(keys_->Revoke(ann.key.id).ok());
  EXPECT_NE(*keys_->ChangeCount(), *before);
  EXPECT_EQ(NameOf(ann.text), "");
  EXPECT_EQ(NameOf(ci.text), "ci");
  EXPECT_EQ(keys_->Revoke(ann.key.id).code(), Code::kNotFound);
}

TEST_P(ApiKeysTest, WhatIsNearlyAKeyIsNone) {
  const ApiKeys::Made made = Create("ann", Role::kPredict);
  for (const size_t index : {size_t{0}, size_t{5}, made.text.size() - 1}) {
    std::string other = made.text;
    other[index] = other[index] == '0' ? '1' : '0';
    EXPECT_EQ(NameOf(other), "") << index;
  }
  EXPECT_EQ(NameOf(made.text + "0"), "");
  EXPECT_EQ(NameOf(made.text.substr(0, made.text.size() - 1)), "");
  EXPECT_EQ(NameOf(made.key.id), "");
  EXPECT_EQ(NameOf(""), "");
}

TEST_P(ApiKeysTest, AKeyEndsAtItsTime) {
  const ApiKeys::Made made = Create("ann", Role::kPredict, clock_.NowMicros() + kHour);
  clock_.Advance(kHour - 1);
  EXPECT_EQ(NameOf(made.text), "ann");
  clock_.Advance(1);
  EXPECT_EQ(NameOf(made.text), "");
  ApiKey late;
  late.name = "late";
  late.expires_micros = clock_.NowMicros();
  EXPECT_EQ(keys_->Create(late).status().code(), Code::kInvalidArgument);
  EXPECT_EQ(keys_->Create(ApiKey()).status().code(), Code::kInvalidArgument) << "has no name";
}

TEST_P(ApiKeysTest, TheStoreDoesNotHaveTheKey) {
  const ApiKeys::Made made = Create("ann", Role::kPredict);
  const auto page = store_->Scan({"api_key", "all"}, {});
  ASSERT_TRUE(page.ok());
  ASSERT_EQ(page->rows.size(), 1u);
  EXPECT_EQ(page->rows[0].value.find(made.text.substr(made.text.size() - 64)), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(Stores, ApiKeysTest, ::testing::ValuesIn(StoresUnderTest()),
                         [](const auto& param) { return std::string(param.param.name); });

}  // namespace
}  // namespace scoreway
