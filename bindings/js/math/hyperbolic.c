/* sinh, cosh, asinh, acosh and atanh with glibc's bits: the algorithms of fdlibm, over functions that have them. */
#include <math.h>

static const double kLn2 = 6.93147180559945286227e-01;
/* Below it exp has a value, and below the second exp(x) / 2. */
static const double kExpMax = 0x1.62e42p+9, kHalfExpMax = 0x1.633ce8fb9f87dp+9;

static double HalfOfExp(double size) {
  if (size < kExpMax) return 0.5 * exp(size);
  if (size > kHalfExpMax) return INFINITY;
  const double root = exp(0.5 * size);
  return (0.5 * root) * root;
}

double sinh(double x) {
  const double size = fabs(x);
  if (x != x || size == INFINITY || size < 0x1p-28) return x;
  if (size >= 22) return copysign(HalfOfExp(size), x);
  const double t = expm1(size);
  const double half = copysign(0.5, x);
  return size < 1 ? half * (2.0 * t - t * t / (t + 1.0)) : half * (t + t / (t + 1.0));
}

double cosh(double x) {
  const double size = fabs(x);
  if (x != x) return x;
  if (size >= 22) return HalfOfExp(size);
  if (size < 0x1p-55) return 1.0;
  if (size < 0x1.62e43p-2) {
    const double t = expm1(size);
    const double w = 1.0 + t;
    return 1.0 + (t * t) / (w + w);
  }
  const double t = exp(size);
  return 0.5 * t + 0.5 / t;
}

double asinh(double x) {
  const double size = fabs(x);
  if (x != x || size < 0x1p-28) return x;
  double y;
  if (size >= 0x1.00001p+28) {
    y = log(size) + kLn2;
  } else if (size >= 0x1.00001p+1) {
    y = log(2.0 * size + 1.0 / (sqrt(size * size + 1.0) + size));
  } else {
    const double square = size * size;
    y = log1p(size + square / (1.0 + sqrt(1.0 + square)));
  }
  return copysign(y, x);
}

double acosh(double x) {
  if (x != x) return x;
  if (x < 1) return NAN;
  if (x >= 0x1p28) return log(x) + kLn2;
  if (x > 2) return log(2.0 * x - 1.0 / (x + sqrt(x * x - 1.0)));
  const double t = x - 1.0;
  return log1p(t + sqrt(2.0 * t + t * t));
}

double atanh(double x) {
  const double size = fabs(x);
  if (x != x || size < 0x1p-28) return x;
  if (size > 1) return NAN;
  if (size == 1) return copysign(INFINITY, x);
  const double twice = size + size;
  return copysign(0.5 * log1p(size < 0.5 ? twice + twice * size / (1.0 - size) : twice / (1.0 - size)), x);
}
