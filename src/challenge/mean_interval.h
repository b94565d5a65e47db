// MeanInterval: a confidence sequence for the mean of numbers: at every moment an interval, and with the probability
// 1 - alpha all of them hold the mean.
//
// The predictable plug-in empirical Bernstein sequence of Waudby-Smith and Ramdas (betting_test.h), theorem 2. A value.
#pragma once

#include <cstdint>

namespace scoreway {

class MeanInterval {
 public:
  // What it knows, to be kept and taken up: sums over the numbers, moved from [-1, 1] to [0, 1].
  struct State {
    uint64_t count = 0;
    double sum = 0, squares = 0;  // of the numbers, and of how far they lay from the mean so far
    double weights = 0, weighted_sum = 0, variance_sum = 0;  // of the sequence

    bool operator==(const State&) const = default;
  };

  explicit MeanInterval(double alpha) : alpha_(alpha) {}
  MeanInterval(double alpha, const State& state) : alpha_(alpha), state_(state) {}

  // A number from -1 to 1.
  void Add(double number);

  // Of the mean; from -1 to 1 while nothing is known.
  double low() const;
  double high() const;
  const State& state() const { return state_; }

 private:
  double Bound(double sign) const;

  double alpha_;
  State state_;
};

}  // namespace scoreway
