// e^x of many numbers at once, and softmax, which is little else.
#pragma once

#include <cstddef>

namespace scoreway {

// powers[i] = e^x[i], where the powers may be in the place of x, with the bits of std::exp: in vectors where the
// machine has them and its C library computes exp as glibc does with fused multiply-adds, else by std::exp itself.
void ExpAll(const double* x, double* powers, size_t count);
void ExpAll(double* values, size_t count);
// Fewer than these are done sooner one by one.
inline constexpr size_t kExpAllMin = 2;

// y[i] = e^x[i] / the sum of all, after their greatest was taken from each; the powers by ExpAll, the sum in order. At
// least one.
void Softmax(const double* x, double* y, size_t count);

}  // namespace scoreway
