// The streams of tests/drift/make_expected.py, and what it wrote of them. For the tests of this folder.
#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <fstream>
#include <map>
#include <string>
#include <vector>

namespace scoreway {

class Stream {
 public:
  explicit Stream(uint64_t seed) : state_(seed) {}

  // In [0, 1).
  double Next() {
    state_ = state_ * 6364136223846793005 + 1442695040888963407;
    return static_cast<double>(state_ >> 11) / 9007199254740992.0;
  }

 private:
  uint64_t state_;
};

struct StreamShape {
  uint64_t seed;
  size_t count;
  double scale = 1, shift = 0;
  bool is_squared = false;
  int levels = 0;
};

inline std::vector<double> NumbersOf(const StreamShape& shape) {
  Stream stream(shape.seed);
  std::vector<double> values;
  for (size_t i = 0; i < shape.count; ++i) {
    double value = stream.Next();
    if (shape.is_squared) value *= value;
    if (shape.levels > 0) value = std::floor(value * shape.levels);
    values.push_back(value * shape.scale + shape.shift);
  }
  return values;
}

// What the libraries say; fails the test if there is no such line.
inline double Expected(const std::string& name) {
  static const std::map<std::string, double> all = [] {
    std::map<std::string, double> read;
    std::ifstream file(SCOREWAY_SOURCE_DIR "/tests/drift/expected.txt");
    std::string key, value;
    while (file >> key >> value) read[key] = std::stod(value);
    return read;
  }();
  const auto found = all.find(name);
  if (found == all.end()) {
    ADD_FAILURE() << "nothing is expected of " << name;
    return 0;
  }
  return found->second;
}

// Equal to 1e-9, absolutely or relatively.
inline void ExpectSame(double value, const std::string& name) {
  const double expected = Expected(name);
  EXPECT_NEAR(value, expected, 1e-9 * std::max(1.0, std::abs(expected))) << name;
}

}  // namespace scoreway
