// The random numbers that Spark takes from Apache Commons Math and Breeze, for models that start from such.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace scoreway::spark {

// The Mersenne Twister MT19937, seeded by two numbers of 32 bits as by the array of both.
class MersenneTwister {
 public:
  explicit MersenneTwister(uint64_t seed);

  double NextUniform();  // in [0, 1)
  double NextNormal();
  // Of the gamma distribution with shape > 1.
  double NextGamma(double shape, double scale);

 private:
  static constexpr size_t kWords = 624;

  uint32_t Next(int bits);
  void Refill();

  std::array<uint32_t, kWords> words_;
  size_t at_ = kWords;
  bool has_normal_ = false;
  double normal_ = 0;
};

}  // namespace scoreway::spark
