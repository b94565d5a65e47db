#include "challenge/challenge_policy.h"

#include <gtest/gtest.h>

namespace scoreway {
namespace {

TEST(ChallengePolicy, IsReadAsItIsWritten) {
  ChallengePolicy policy{.champion = "live",
                         .metric = LossKind::kLogLoss,
                         .output = "proba_yes",
                         .positive = "\"yes\"",
                         .scale = 5,
                         .margin = 0.01,
                         .alpha = 0.001,
                         .rollback_alpha = 0.002,
                         .labels_min = 50,
                         .labels_max = 5000,
                         .time_min_micros = 3'600'000'000,
                         .label_wait_micros = 1'500'000,
                         .latency_ratio_max = 2,
                         .canary = {2.5, 50},
                         .allocation = Allocation::kThompson,
                         .canary_labels_min = 30,
                         .canary_time_micros = 60'000'000,
                         .segments = {"region", "age"},
                         .watch_micros = 0,
                         .cool_down_micros = 60'000'000,
                         .dry_run = true};
  std::string text;
  JsonWriter json(&text);
  WriteJson(policy, &json);
  const auto read = ParseChallengePolicy(text);
  ASSERT_TRUE(read.ok()) << read.status().ToString();
  EXPECT_EQ(*read, policy);
  EXPECT_EQ(*ParseChallengePolicy("{}"), ChallengePolicy());
}

TEST(ChallengePolicy, NamesTheMemberThatIsWrong) {
  const std::pair<const char*, const char*> wrong[] = {
      {R"({"metrik":"error"})", "metrik"},
      {R"({"metric":"auc"})", "metric"},
      {R"({"alpha":0})", "alpha"},
      {R"({"alpha":0.5})", "alpha"},
      {R"({"rollback_alpha":2})", "rollback_"},
      {R"({"margin":-0.1})", "margin"},
      {R"({"labels_min":0})", "labels_min"},
      {R"({"labels_min":9,"labels_max":8})", "labels_max"},
      {R"({"label_wait_s":-1})", "label_wait"},
      {R"({"label_wait_s":1e300})", "label_wait"},
      {R"({"scale":0})", "scale"},
      {R"({"metric":"brier","scale":2})", "scale"},
      {R"({"segments":"region"})", "segments"},
      {R"({"segments":["a","b","c","d","e","f","g","h","i"]})", "segments"},
      {R"({"labels_min":1.5})", "labels_min"},
      {R"({"champion":""})", "champion"},
      {R"({"latency_ratio_max":-1})", "latency"},
      {R"({"canary":5})", "canary"},
      {R"({"canary":[10,5]})", "canary"},
      {R"({"canary":[0]})", "canary"},
      {R"({"canary":[100]})", "canary"},
      {R"({"canary":[5],"allocation":"thompson"})", "canary"},
      {R"({"allocation":"greedy"})", "allocation"},
      {R"({"canary_labels_min":0})", "canary_labels"},
      {"[]", "JSON object"},
  };
  for (const auto& [text, place] : wrong) {
    const auto read = ParseChallengePolicy(text);
    EXPECT_EQ(read.code(), Code::kInvalidArgument) << text;
    EXPECT_NE(read.status().ToString().find(place), std::string::npos) << read.status().ToString();
  }
}

}  // namespace
}  // namespace scoreway
