// e^x of many numbers at once.
#pragma once

#include <cstddef>

namespace scoreway {

// values[i] = e^values[i], with the bits of std::exp: in vectors where the machine has them and its C library computes
// exp as glibc does with fused multiply-adds, else by std::exp itself.
void ExpAll(double* values, size_t count);
// Fewer than these are done sooner one by one.
inline constexpr size_t kExpAllMin = 8;

}  // namespace scoreway
