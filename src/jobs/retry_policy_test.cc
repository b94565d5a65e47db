#include "jobs/retry_policy.h"

#include <gtest/gtest.h>

namespace scoreway {
namespace {

using std::chrono::milliseconds;

TEST(RetryPolicyTest, PausesDoubleUpToAMost) {
  const RetryPolicy policy{.attempts_max = 5, .first_pause = milliseconds(100), .pause_max = milliseconds(500)};
  EXPECT_EQ(PauseAfter(policy, 1, 0), milliseconds(50));
  EXPECT_EQ(PauseAfter(policy, 1, 1), milliseconds(100));
  EXPECT_EQ(PauseAfter(policy, 2, 1), milliseconds(200));
  EXPECT_EQ(PauseAfter(policy, 3, 0.5), milliseconds(300));
  EXPECT_EQ(PauseAfter(policy, 4, 1), milliseconds(500));
  EXPECT_EQ(PauseAfter(policy, 1'000'000, 1), milliseconds(500));
}

TEST(RetryPolicyTest, WhatIsWrongIsNotTriedAgain) {
  EXPECT_FALSE(IsPassing(Code::kInvalidArgument));
  EXPECT_FALSE(IsPassing(Code::kNotFound));
  EXPECT_FALSE(IsPassing(Code::kUnsupported));
  EXPECT_TRUE(IsPassing(Code::kUnavailable));
  EXPECT_TRUE(IsPassing(Code::kDeadlineExceeded));
}

}  // namespace
}  // namespace scoreway
