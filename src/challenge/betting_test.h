// BettingTest: whether the mean of numbers is above a bound, looked at after each number without losing its
// error bound.
//
// A bettor begins with a capital of 1 and bets before each number that it will be above `margin`. If the mean of each
// number, given those before it, is at most the margin, the capital ever reaches 1/alpha with a probability of at most
// alpha (Ville's inequality), whenever one looks and stops. The stakes follow what was seen so far: approximate GRAPA
// of Waudby-Smith and Ramdas, "Estimating means of bounded random variables by betting", J. R. Stat. Soc. B 86 (2024),
// with half the largest possible stake as their bound. Any stake that looks at the past alone keeps the error bound;
// one that looks at the last numbers only finds sooner what was not so at first. A value.
#pragma once

#include <cstdint>
#include <limits>

namespace scoreway {

class BettingTest {
 public:
  // What it knows, to be kept and taken up.
  struct State {
    uint64_t count = 0;
    double weight = 0, sum = 0, sum_of_squares = 0;  // of the numbers that stakes look at
    double log_capital = 0;

    bool operator==(const State&) const = default;
  };

  static constexpr double kAllNumbers = std::numeric_limits<double>::infinity();

  // `margin` from -1 to below 1. `memory`: about how many of the last numbers the stakes look at.
  explicit BettingTest(double margin, double memory = kAllNumbers) : margin_(margin), memory_(memory) {}
  BettingTest(double margin, double memory, const State& state) : margin_(margin), memory_(memory), state_(state) {}

  // A number from -1 to 1.
  void Add(double number);

  // The natural logarithm of the capital.
  double log_capital() const { return state_.log_capital; }
  bool IsShown(double alpha) const;
  const State& state() const { return state_; }

 private:
  double margin_, memory_;
  State state_;
};

}  // namespace scoreway
