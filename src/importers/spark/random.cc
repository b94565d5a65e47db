#include "importers/spark/random.h"

#include <cmath>

namespace scoreway::spark {

MersenneTwister::MersenneTwister(uint64_t seed) : words_() {
  words_[0] = 19650218;
  for (uint32_t i = 1; i < kWords; ++i) {
    words_[i] = 1812433253u * (words_[i - 1] ^ (words_[i - 1] >> 30)) + i;
  }
  const std::array<uint32_t, 2> key = {static_cast<uint32_t>(seed >> 32), static_cast<uint32_t>(seed)};
  size_t i = 1;
  const auto step = [this, &i] {
    if (++i < kWords) return;
    words_[0] = words_[kWords - 1];
    i = 1;
  };
  for (uint32_t k = 0; k < kWords; ++k, step()) {
    const uint32_t j = k % 2;
    words_[i] = (words_[i] ^ ((words_[i - 1] ^ (words_[i - 1] >> 30)) * 1664525u)) + key[j] + j;
  }
  for (size_t k = 1; k < kWords; ++k, step()) {
    words_[i] = (words_[i] ^ ((words_[i - 1] ^ (words_[i - 1] >> 30)) * 1566083941u)) - static_cast<uint32_t>(i);
  }
  words_[0] = 0x80000000u;
}

void MersenneTwister::Refill() {
  constexpr size_t kShift = 397;
  for (size_t k = 0; k < kWords; ++k) {
    const uint32_t y = (words_[k] & 0x80000000u) | (words_[(k + 1) % kWords] & 0x7fffffffu);
    words_[k] = words_[(k + kShift) % kWords] ^ (y >> 1) ^ ((y & 1) != 0 ? 0x9908b0dfu : 0);
  }
  at_ = 0;
}

uint32_t MersenneTwister::Next(int bits) {
  if (at_ == kWords) Refill();
  uint32_t y = words_[at_++];
  y ^= y >> 11;
  y ^= (y << 7) & 0x9d2c5680u;
  y ^= (y << 15) & 0xefc60000u;
  y ^= y >> 18;
  return y >> (32 - bits);
}

double MersenneTwister::NextUniform() {
  const uint64_t high = uint64_t{Next(26)} << 26;
  return static_cast<double>(high | Next(26)) * 0x1p-52;
}

// Two at a time, from a point of the unit square.
double MersenneTwister::NextNormal() {
  if (has_normal_) {
    has_normal_ = false;
    return normal_;
  }
  const double angle = 2 * M_PI * NextUniform();
  const double radius = std::sqrt(-2 * std::log(NextUniform()));
  normal_ = radius * std::sin(angle);
  has_normal_ = true;
  return radius * std::cos(angle);
}

// Marsaglia and Tsang's method.
double MersenneTwister::NextGamma(double shape, double scale) {
  const double d = shape - 1.0 / 3;
  const double c = 1 / std::sqrt(9 * d);
  for (;;) {
    double x = 0, v = 0;
    do {
      x = NextNormal();
      v = 1 + c * x;
    } while (v <= 0);
    v = v * v * v;
    const double square = x * x;
    const double u = NextUniform();
    if (u < 1 - 0.0331 * square * square || std::log(u) < 0.5 * square + d * (1 - v + std::log(v))) {
      return scale * d * v;
    }
  }
}

}  // namespace scoreway::spark
