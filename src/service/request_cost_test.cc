// What a model's requests are reckoned to take: only the outcome for a door is looked at.
#include "service/request_cost.h"

#include <gtest/gtest.h>

namespace scoreway {
namespace {

void WorkFor(std::chrono::microseconds time) {
  const auto end = std::chrono::steady_clock::now() + time;
  while (std::chrono::steady_clock::now() < end) {
  }
}

TEST(RequestCostTest, KnowsACostlyModelByItsFirstRequest) {
  const LoadedModel model;
  EXPECT_FALSE(IsLikelyLonger(model, 100, 200'000));
  DoAndLearnCost(model, 100, [] { WorkFor(std::chrono::milliseconds(2)); });
  EXPECT_TRUE(IsLikelyLonger(model, 100, 200'000));
}

TEST(RequestCostTest, SendsLargeBodiesElsewhereUntilTheModelIsKnown) {
  EXPECT_TRUE(IsLikelyLonger(LoadedModel(), 1'000'000, 200'000));
}

TEST(RequestCostTest, OneRequestThatWasHeldUpMakesNoModelCostly) {
  const LoadedModel model;
  model.nanoseconds_per_byte = 100;
  DoAndLearnCost(model, 100, [] { WorkFor(std::chrono::milliseconds(50)); });
  EXPECT_FALSE(IsLikelyLonger(model, 100, 200'000));
}

}  // namespace
}  // namespace scoreway
