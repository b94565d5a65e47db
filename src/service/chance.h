// Chance: cheap random choices, for samples and shares.
#pragma once

#include <chrono>
#include <cstdint>

namespace scoreway {

// SplitMix64. One thread at a time.
class Chance {
 public:
  // Generators of different seeds, or of different moments, choose differently.
  explicit Chance(uint64_t seed)
      : state_(seed * 0x632be59bd9b4e019 +
               static_cast<uint64_t>(std::chrono::steady_clock::now().time_since_epoch().count())) {}

  // In [0, 1).
  double Next() {
    uint64_t bits = state_ += 0x9e3779b97f4a7c15;
    bits = (bits ^ (bits >> 30)) * 0xbf58476d1ce4e5b9;
    bits = (bits ^ (bits >> 27)) * 0x94d049bb133111eb;
    return static_cast<double>((bits ^ (bits >> 31)) >> 11) * 0x1p-53;
  }
  bool IsChosen(double part) { return part >= 1 || Next() < part; }

 private:
  uint64_t state_;
};

}  // namespace scoreway
