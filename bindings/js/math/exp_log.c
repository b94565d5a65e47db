/* exp and log of float64 with the bits of glibc on a processor that multiplies and adds in one rounding, which is what
 * the other doors answer with: Arm's algorithms, with the tables of musl, and a fused multiply-add made of products and
 * sums without error. */
#include <math.h>
#include <stdint.h>

#include "exp_data.h"
#include "fused.h"
#include "log_data.h"

/* scale (1 + rest) where the exponent of scale, in bits, has run over either end of the range. */
static double ScaledAtTheEnds(double rest, uint64_t bits, uint64_t k) {
  if ((k & 0x80000000) == 0) {
    const double scale = Number(bits - (UINT64_C(1009) << 52));
    return 0x1p1009 * Fused(scale, rest, scale);
  }
  const double scale = Number(bits + (UINT64_C(1022) << 52));
  const double product = scale * rest; /* used twice, and so not fused */
  double y = scale + product;
  if (y < 1.0) {
    const double low = scale - y + product, high = 1.0 + y;
    y = (high + (1.0 - high + y + low)) - 1.0;
    if (y == 0.0) y = 0.0;
  }
  return 0x1p-1022 * y;
}

double exp(double x) {
  enum { kParts = 1 << EXP_TABLE_BITS };
  const double* const c = __exp_data.poly + 5 - EXP_POLY_ORDER;
  if (x != x) return x;
  if (x >= 1024) return INFINITY;
  if (x <= -1080) return 0;
  if (fabs(x) < 0x1p-54) return 1.0 + x;
  /* x = k ln2 / kParts + r */
  const double shifted = Fused(__exp_data.invln2N, x, __exp_data.shift);
  const uint64_t k = Bits(shifted);
  const double whole = shifted - __exp_data.shift;
  const double r = Fused(whole, __exp_data.negln2loN, Fused(whole, __exp_data.negln2hiN, x));
  const uint64_t at = 2 * (k % kParts);
  const uint64_t bits = __exp_data.tab[at + 1] + (k << (52 - EXP_TABLE_BITS));
  const double r2 = r * r;
  const double low = Fused(r2, Fused(r, c[1], c[0]), Number(__exp_data.tab[at]) + r);
  const double rest = Fused(r2 * r2, Fused(r, c[3], c[2]), low);
  if (fabs(x) >= 512) return ScaledAtTheEnds(rest, bits, k);
  const double scale = Number(bits);
  return Fused(scale, rest, scale);
}

static double LogNearOne(double x) {
  const double* const b = __log_data.poly1;
  const double r = x - 1.0, r2 = r * r, r3 = r * r2;
  const double last = Fused(r3, b[10], Fused(r2, b[9], Fused(r, b[8], b[7])));
  const double middle = Fused(r3, last, Fused(r2, b[6], Fused(r, b[5], b[4])));
  const double first = Fused(r3, middle, Fused(r2, b[3], Fused(r, b[2], b[1])));
  const double shift = r * 0x1p27;
  const double r_high = r + shift - shift, r_low = r - r_high;
  const double square = r_high * r_high * b[0];
  const double high = r + square;
  const double low = Fused(b[0] * r_low, r_high + r, r - high + square);
  return Fused(r3, first, low) + high;
}

double log(double x) {
  enum { kParts = 1 << LOG_TABLE_BITS };
  const uint64_t offset = UINT64_C(0x3fe6000000000000);
  const double* const a = __log_data.poly;
  uint64_t bits = Bits(x);
  if (x == 1.0) return 0;
  if (x >= 1.0 - 0x1p-4 && x < 1.0 + 0x1.09p-4) return LogNearOne(x);
  if (x == 0) return -INFINITY;
  if (x != x || x == INFINITY) return x;
  if (x < 0) return NAN;
  if (x < 0x1p-1022) bits = Bits(x * 0x1p52) - (UINT64_C(52) << 52);
  /* x = 2^k z, and z near the middle of one of kParts intervals */
  const uint64_t from_offset = bits - offset;
  const uint64_t i = (from_offset >> (52 - LOG_TABLE_BITS)) % kParts;
  const double k = (double)((int64_t)from_offset >> 52);
  const double z = Number(bits - (from_offset & (UINT64_C(0xfff) << 52)));
  const double r = Fused(z, __log_data.tab[i].invc, -1.0);
  const double w = Fused(k, __log_data.ln2hi, __log_data.tab[i].logc);
  const double high = w + r;
  const double low = Fused(k, __log_data.ln2lo, w - high + r);
  const double r2 = r * r;
  const double rest = Fused(r2, Fused(r, a[4], a[3]), Fused(r, a[2], a[1]));
  return Fused(r * r2, rest, Fused(r2, a[0], low)) + high;
}
