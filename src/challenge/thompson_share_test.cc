// Thompson's share against the integral that SciPy computes: quad(lambda x: beta(a, b).pdf(x) * beta(c, d).sf(x), 0,
// 1).
#include "challenge/thompson_share.h"

#include <gtest/gtest.h>

namespace scoreway {
namespace {

TEST(ThompsonShare, IsHowLikelyTheChallengersLossIsTheLowerOne) {
  EXPECT_NEAR(ThompsonShare(0, 0, 0), 0.5, 1e-3);
  EXPECT_NEAR(ThompsonShare(10, 5, 3), 0.80650155, 1e-3);
  EXPECT_NEAR(ThompsonShare(100, 50, 40), 0.92142625, 1e-3);
  EXPECT_NEAR(ThompsonShare(100, 20.5, 25.25), 0.21415823, 1e-3);
  EXPECT_NEAR(ThompsonShare(2000, 400, 380), 0.78747606, 1e-3);
  EXPECT_NEAR(ThompsonShare(2000, 400, 300), 0.99998438, 1e-3);
}

}  // namespace
}  // namespace scoreway
