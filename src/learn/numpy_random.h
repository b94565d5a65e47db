// The random numbers that numpy's RandomState and scikit-learn's data sets draw, where an estimator's random_state is a
// whole number: the Mersenne twister MT19937 with masked rejection, and a 32-bit xorshift.
// Sources: M. Matsumoto, T. Nishimura, Mersenne Twister (1998); G. Marsaglia, Xorshift RNGs (2003); the streams that
// numpy.random and sklearn.utils document.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "base/result.h"

namespace scoreway::learn {

class NumpyRandom {
 public:
  explicit NumpyRandom(uint32_t seed);
  // From its 624 words and the place in them, as numpy pickles it and State gives it; CORRUPT if it is no such thing.
  static Result<NumpyRandom> FromState(std::span<const double> state);
  std::vector<double> State() const;

  // 0 .. most, each as likely.
  uint32_t UpTo(uint32_t most);
  // RandomState.randint(low, high).
  uint32_t Integer(uint32_t low, uint32_t high) { return low + UpTo(high - low - 1); }
  // RandomState.shuffle.
  template <typename T>
  void Shuffle(std::vector<T>* items) {
    for (size_t i = items->size(); i-- > 1;) std::swap((*items)[i], (*items)[UpTo(static_cast<uint32_t>(i))]);
  }

 private:
  static constexpr size_t kWords = 624;
  uint32_t Next();
  void Refill();

  std::array<uint32_t, kWords> words_;
  size_t place_ = kWords;
};

// The order in which scikit-learn's SequentialDataset gives its rows after a shuffle with this seed.
std::vector<uint32_t> ShuffledOrder(size_t count, uint32_t seed);

}  // namespace scoreway::learn
