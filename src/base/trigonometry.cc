// After the methods and with the polynomials of fdlibm (Sun Microsystems, 1993), and of FreeBSD for the cube root.
#include "base/trigonometry.h"

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

namespace scoreway {
namespace {

constexpr double kPi = 0x1.921fb54442d18p+1, kPiRest = 0x1.1a62633145c07p-53;
constexpr double kHalfPi = kPi / 2, kHalfPiRest = kPiRest / 2;
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

// A number as the sum of two, the second below the last place of the first.
struct Pair {
  double high;
  double low;
};

// Needs |a| >= |b|.
Pair Normalized(double a, double b) {
  const double high = a + b;
  return {high, b - (high - a)};
}

// a - b without error.
Pair Difference(double a, double b) {
  const double high = a - b;
  const double of_b = high - a;
  return {high, (a - (high - of_b)) - (b + of_b)};
}

// a b without error.
Pair Product(double a, double b) {
  constexpr double kSplit = 0x1p27 + 1;
  const double a_high = a * kSplit - (a * kSplit - a), a_low = a - a_high;
  const double b_high = b * kSplit - (b * kSplit - b), b_low = b - b_high;
  const double high = a * b;
  return {high, ((a_high * b_high - high) + a_high * b_low + a_low * b_high) + a_low * b_low};
}

// x less the nearest multiple of pi / 2, and which multiple it is, modulo 4.
struct Reduced {
  Pair rest;
  unsigned quarter;
};

// pi / 2 in three parts of 33 bits, whose products with a whole number below 2^20 are exact, and a fourth.
Reduced ReduceMedium(double x) {
  constexpr double kParts[] = {0x1.921fb544p+0, 0x1.0b4611a6p-34, 0x1.3198a2ep-69, 0x1.b839a252049c1p-104};
  constexpr double kShift = 0x1.8p52;
  const double quarters = (x * 0x1.45f306dc9c883p-1 + kShift) - kShift;
  const Pair second = Difference(x - quarters * kParts[0], quarters * kParts[1]);
  const Pair third = Difference(second.high, quarters * kParts[2]);
  return {Normalized(third.high, (second.low + third.low) - quarters * kParts[3]),
          static_cast<unsigned>(static_cast<int>(quarters)) & 3};
}

// Any finite |x| >= 2^20, by Payne and Hanek: of 2 / pi those 192 bits count that make neither a multiple of 4 nor less
// than the precision.
Reduced ReduceLarge(double x) {
  // 64 bits of zero and 1152 of 2 / pi.
  static constexpr uint32_t kTwoOverPi[] = {
      0,          0,          0xA2F9836E, 0x4E441529, 0xFC2757D1, 0xF534DDC0, 0xDB629599, 0x3C439041,
      0xFE5163AB, 0xDEBBC561, 0xB7246E3A, 0x424DD2E0, 0x06492EEA, 0x09D1921C, 0xFE1DEB1C, 0xB129A73E,
      0xE88235F5, 0x2EBB4484, 0xE99C7026, 0xB45F7E41, 0x3991D639, 0x835339F4, 0x9C845F8B, 0xBDF9283B,
      0x1FF897FF, 0xDE05980F, 0xEF2F118B, 0x5A0A6D1F, 0x6D367ECF, 0x27CB09B7, 0x4F463F66, 0x9E5FEA2D,
      0x7527BAC7, 0xEBE5F17B, 0x3D0739F7, 0x8A5292EA, 0x6BFB5FB1, 0x1F8D5D08, 0x56033046};
  constexpr int kWords = 6;
  const auto bits = std::bit_cast<uint64_t>(x);
  const int exponent = static_cast<int>((bits >> 52) & 0x7ff) - 1075;  // of the last bit
  const uint64_t mantissa = (bits & ((uint64_t{1} << 52) - 1)) | (uint64_t{1} << 52);

  // x 2/pi modulo 4, in units of 2^-190, the lowest word first.
  const int first = exponent - 2 + 64;  // of the bits in kTwoOverPi
  uint32_t window[kWords];
  for (int i = 0; i < kWords; ++i) {
    const int word = first / 32 + kWords - 1 - i;
    const uint64_t two = uint64_t{kTwoOverPi[word]} << 32 | kTwoOverPi[word + 1];
    window[i] = static_cast<uint32_t>(two >> (32 - first % 32));
  }
  uint32_t product[kWords] = {};
  for (int j = 0; j < 2; ++j) {
    const uint64_t digit = static_cast<uint32_t>(mantissa >> (32 * j));
    uint64_t carry = 0;
    for (int i = 0; i + j < kWords; ++i) {
      carry += product[i + j] + digit * window[i];
      product[i + j] = static_cast<uint32_t>(carry);
      carry >>= 32;
    }
  }

  // To the nearest whole number, and the rest between -1/2 and 1/2.
  unsigned quarter = product[kWords - 1] >> 30;
  const bool above = (product[kWords - 1] & 0x20000000) != 0;
  if (above) {
    ++quarter;
    uint64_t carry = 1;
    for (uint32_t& word : product) {
      carry += static_cast<uint32_t>(~word);
      word = static_cast<uint32_t>(carry);
      carry >>= 32;
    }
  }
  product[kWords - 1] &= 0x3fffffff;
  Pair rest{0, 0};
  for (int i = 0; i < kWords; ++i) {
    // Each sum is exact but for what is below the last place of the pair.
    const Pair sum = Normalized(std::ldexp(static_cast<double>(product[i]), 32 * i - 190), rest.high);
    rest = product[i] == 0 ? rest : Normalized(sum.high, sum.low + rest.low);
  }

  const Pair angle = Product(rest.high, kHalfPi);
  const Pair reduced = Normalized(angle.high, angle.low + (rest.high * kHalfPiRest + rest.low * kHalfPi));
  const bool negative = above != std::signbit(x);
  if (std::signbit(x)) quarter = 0 - quarter;
  return {negative ? Pair{-reduced.high, -reduced.low} : reduced, quarter & 3};
}

Reduced Reduce(double x) {
  if (std::fabs(x) <= kPi / 4) return {{x, 0}, 0};
  return std::fabs(x) < 0x1p20 ? ReduceMedium(x) : ReduceLarge(x);
}

// The sine less the angle, of an angle between -pi/4 and pi/4.
double SineLessAngle(const Pair& angle) {
  constexpr double s1 = -1.66666666666666324348e-01, s2 = 8.33333333332248946124e-03, s3 = -1.98412698298579493134e-04,
                   s4 = 2.75573137070700676789e-06, s5 = -2.50507602534068634195e-08, s6 = 1.58969099521155010221e-10;
  const double x = angle.high, z = x * x, cube = z * x;
  const double rest = s2 + z * (s3 + z * s4) + z * (z * z) * (s5 + z * s6);
  return cube * s1 - (z * (0.5 * angle.low - cube * rest) - angle.low);
}

double Sine(const Pair& angle) { return angle.high + SineLessAngle(angle); }

Pair CosinePair(const Pair& angle) {
  constexpr double c1 = 4.16666666666666019037e-02, c2 = -1.38888888888741095749e-03, c3 = 2.48015872894767294178e-05,
                   c4 = -2.75573143513906633035e-07, c5 = 2.08757232129817482790e-09, c6 = -1.13596475577881948265e-11;
  const double z = angle.high * angle.high, w = z * z;
  const double rest = z * (c1 + z * (c2 + z * c3)) + w * w * (c4 + z * (c5 + z * c6));
  const double half = 0.5 * z, high = 1 - half;
  return {high, ((1 - high) - half) + (z * rest - angle.high * angle.low)};
}

double Cosine(const Pair& angle) {
  const Pair cosine = CosinePair(angle);
  return cosine.high + cosine.low;
}

double Quotient(const Pair& a, const Pair& b) {
  const double inverse = 1 / b.high;
  const double quotient = a.high * inverse;
  const Pair product = Product(quotient, b.high);
  return quotient + (((a.high - product.high) - product.low) + (a.low - quotient * b.low)) * inverse;
}

// (asin(x) - x) / x, of z = x^2 <= 1/4.
double ArcsineRatio(double z) {
  constexpr double p0 = 1.66666666666666657415e-01, p1 = -3.25565818622400915405e-01, p2 = 2.01212532134862925881e-01,
                   p3 = -4.00555345006794114027e-02, p4 = 7.91534994289814532176e-04, p5 = 3.47933107596021167570e-05;
  constexpr double q1 = -2.40339491173441421878e+00, q2 = 2.02094576023350569471e+00, q3 = -6.88283971605453293030e-01,
                   q4 = 7.70381505559019352791e-02;
  const double p = z * (p0 + z * (p1 + z * (p2 + z * (p3 + z * (p4 + z * p5)))));
  const double q = 1 + z * (q1 + z * (q2 + z * (q3 + z * q4)));
  return p / q;
}

// The root of z as a number of few bits, and the rest.
Pair RootPair(double z) {
  const double root = std::sqrt(z);
  const auto high = std::bit_cast<double>(std::bit_cast<uint64_t>(root) & ~uint64_t{0xffffffff});
  return {high, root == 0 ? 0 : (z - high * high) / (root + high)};
}

// x - atan(x), of |x| < 7/16.
double LessArctangent(double x) {
  constexpr double a[] = {3.33333333333329318027e-01,  -1.99999999998764832476e-01, 1.42857142725034663711e-01,
                          -1.11111104054623557880e-01, 9.09088713343650656196e-02,  -7.69187620504482999495e-02,
                          6.66107313738753120669e-02,  -5.83357013379057348645e-02, 4.97687799461593236017e-02,
                          -3.65315727442169155270e-02, 1.62858201153657823623e-02};
  const double z = x * x, w = z * z;
  const double odd = z * (a[0] + w * (a[2] + w * (a[4] + w * (a[6] + w * (a[8] + w * a[10])))));
  const double even = w * (a[1] + w * (a[3] + w * (a[5] + w * (a[7] + w * a[9]))));
  return x * (odd + even);
}

// atan(x + low) of x >= 0: the arctangent of a number nearby, and that of what remains.
Pair Arctangent(double x, double low) {
  low /= 1 + x * x;
  if (x < 7.0 / 16) return {x, low - LessArctangent(x)};
  double rest;
  Pair known;
  if (x < 11.0 / 16) {
    rest = (2 * x - 1) / (2 + x);
    known = {4.63647609000806093515e-01, 2.26987774529616870924e-17};
  } else if (x < 19.0 / 16) {
    rest = (x - 1) / (x + 1);
    known = {kPi / 4, kPiRest / 4};
  } else if (x < 39.0 / 16) {
    rest = (x - 1.5) / (1 + 1.5 * x);
    known = {9.82793723247329054082e-01, 1.39033110312309984516e-17};
  } else {
    rest = -1 / x;
    known = {kHalfPi, kHalfPiRest};
  }
  return {known.high, rest - (LessArctangent(rest) - (known.low + low))};
}

// atan(a / b) of positive numbers.
Pair ArctangentOfQuotient(double a, double b) {
  const double quotient = a / b;
  const bool exact = a > 0x1p-900 && a < 0x1p900 && b > 0x1p-900 && b < 0x1p900 && quotient < 0x1p60;
  if (!exact) return Arctangent(quotient, 0);
  const Pair product = Product(quotient, b);
  return Arctangent(quotient, ((a - product.high) - product.low) / b);
}

}  // namespace

double Sin(double x) {
  if (!std::isfinite(x)) return kNaN;
  if (std::fabs(x) < 0x1p-27) return x;
  const Reduced reduced = Reduce(x);
  const double value = (reduced.quarter & 1) != 0 ? Cosine(reduced.rest) : Sine(reduced.rest);
  return (reduced.quarter & 2) != 0 ? -value : value;
}

double Cos(double x) {
  if (!std::isfinite(x)) return kNaN;
  const Reduced reduced = Reduce(x);
  const double value = (reduced.quarter & 1) != 0 ? Sine(reduced.rest) : Cosine(reduced.rest);
  return ((reduced.quarter + 1) & 2) != 0 ? -value : value;
}

double Tan(double x) {
  if (!std::isfinite(x)) return kNaN;
  if (std::fabs(x) < 0x1p-27) return x;
  const Reduced reduced = Reduce(x);
  const Pair sine = Normalized(reduced.rest.high, SineLessAngle(reduced.rest));
  const Pair unsorted = CosinePair(reduced.rest);
  const Pair cosine = Normalized(unsorted.high, unsorted.low);
  return (reduced.quarter & 1) != 0 ? -Quotient(cosine, sine) : Quotient(sine, cosine);
}

double Asin(double x) {
  const double size = std::fabs(x);
  if (!(size <= 1)) return kNaN;
  if (size < 0x1p-26) return x;
  if (size < 0.5) return x + x * ArcsineRatio(x * x);
  // pi/2 - 2 asin(sqrt((1 - |x|) / 2))
  const double z = (1 - size) * 0.5;
  const double ratio = ArcsineRatio(z);
  const Pair root = RootPair(z);
  const double rest = 2 * (std::sqrt(z) * ratio) - (kHalfPiRest - 2 * root.low);
  const double quarter = kPi / 4;
  return std::copysign(quarter - (rest - (quarter - 2 * root.high)), x);
}

double Acos(double x) {
  const double size = std::fabs(x);
  if (!(size <= 1)) return kNaN;
  if (size < 0.5) return kHalfPi - (x - (kHalfPiRest - x * ArcsineRatio(x * x)));
  const double z = (1 - size) * 0.5;
  const double root = std::sqrt(z);
  if (x < 0) return 2 * (kHalfPi - (root + (ArcsineRatio(z) * root - kHalfPiRest)));
  const Pair parts = RootPair(z);
  return 2 * (parts.high + (ArcsineRatio(z) * root + parts.low));
}

double Atan(double x) {
  if (std::isnan(x) || std::fabs(x) < 0x1p-27) return x;
  const Pair angle = Arctangent(std::fabs(x), 0);
  return std::copysign(angle.high + angle.low, x);
}

double Atan2(double y, double x) {
  if (std::isnan(x) || std::isnan(y)) return kNaN;
  const double above = std::fabs(y), beside = std::fabs(x);
  Pair angle{0, 0};  // of the point in the first quadrant
  if (beside == 0 && above != 0) {
    angle = {kHalfPi, kHalfPiRest};
  } else if (std::isinf(above) && std::isinf(beside)) {
    angle = {kPi / 4, kPiRest / 4};
  } else if (above != 0) {
    angle = ArctangentOfQuotient(above, beside);
  }
  if (std::signbit(x)) {
    const Pair rest = Difference(kPi, angle.high);
    angle = {rest.high, rest.low - (angle.low - kPiRest)};
  }
  return std::copysign(angle.high + angle.low, y);
}

double Cbrt(double x) {
  if (x == 0 || !std::isfinite(x)) return x;
  double scale = 1;
  if (std::fabs(x) < 0x1p-1022) {
    x *= 0x1p54;
    scale = 0x1p-18;
  }
  // A third of the exponent makes 5 bits, a polynomial 23, and a step of Newton all.
  const uint64_t bits = std::bit_cast<uint64_t>(x);
  const auto top = static_cast<uint32_t>(bits >> 32) & 0x7fffffff;
  double root = std::bit_cast<double>((bits & (uint64_t{1} << 63)) | uint64_t{top / 3 + 715094163} << 32);
  const double r = (root * root) * (root / x);
  root *= (1.87595182427177009643 + r * (-1.88497979543377169875 + r * 1.621429720105354466140)) +
          ((r * r) * r) * (-0.758397934778766047437 + r * 0.145996192886612446982);
  root = std::bit_cast<double>((std::bit_cast<uint64_t>(root) + 0x80000000) & ~uint64_t{0x3fffffff});
  const double by_square = x / (root * root);
  return scale * (root + root * ((by_square - root) / (root + root + by_square)));
}

}  // namespace scoreway
