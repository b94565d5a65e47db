// The betting test and the confidence sequence keep their error bounds whenever one looks, and find what there is.
#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "challenge/betting_test.h"
#include "challenge/mean_interval.h"

namespace scoreway {
namespace {

constexpr int kHistories = 1000;
constexpr int kNumbers = 3000;

// Differences of two versions' losses, as they look where a few rows in a hundred are told apart: mostly 0.
class Differences {
 public:
  Differences(uint64_t seed, double plus, double minus) : random_(seed), plus_(plus), minus_(minus) {}

  double Next() {
    const double point = static_cast<double>(random_() >> 11) * 0x1p-53;
    if (point < plus_) return 1;
    return point < plus_ + minus_ ? -1 : 0;
  }

 private:
  std::mt19937_64 random_;
  double plus_, minus_;
};

class BettingTestOfMemory : public ::testing::TestWithParam<double> {};

TEST_P(BettingTestOfMemory, IsSeldomWrongHoweverOftenOneLooks) {
  constexpr double kAlpha = 0.01;
  int wrong = 0;
  for (int history = 0; history < kHistories; ++history) {
    Differences differences(history, 0.05, 0.05);
    BettingTest test(0, GetParam());
    bool was_shown = false;
    for (int i = 0; i < kNumbers; ++i) {
      test.Add(differences.Next());
      was_shown = was_shown || test.IsShown(kAlpha);
    }
    wrong += was_shown ? 1 : 0;
  }
  EXPECT_LE(wrong, kHistories * kAlpha);
}

INSTANTIATE_TEST_SUITE_P(Memories, BettingTestOfMemory, ::testing::Values(BettingTest::kAllNumbers, 500));

TEST(BettingTest, FindsAChallengerThatIsBetter) {
  int found = 0;
  for (int history = 0; history < kHistories; ++history) {
    Differences differences(history, 0.08, 0.03);
    BettingTest test(0);
    for (int i = 0; i < kNumbers && !test.IsShown(0.01); ++i) test.Add(differences.Next());
    found += test.IsShown(0.01) ? 1 : 0;
  }
  EXPECT_GE(found, kHistories * 0.99);
}

TEST(BettingTest, AsksForMoreThanTheMargin) {
  int found = 0;
  for (int history = 0; history < kHistories; ++history) {
    Differences differences(history, 0.08, 0.03);
    BettingTest test(0.05);
    for (int i = 0; i < kNumbers; ++i) test.Add(differences.Next());
    found += test.IsShown(0.01) ? 1 : 0;
  }
  EXPECT_LE(found, kHistories * 0.01);
}

// What was good for long and turns bad is found within some hundred numbers, and not before.
TEST(BettingTest, WithAShortMemoryFindsAChange) {
  int early = 0, found = 0;
  for (int history = 0; history < kHistories; ++history) {
    Differences good(history, 0.03, 0.2), bad(history, 0.2, 0.03);
    BettingTest test(0, 500);
    for (int i = 0; i < 10'000; ++i) test.Add(good.Next());
    early += test.IsShown(0.01) ? 1 : 0;
    for (int i = 0; i < 1000; ++i) test.Add(bad.Next());
    found += test.IsShown(0.01) ? 1 : 0;
  }
  EXPECT_LE(early, kHistories * 0.01);
  EXPECT_GE(found, kHistories * 0.99);
}

TEST(BettingTest, NeverLosesAll) {
  BettingTest test(0);
  for (int i = 0; i < 1000; ++i) test.Add(1);
  EXPECT_TRUE(test.IsShown(1e-30));
  for (int i = 0; i < 1000; ++i) test.Add(-1);
  EXPECT_TRUE(std::isfinite(test.log_capital()));
}

TEST(BettingTest, GoesOnFromItsState) {
  Differences differences(1, 0.3, 0.2);
  BettingTest whole(0.01, 50), part(0.01, 50);
  for (int i = 0; i < 100; ++i) {
    const double number = differences.Next();
    whole.Add(number);
    part = BettingTest(0.01, 50, part.state());
    part.Add(number);
  }
  EXPECT_EQ(part.state(), whole.state());
}

TEST(MeanInterval, HoldsTheMeanAtEveryMoment) {
  constexpr double kAlpha = 0.05;
  int missed = 0;
  for (int history = 0; history < kHistories; ++history) {
    Differences differences(history, 0.3, 0.1);
    MeanInterval interval(kAlpha);
    bool was_missed = false;
    for (int i = 0; i < kNumbers; ++i) {
      interval.Add(differences.Next());
      was_missed = was_missed || interval.low() > 0.2 || interval.high() < 0.2;
    }
    missed += was_missed ? 1 : 0;
  }
  EXPECT_LE(missed, kHistories * kAlpha);
}

TEST(MeanInterval, GrowsNarrow) {
  Differences differences(7, 0.3, 0.1);
  MeanInterval interval(0.05);
  EXPECT_EQ(interval.low(), -1);
  EXPECT_EQ(interval.high(), 1);
  for (int i = 0; i < kNumbers; ++i) interval.Add(differences.Next());
  EXPECT_LT(interval.high() - interval.low(), 0.15);
}

}  // namespace
}  // namespace scoreway
