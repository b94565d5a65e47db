#include "model/saved_format.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>

namespace scoreway {
namespace {

// A model with lists of every element type in it.
Model SmallModel() {
  ModelBuilder builder(Provenance{"test", "none", "1.0", "Pipeline"});
  const ValueId age = builder.AddInput("age");
  const ValueId city = builder.AddInput("city");
  EXPECT_TRUE(builder.UseInput(age, Type::kFloat64).ok());
  EXPECT_TRUE(builder.UseInput(city, Type::kString).ok());
  builder.SetMissingRule(age, MissingRule::kModel);
  builder.SetCategories(city, {"Bergen", "Oslo"});
  const ValueId filled = *builder.Add(op::ImputeNumber{.fill = {38.5}}, {age}, "imputer");
  op::EncodeText encode;
  encode.column_names = {"city"};
  encode.categories = {{"Bergen", "Oslo"}};
  encode.unknown = {{.reject = false, .code = op::kNaN}};
  encode.missing = {{.reject = true, .code = 0}};
  const ValueId codes = *builder.Add(std::move(encode), {city}, "encoder");
  const ValueId hot = *builder.Add(op::OneHot{.widths = {2}, .slots = {{0, 1}}}, {codes}, "encoder");
  const ValueId all = *builder.Add(op::Concat{}, {filled, hot}, "union");
  op::TreeEnsemble stump;
  stump.compare = op::TreeEnsemble::Compare::kFloat32LessEqual;
  stump.base = {0.25};
  stump.roots = {0};
  stump.feature = {2, 0, 0};
  stump.threshold = {0.5, 0, 0};
  stump.left = {1, 1, 2};
  stump.right = {2, 1, 2};
  stump.flags = {op::TreeEnsemble::kMissingLeft, 0, 0};
  stump.payload = {0, 0, 1};
  stump.leaf_values = {-1, 1};
  const ValueId score = *builder.Add(std::move(stump), {all}, "trees");
  const ValueId decision = *builder.Add(op::Threshold{}, {score}, "trees");
  const ValueId label = *builder.Add(op::DecodeText{{"no", "yes"}}, {decision}, "trees");
  EXPECT_TRUE(builder.AddOutput("predict", Type::kString, label, 0).ok());
  EXPECT_TRUE(builder.AddOutput("decision_function", Type::kFloat64, score, 0).ok());
  Result<Model> model = std::move(builder).Build();
  EXPECT_TRUE(model.ok()) << model.error().ToString();
  return std::move(model).value();
}

TEST(SavedFormatTest, WhatIsSavedComesBack) {
  const Model model = SmallModel();
  const std::string bytes = SaveModel(model);
  const auto loaded = LoadModel(bytes);
  ASSERT_TRUE(loaded.ok()) << loaded.error().ToString();

  const Signature& signature = loaded->signature();
  ASSERT_EQ(signature.inputs.size(), 2u);
  EXPECT_EQ(signature.inputs[0].missing, MissingRule::kModel);
  EXPECT_EQ(signature.inputs[1].missing, MissingRule::kReject);
  EXPECT_EQ(signature.inputs[1].categories, (std::vector<std::string>{"Bergen", "Oslo"}));
  EXPECT_EQ(signature.outputs[0].name, "predict");
  EXPECT_EQ(loaded->provenance().estimator, "Pipeline");
  const auto& encode = std::get<op::EncodeText>(loaded->operators()[1].params);
  EXPECT_FALSE(encode.unknown[0].reject);
  EXPECT_TRUE(std::isnan(encode.unknown[0].code));
  EXPECT_EQ(SaveModel(*loaded), bytes);  // nothing is lost on the way
}

TEST(SavedFormatTest, EveryTruncationIsRefused) {
  const std::string bytes = SaveModel(SmallModel());
  for (size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_EQ(LoadModel(bytes.substr(0, size)).code(), Code::kCorrupt) << size;
  }
}

TEST(SavedFormatTest, EveryFlippedByteIsRefused) {
  const std::string bytes = SaveModel(SmallModel());
  for (size_t i = 0; i < bytes.size(); ++i) {
    std::string damaged = bytes;
    damaged[i] = static_cast<char>(damaged[i] ^ 0x41);
    EXPECT_FALSE(LoadModel(damaged).ok()) << i;
  }
}

TEST(SavedFormatTest, ANewerVersionIsNamed) {
  std::string bytes = SaveModel(SmallModel());
  bytes[8] = 9;
  const auto loaded = LoadModel(bytes);
  EXPECT_EQ(loaded.code(), Code::kUnsupported);
  EXPECT_NE(loaded.error().message.find("version 9"), std::string::npos);
}

TEST(SavedFormatTest, TheHeaderIsAsDescribed) {
  const std::string bytes = SaveModel(SmallModel());
  EXPECT_EQ(bytes.substr(0, 8), "SCOREWAY");
  uint32_t version = 0;
  uint64_t payload = 0;
  std::memcpy(&version, bytes.data() + 8, 4);
  std::memcpy(&payload, bytes.data() + 16, 8);
  EXPECT_EQ(version, 1u);
  EXPECT_EQ(payload + 24, bytes.size());
}

TEST(SavedFormatTest, AnAttachmentIsKeptAndPassedOver) {
  const auto plain = SmallModel();
  const std::string bytes = SaveModel(plain, "what a learner needs");
  ASSERT_TRUE(LoadModel(bytes).ok());
  EXPECT_EQ(SaveModel(*LoadModel(bytes)), SaveModel(plain));
  EXPECT_EQ(*SavedAttachment(bytes), "what a learner needs");
  EXPECT_EQ(*SavedAttachment(SaveModel(plain)), "");
  for (size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_EQ(LoadModel(std::string_view(bytes).substr(0, size)).code(), Code::kCorrupt) << size;
  }
  std::string damaged = bytes;
  damaged.back() ^= 1;
  EXPECT_EQ(LoadModel(damaged).code(), Code::kCorrupt);
}

}  // namespace
}  // namespace scoreway
