#include "learn/numpy_random.h"

#include <cmath>
#include <numeric>

namespace scoreway::learn {
namespace {

// A number below 2^31; changes the seed, which must not be 0.
uint32_t NextXorshift(uint32_t* seed) {
  if (*seed == 0) *seed = 1;
  *seed ^= *seed << 13;
  *seed ^= *seed >> 17;
  *seed ^= *seed << 5;
  return *seed & 0x7fffffffu;
}

}  // namespace

NumpyRandom::NumpyRandom(uint32_t seed) {
  for (uint32_t i = 0; i < kWords; ++i) {
    words_[i] = seed;
    seed = 1812433253u * (seed ^ (seed >> 30)) + i + 1;
  }
}

Result<NumpyRandom> NumpyRandom::FromState(std::span<const double> state) {
  NumpyRandom random(0);
  if (state.size() != kWords + 1) return Error{Code::kCorrupt, "not the state of a Mersenne twister", {}};
  for (size_t i = 0; i <= kWords; ++i) {
    const double most = i < kWords ? 4294967295.0 : static_cast<double>(kWords);
    if (!(state[i] >= 0 && state[i] <= most && state[i] == std::floor(state[i]))) {
      return Error{Code::kCorrupt, "not the state of a Mersenne twister", {}};
    }
    if (i < kWords) random.words_[i] = static_cast<uint32_t>(state[i]);
  }
  random.place_ = static_cast<size_t>(state[kWords]);
  return random;
}

std::vector<double> NumpyRandom::State() const {
  std::vector<double> state(words_.begin(), words_.end());
  state.push_back(static_cast<double>(place_));
  return state;
}

uint32_t NumpyRandom::UpTo(uint32_t most) {
  uint32_t mask = most;
  for (int shift = 1; shift < 32; shift *= 2) mask |= mask >> shift;
  uint32_t drawn = 0;
  if (most == 0) return drawn;
  do {
    drawn = Next() & mask;
  } while (drawn > most);
  return drawn;
}

uint32_t NumpyRandom::Next() {
  if (place_ == kWords) Refill();
  uint32_t word = words_[place_++];
  word ^= word >> 11;
  word ^= (word << 7) & 0x9d2c5680u;
  word ^= (word << 15) & 0xefc60000u;
  return word ^ (word >> 18);
}

void NumpyRandom::Refill() {
  for (size_t i = 0; i < kWords; ++i) {
    const uint32_t both = (words_[i] & 0x80000000u) | (words_[(i + 1) % kWords] & 0x7fffffffu);
    words_[i] = words_[(i + 397) % kWords] ^ (both >> 1) ^ ((both & 1) != 0 ? 0x9908b0dfu : 0u);
  }
  place_ = 0;
}

std::vector<uint32_t> ShuffledOrder(size_t count, uint32_t seed) {
  std::vector<uint32_t> order(count);
  std::iota(order.begin(), order.end(), 0);
  for (size_t i = 0; i + 1 < count; ++i) std::swap(order[i], order[i + NextXorshift(&seed) % (count - i)]);
  return order;
}

}  // namespace scoreway::learn
