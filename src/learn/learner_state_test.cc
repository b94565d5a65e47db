#include "learn/learner_state.h"

#include <gtest/gtest.h>

#include <limits>

namespace scoreway::learn {
namespace {

LearnerState Sample() {
  LearnerState state;
  state.kind = "sklearn.linear_model.SGDClassifier";
  state.place = "steps['model']";
  state.version = "1.5.2";
  state.Set("t_", 41.0);
  state.Set("coef_", std::vector<double>{0.1, -3, std::numeric_limits<double>::infinity()});
  state.Set("loss", std::string("log_loss"));
  state.texts["classes_"] = {"no", "", "yes"};
  return state;
}

TEST(LearnerState, ComesBackAsItWasSaved) {
  const auto loaded = LoadState(SaveState(Sample()));
  ASSERT_TRUE(loaded.ok()) << loaded.error().ToString();
  EXPECT_EQ(loaded->kind, Sample().kind);
  EXPECT_EQ(loaded->place, Sample().place);
  EXPECT_EQ(loaded->version, "1.5.2");
  EXPECT_EQ(loaded->numbers, Sample().numbers);
  EXPECT_EQ(loaded->texts, Sample().texts);
}

TEST(LearnerState, EveryTruncationIsCorrupt) {
  const std::string bytes = SaveState(Sample());
  for (size_t size = 0; size < bytes.size(); ++size) {
    const auto loaded = LoadState(std::string_view(bytes).substr(0, size));
    ASSERT_FALSE(loaded.ok()) << size;
    EXPECT_EQ(loaded.code(), Code::kCorrupt) << size;
  }
  EXPECT_EQ(LoadState(bytes + "x").code(), Code::kCorrupt);
}

TEST(LearnerState, ANewerVersionIsUnsupported) {
  std::string bytes = SaveState(Sample());
  bytes[7] = 9;
  EXPECT_EQ(LoadState(bytes).code(), Code::kUnsupported);
}

TEST(LearnerState, SaysWhichNumberIsMissingAndWhere) {
  const auto number = Sample().Number("alpha");
  ASSERT_FALSE(number.ok());
  EXPECT_NE(number.error().ToString().find("steps['model']"), std::string::npos);
  EXPECT_NE(number.error().message.find("'alpha'"), std::string::npos);
  EXPECT_EQ(Sample().Numbers("coef_", 2).code(), Code::kCorrupt);
}

}  // namespace
}  // namespace scoreway::learn
