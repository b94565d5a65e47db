// BettingTest: whether the mean of numbers is above a bound, looked at after each number without losing its error
// bound.
//
// A bettor begins with a capital of 1 and bets before each number that it will be above `margin`. If the mean of each
// number, given those before it, is at most the margin, the capital ever reaches 1/alpha with a probability of at most
// alpha (Ville's inequality), whenever one looks and stops. The stakes follow what was seen so far: approximate GRAPA
// of Waudby-Smith and Ramdas, "Estimating means of bounded random variables by betting", J. R. Stat. Soc. B 86 (2024),
// with half the largest possible stake as their bound. A value.
#pragma once

#include <cstdint>

namespace scoreway {

class BettingTest {
 public:
  // What it knows, to be kept and taken up.
  struct State {
    uint64_t count = 0;
    double sum = 0, sum_of_squares = 0;
    double log_capital = 0;

    bool operator==(const State&) const = default;
  };

  // `margin` from -1 to below 1.
  explicit BettingTest(double margin) : margin_(margin) {}
  BettingTest(double margin, const State& state) : margin_(margin), state_(state) {}

  // A number from -1 to 1.
  void Add(double number);

  // The natural logarithm of the capital.
  double log_capital() const { return state_.log_capital; }
  bool IsShown(double alpha) const;
  const State& state() const { return state_; }

 private:
  double margin_;
  State state_;
};

}  // namespace scoreway
