/* hypot with glibc's bits: the root of the squares, corrected by one step (Borges, An Improved Algorithm for
 * hypot(a,b), 2019). */
#include <math.h>

/* Of a >= b >= 0, whose squares are far from the ends of the range. */
static double OfSorted(double a, double b) {
  const double h = sqrt(a * a + b * b);
  double of_a, of_b;
  if (h <= 2.0 * b) {
    const double delta = h - b;
    of_a = a * (2.0 * delta - a);
    of_b = (delta - 2.0 * (a - b)) * delta;
  } else {
    const double delta = h - a;
    of_a = 2.0 * delta * (a - 2.0 * b);
    of_b = (4.0 * delta - b) * b + delta * delta;
  }
  return h - (of_a + of_b) / (2.0 * h);
}

double hypot(double x, double y) {
  x = fabs(x);
  y = fabs(y);
  if (x == INFINITY || y == INFINITY) return INFINITY;
  if (x != x || y != y) return NAN;
  const double a = x < y ? y : x, b = x < y ? x : y;
  if (b <= a * 0x1p-54) return a + b;
  if (a > 0x1p511) return OfSorted(a * 0x1p-600, b * 0x1p-600) * 0x1p600;
  if (b < 0x1p-459) return OfSorted(a * 0x1p600, b * 0x1p600) * 0x1p-600;
  return OfSorted(a, b);
}
