/* A multiply-add rounded once, which WebAssembly lacks, and numbers as their bits. */
#ifndef SCOREWAY_MATH_FUSED_H
#define SCOREWAY_MATH_FUSED_H

#include <stdint.h>
#include <string.h>

static inline uint64_t Bits(double x) {
  uint64_t bits;
  memcpy(&bits, &x, sizeof bits);
  return bits;
}

static inline double Number(uint64_t bits) {
  double x;
  memcpy(&x, &bits, sizeof x);
  return x;
}

/* a b + c, rounded once. Right unless the sum lies within 2^-100 of a tie, or a product near the ends of the range, of
 * which there are none here. */
static inline double Fused(double a, double b, double c) {
#ifdef __FMA__
  return __builtin_fma(a, b, c);
#else
  const double split = 0x1p27 + 1;
  const double a_high = a * split - (a * split - a), a_low = a - a_high;
  const double b_high = b * split - (b * split - b), b_low = b - b_high;
  const double product = a * b;
  const double product_rest = ((a_high * b_high - product) + a_high * b_low + a_low * b_high) + a_low * b_low;
  const double sum = product + c;
  const double of_c = sum - product;
  const double sum_rest = (product - (sum - of_c)) + (c - of_c);
  return sum + (product_rest + sum_rest);
#endif
}

#endif
