/* erf and erfc with glibc's bits: the algorithm of fdlibm, in glibc's order of additions. */
#include <math.h>
#include <stdint.h>

#include "fused.h"

/* Polynomials a0 + a1 x + ... whose pairs of terms are added first. */
static double OfFive(const double* a, double x) {
  const double x2 = x * x, x4 = x2 * x2;
  return (a[0] + x * a[1]) + x2 * (a[2] + x * a[3]) + x4 * a[4];
}

static double OfSix(const double* a, double x) {
  const double x2 = x * x, x4 = x2 * x2;
  return (a[0] + x * a[1]) + x2 * (a[2] + x * a[3]) + x4 * (a[4] + x * a[5]);
}

static double OfSeven(const double* a, double x) {
  const double x2 = x * x, x4 = x2 * x2, x6 = x4 * x2;
  return (a[0] + x * a[1]) + x2 * (a[2] + x * a[3]) + x4 * (a[4] + x * a[5]) + x6 * a[6];
}

static double OfEight(const double* a, double x) {
  const double x2 = x * x, x4 = x2 * x2, x6 = x4 * x2;
  return (a[0] + x * a[1]) + x2 * (a[2] + x * a[3]) + x4 * (a[4] + x * a[5]) + x6 * (a[6] + x * a[7]);
}

static double OfNine(const double* a, double x) {
  const double x2 = x * x, x4 = x2 * x2;
  return OfEight(a, x) + (x4 * x4) * a[8];
}

/* (erf(x) - x) / x of |x| < 0.84375 */
static double Near0(double x) {
  static const double p[] = {1.28379167095512558561e-01, -3.25042107247001499370e-01, -2.84817495755985104766e-02,
                             -5.77027029648944159157e-03, -2.37630166566501626084e-05};
  static const double q[] = {1.0,
                             3.97917223959155352819e-01,
                             6.50222499887672944485e-02,
                             5.08130628187576562776e-03,
                             1.32494738004321644526e-04,
                             -3.96022827877536812320e-06};
  const double z = x * x;
  return OfFive(p, z) / OfSix(q, z);
}

static const double kNear1 = 8.45062911510467529297e-01;

/* erf(x) - kNear1 of 0.84375 <= x < 1.25 */
static double Near1(double x) {
  static const double p[] = {-2.36211856075265944077e-03, 4.14856118683748331666e-01,  -3.72207876035701323847e-01,
                             3.18346619901161753674e-01,  -1.10894694282396677476e-01, 3.54783043256182359371e-02,
                             -2.16637559486879084300e-03};
  static const double q[] = {1.0,
                             1.06420880400844228286e-01,
                             5.40397917702171048937e-01,
                             7.18286544141962662868e-02,
                             1.26171219808761642112e-01,
                             1.36370839120290507362e-02,
                             1.19844998467991074170e-02};
  const double s = x - 1.0;
  return OfSeven(p, s) / OfSeven(q, s);
}

/* x erfc(x) of 1.25 <= x < 28, by other polynomials from the number on whose upper half is `from`. */
static double Tail(double x, uint32_t from) {
  static const double r1[] = {-9.86494403484714822705e-03, -6.93858572707181764372e-01, -1.05586262253232909814e+01,
                              -6.23753324503260060396e+01, -1.62396669462573470355e+02, -1.84605092906711035994e+02,
                              -8.12874355063065934246e+01, -9.81432934416914548592e+00};
  static const double s1[] = {1.0,
                              1.96512716674392571292e+01,
                              1.37657754143519042600e+02,
                              4.34565877475229228821e+02,
                              6.45387271733267880336e+02,
                              4.29008140027567833386e+02,
                              1.08635005541779435134e+02,
                              6.57024977031928170135e+00,
                              -6.04244152148580987438e-02};
  static const double r2[] = {-9.86494292470009928597e-03, -7.99283237680523006574e-01, -1.77579549177547519889e+01,
                              -1.60636384855821916062e+02, -6.37566443368389627722e+02, -1.02509513161107724954e+03,
                              -4.83519191608651397019e+02};
  static const double s2[] = {1.0,
                              3.03380607434824582924e+01,
                              3.25792512996573918826e+02,
                              1.53672958608443695994e+03,
                              3.19985821950859553908e+03,
                              2.55305040643316442583e+03,
                              4.74528541206955367215e+02,
                              -2.24409524465858183362e+01};
  const double s = 1.0 / (x * x);
  const double ratio =
      (uint32_t)(Bits(x) >> 32) < from ? OfEight(r1, s) / OfNine(s1, s) : OfSeven(r2, s) / OfEight(s2, s);
  const double high = Number(Bits(x) & ~UINT64_C(0xffffffff)); /* whose square is exact */
  return exp(-high * high - 0.5625) * exp((high - x) * (high + x) + ratio);
}

double erf(double x) {
  const double size = fabs(x);
  if (x != x) return x;
  if (size < 0x1p-28)
    return size < 0x1p-1015 ? 0.0625 * (16.0 * x + (16.0 * 1.28379167095512586316e-01) * x)
                            : x + 1.28379167095512586316e-01 * x;
  if (size < 0.84375) return x + x * Near0(x);
  double y = 1.0;
  if (size < 1.25) {
    y = kNear1 + Near1(size);
  } else if (size < 6) {
    y = 1.0 - Tail(size, 0x4006DB6E) / size;
  }
  return signbit(x) ? -y : y;
}

double erfc(double x) {
  const double size = fabs(x);
  const int negative = signbit(x) != 0;
  if (x != x) return x;
  if (size < 0x1p-56) return 1.0 - x;
  if (size < 0.84375) {
    if (x < 0.25) return 1.0 - (x + x * Near0(x));
    return 0.5 - (x * Near0(x) + (x - 0.5));
  }
  if (size < 1.25) return negative ? 1.0 + (kNear1 + Near1(size)) : (1.0 - kNear1) - Near1(size);
  if (size >= 28 || (negative && size >= 6)) return negative ? 2.0 : 0.0;
  const double y = Tail(size, 0x4006DB6D) / size;
  return negative ? 2.0 - y : y;
}
