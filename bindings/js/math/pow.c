/* pow with glibc's bits: Arm's algorithm, a logarithm of 68 bits and its exponential, with the tables of musl. */
#include <math.h>
#include <stdint.h>

#include "exp_data.h"
#include "fused.h"
#include "pow_data.h"

/* log of the number of these bits, which is positive, as y and the rest after its last place. */
static double LogWithRest(uint64_t bits, double* rest) {
  enum { kParts = 1 << POW_LOG_TABLE_BITS };
  const uint64_t offset = UINT64_C(0x3fe6955500000000);
  const double* const a = __pow_log_data.poly;
  const uint64_t from_offset = bits - offset;
  const uint64_t i = (from_offset >> (52 - POW_LOG_TABLE_BITS)) % kParts;
  const double k = (double)((int64_t)from_offset >> 52);
  const double z = Number(bits - (from_offset & (UINT64_C(0xfff) << 52)));
  const double r = Fused(z, __pow_log_data.tab[i].invc, -1.0);
  const double whole = Fused(k, __pow_log_data.ln2hi, __pow_log_data.tab[i].logc);
  const double sum = whole + r;
  const double low1 = Fused(k, __pow_log_data.ln2lo, __pow_log_data.tab[i].logctail);
  const double low2 = whole - sum + r;
  const double ar = a[0] * r, ar2 = r * ar, ar3 = r * ar2;
  const double high = sum + ar2;
  const double low3 = Fused(ar, r, -ar2);
  const double low4 = sum - high + ar2;
  const double p = Fused(ar2, Fused(ar2, Fused(r, a[6], a[5]), Fused(r, a[4], a[3])), Fused(r, a[2], a[1]));
  const double low = Fused(ar3, p, low1 + low2 + low3 + low4);
  const double y = high + low;
  *rest = high - y + low;
  return y;
}

/* scale (1 + rest) where the exponent of scale, in bits, has run over either end of the range. */
static double ScaledAtTheEnds(double rest, uint64_t bits, uint64_t k) {
  if ((k & 0x80000000) == 0) {
    const double scale = Number(bits - (UINT64_C(1009) << 52));
    return 0x1p1009 * Fused(scale, rest, scale);
  }
  bits += UINT64_C(1022) << 52;
  const double scale = Number(bits);
  const double product = scale * rest; /* used twice, and so not fused */
  double y = scale + product;
  if (fabs(y) < 1.0) {
    const double one = y < 0 ? -1.0 : 1.0;
    const double low = scale - y + product, high = one + y;
    y = (high + (one - high + y + low)) - one;
    if (y == 0.0) y = Number(bits & UINT64_C(0x8000000000000000));
  }
  return 0x1p-1022 * y;
}

/* exp(x + rest), or its opposite. */
static double ExpWithRest(double x, double rest, int negative) {
  enum { kParts = 1 << EXP_TABLE_BITS };
  const double* const c = __exp_data.poly + 5 - EXP_POLY_ORDER;
  const double sign = negative ? -1.0 : 1.0;
  if (fabs(x) < 0x1p-54) return sign * (1.0 + x);
  if (fabs(x) >= 1024) return sign * (x < 0 ? 0.0 : INFINITY);
  const double shifted = Fused(__exp_data.invln2N, x, __exp_data.shift);
  const uint64_t k = Bits(shifted);
  const double whole = shifted - __exp_data.shift;
  const double r = Fused(whole, __exp_data.negln2loN, Fused(whole, __exp_data.negln2hiN, x)) + rest;
  const uint64_t at = 2 * (k % kParts);
  const uint64_t bits =
      __exp_data.tab[at + 1] + ((k + (negative ? UINT64_C(0x800) << EXP_TABLE_BITS : 0)) << (52 - EXP_TABLE_BITS));
  const double r2 = r * r;
  const double low = Fused(r2, Fused(r, c[1], c[0]), Number(__exp_data.tab[at]) + r);
  const double more = Fused(r2 * r2, Fused(r, c[3], c[2]), low);
  if (fabs(x) >= 512) return ScaledAtTheEnds(more, bits, k);
  const double scale = Number(bits);
  return Fused(scale, more, scale);
}

static int IsWhole(double y) { return y == nearbyint(y); }
static int IsOdd(double y) { return IsWhole(y) && fabs(y) < 0x1p53 && !IsWhole(0.5 * y); }

double pow(double x, double y) {
  if (y == 0 || x == 1.0) return 1.0;
  if (x != x || y != y) return NAN;
  const double size = fabs(x);
  if (fabs(y) == INFINITY) return size == 1.0 ? 1.0 : (size < 1.0) == (y < 0) ? INFINITY : 0.0;
  const int negative = signbit(x) && IsOdd(y);
  if (x == 0 || size == INFINITY) {
    const double power = (x == 0) == (y < 0) ? INFINITY : 0.0;
    return negative ? -power : power;
  }
  if (x < 0 && !IsWhole(y)) return NAN;
  if (size == 1.0) return negative ? -1.0 : 1.0;
  if (fabs(y) < 0x1p-65) return size > 1.0 ? 1.0 + y : 1.0 - y;
  if (fabs(y) >= 0x1p63) return (size > 1.0) == (y > 0) ? INFINITY : 0.0;
  const uint64_t bits = size < 0x1p-1022 ? Bits(size * 0x1p52) - (UINT64_C(52) << 52) : Bits(size);
  double low;
  const double high = LogWithRest(bits, &low);
  const double product = y * high;
  return ExpWithRest(product, Fused(y, low, Fused(y, high, -product)), negative);
}
