/* expm1 and tanh with glibc's bits: the algorithm of fdlibm, in glibc's order of additions. */
#include <math.h>
#include <stdint.h>

#include "fused.h"

static double PlusExponent(double x, int k) { return Number(Bits(x) + ((uint64_t)(int64_t)k << 52)); }

double expm1(double x) {
  const double ln2_high = 6.93147180369123816490e-01, ln2_low = 1.90821492927058770002e-10,
               inverse_ln2 = 1.44269504088896338700e+00;
  const double q1 = -3.33333333333331316428e-02, q2 = 1.58730158725481460165e-03, q3 = -7.93650757867487942473e-05,
               q4 = 4.00821782732936239552e-06, q5 = -2.01099218183624371326e-07;
  const uint32_t size = (uint32_t)(Bits(x) >> 32) & 0x7fffffff;
  const int negative = signbit(x) != 0;
  if (x != x) return x;
  if (x > 7.09782712893383973096e+02) return INFINITY;
  if (negative && size >= 0x4043687A) return -1.0;
  double rest = 0;
  int k = 0;
  if (size > 0x3fd62e42) {
    double high, low;
    if (size < 0x3FF0A2B2) {
      k = negative ? -1 : 1;
      high = x - k * ln2_high;
      low = k * ln2_low;
    } else {
      k = (int)Fused(inverse_ln2, x, negative ? -0.5 : 0.5);
      high = Fused(-k, ln2_high, x);
      low = k * ln2_low;
    }
    x = high - low;
    rest = (high - x) - low;
  } else if (size < 0x3c900000) {
    return x;
  }
  const double half = 0.5 * x, square = x * half;
  const double r1 = Fused(square, q1, 1.0), r2 = Fused(square, q3, q2), r3 = Fused(square, q5, q4);
  const double h2 = square * square, h4 = h2 * h2;
  const double series = Fused(h4, r3, Fused(h2, r2, r1));
  const double t = Fused(-series, half, 3.0);
  double e = square * ((series - t) / Fused(-x, t, 6.0));
  if (k == 0) return x - Fused(x, e, -square);
  e = Fused(x, e - rest, -rest);
  e -= square;
  if (k == -1) return 0.5 * (x - e) - 0.5;
  if (k == 1) return x < -0.25 ? -2.0 * (e - (x + 0.5)) : 1.0 + 2.0 * (x - e);
  if (k <= -2 || k > 56) return PlusExponent(1.0 - (e - x), k) - 1.0;
  if (k < 20) return PlusExponent((1.0 - ldexp(1.0, -k)) - (e - x), k);
  return PlusExponent((x - (e + ldexp(1.0, -k))) + 1.0, k);
}

double tanh(double x) {
  const double size = fabs(x);
  if (x != x) return x;
  if (size >= 22) return x < 0 ? -1.0 : 1.0;
  if (size < 0x1p-55) return x;
  double z;
  if (size >= 1) {
    z = 1.0 - 2.0 / (expm1(2.0 * size) + 2.0);
  } else {
    const double t = expm1(-2.0 * size);
    z = -t / (t + 2.0);
  }
  return signbit(x) ? -z : z;
}

float tanhf(float x) {
  const float size = fabsf(x);
  if (x != x) return x;
  if (size >= 22) return x < 0 ? -1.0f : 1.0f;
  if (size < 0x1p-55f) return x;
  float z;
  if (size >= 1) {
    z = 1.0f - 2.0f / (expm1f(2.0f * size) + 2.0f);
  } else {
    const float t = expm1f(-2.0f * size);
    z = -t / (t + 2.0f);
  }
  return signbit(x) ? -z : z;
}
