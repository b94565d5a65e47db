/* log1p, log2 and log10 with glibc's bits: log1p and log10 after fdlibm, log2 after Arm with the table of musl. */
#include <math.h>
#include <stdint.h>

#include "fused.h"
#include "log2_data.h"

double log1p(double x) {
  const double ln2_high = 6.93147180369123816490e-01, ln2_low = 1.90821492927058770002e-10;
  const double p1 = 6.666666666666735130e-01, p2 = 3.999999999940941908e-01, p3 = 2.857142874366239149e-01,
               p4 = 2.222219843214978396e-01, p5 = 1.818357216161805012e-01, p6 = 1.531383769920937332e-01,
               p7 = 1.479819860511658591e-01;
  const int32_t top = (int32_t)(Bits(x) >> 32);
  if (x != x || x == INFINITY) return x;
  if (x <= -1.0) return x == -1.0 ? -INFINITY : NAN;
  if (fabs(x) < 0x1p-54) return x;
  if (fabs(x) < 0x1p-29) return x - x * x * 0.5;
  /* 1 + x = 2^k (1 + f), and rest is what the sum lost. */
  int k = 0;
  int small = 0; /* |f| < 2^-20 */
  double f = x, rest = 0;
  if (top >= 0x3FDA827A || (top <= 0 && top > (int32_t)0xbfd2bec3)) {
    double u = x;
    if (top < 0x43400000) u = 1.0 + x;
    k = (int)(Bits(u) >> 52) - 1023;
    if (top < 0x43400000) rest = (k > 0 ? 1.0 - (u - x) : x - (u - 1.0)) / u;
    const uint64_t mantissa = Bits(u) & UINT64_C(0xfffffffffffff);
    uint32_t upper = (uint32_t)(mantissa >> 32);
    if (upper < 0x6a09e) {
      u = Number(mantissa | UINT64_C(0x3ff) << 52);
    } else {
      ++k;
      u = Number(mantissa | UINT64_C(0x3fe) << 52);
      upper = (0x00100000 - upper) >> 2;
    }
    small = upper == 0;
    f = u - 1.0;
  }
  const double half_square = 0.5 * f * f;
  if (small) {
    if (f == 0) return k == 0 ? 0 : Fused(k, ln2_high, Fused(k, ln2_low, rest));
    const double r = half_square * Fused(-0.66666666666666666, f, 1.0);
    return k == 0 ? f - r : Fused(k, ln2_high, -((r - Fused(k, ln2_low, rest)) - f));
  }
  const double s = f / (2.0 + f), z = s * s;
  const double z2 = z * z, z4 = z2 * z2, z6 = z4 * z2;
  const double r = Fused(z6, Fused(z, p7, p6), Fused(z4, Fused(z, p5, p4), Fused(z, p1, z2 * Fused(z, p3, p2))));
  const double product = s * (half_square + r);
  if (k == 0) return f - (half_square - product);
  return Fused(k, ln2_high, -((half_square - (product + Fused(k, ln2_low, rest))) - f));
}

static double Log2NearOne(double x) {
  const double* const b = __log2_data.poly1;
  const double r = x - 1.0, r2 = r * r, r4 = r2 * r2;
  const double high = r * __log2_data.invln2hi;
  const double low = Fused(r, __log2_data.invln2lo, Fused(r, __log2_data.invln2hi, -high));
  const double p = Fused(r, b[1], b[0]);
  const double y = Fused(r2, p, high);
  const double first = Fused(r2, Fused(r, b[5], b[4]), Fused(r, b[3], b[2]));
  const double last = Fused(r2, Fused(r, b[9], b[8]), Fused(r, b[7], b[6]));
  return y + Fused(r4, Fused(r4, last, first), low + Fused(r2, p, high - y));
}

double log2(double x) {
  enum { kParts = 1 << LOG2_TABLE_BITS };
  const uint64_t offset = UINT64_C(0x3fe6000000000000);
  const double* const a = __log2_data.poly;
  uint64_t bits = Bits(x);
  if (x == 1.0) return 0;
  if (x >= 1.0 - 0x1.5b51p-5 && x < 1.0 + 0x1.6ab2p-5) return Log2NearOne(x);
  if (x == 0) return -INFINITY;
  if (x != x || x == INFINITY) return x;
  if (x < 0) return NAN;
  if (x < 0x1p-1022) bits = Bits(x * 0x1p52) - (UINT64_C(52) << 52);
  /* x = 2^k z, and z near the middle of one of kParts intervals */
  const uint64_t from_offset = bits - offset;
  const uint64_t i = (from_offset >> (52 - LOG2_TABLE_BITS)) % kParts;
  const double k = (double)((int64_t)from_offset >> 52);
  const double z = Number(bits - (from_offset & (UINT64_C(0xfff) << 52)));
  const double r = Fused(z, __log2_data.tab[i].invc, -1.0);
  const double of_r = r * __log2_data.invln2hi;
  const double of_r_rest = Fused(r, __log2_data.invln2lo, Fused(r, __log2_data.invln2hi, -of_r));
  const double whole = k + __log2_data.tab[i].logc;
  const double high = whole + of_r;
  const double low = whole - high + of_r + of_r_rest;
  const double r2 = r * r, r4 = r2 * r2;
  const double p = Fused(r4, Fused(r, a[5], a[4]), Fused(r2, Fused(r, a[3], a[2]), Fused(r, a[1], a[0])));
  return Fused(r2, p, low) + high;
}

double log10(double x) {
  const double log2_high = 3.01029995663611771306e-01, log2_low = 3.69423907715893078616e-13,
               inverse_ln10 = 4.34294481903251816668e-01;
  if (x != x || x == INFINITY) return x;
  if (x <= 0) return x == 0 ? -INFINITY : NAN;
  int k = 0;
  if (x < 0x1p-1022) {
    x *= 0x1p54;
    k = -54;
  }
  const uint64_t bits = Bits(x);
  k += (int)(bits >> 52) - 1023;
  /* Of whole powers of two the nearer to 0. */
  const int less = k < 0;
  const double power = k + less;
  const double mantissa = Number((bits & UINT64_C(0xfffffffffffff)) | (uint64_t)(0x3ff - less) << 52);
  return (power * log2_low + inverse_ln10 * log(mantissa)) + power * log2_high;
}
