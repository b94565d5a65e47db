// What the parameters of operators have in common.
#pragma once

#include <cstdint>
#include <limits>

namespace scoreway::op {

inline constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
inline constexpr double kInfinity = std::numeric_limits<double>::infinity();

// Whether sums and products are rounded to float32 after every step, for libraries that compute in float32.
enum class Precision : uint8_t { kFloat64 = 0, kFloat32 = 1 };

}  // namespace scoreway::op
