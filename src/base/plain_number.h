// PlainNumber: the decimal numbers of which tables are full, without an exponent and with few digits, eight digits at a
// time. What it does not take, number_text.h does.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace scoreway {

struct PlainNumber {
  uint64_t negative = 0;      // 0 or 1; as wide as the sign bit that it becomes
  uint64_t digits = 0;        // without the point; below 10^18
  int digit_count = 0;        // zeros at the front count too
  int decimal_count = 0;      // of them, behind the point
  const char* end = nullptr;  // behind the number

  // For at most 2^53 digits' worth: both factors are exact, so that the division rounds once (Clinger's fast path).
  bool is_exact() const { return digits <= uint64_t{1} << 53; }
  double value() const {
    static constexpr double kPowers[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8, 1e9,
                                         1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18};
    // Signs of a column come as they like: no branch on them.
    const double magnitude = static_cast<double>(digits) / kPowers[decimal_count];
    return std::bit_cast<double>(std::bit_cast<uint64_t>(magnitude) | negative << 63);
  }
};

// The eight digits of a chunk of text, the first in its lowest byte.
inline uint64_t EightDigits(uint64_t chunk) {
  chunk = (chunk & 0x0F0F0F0F0F0F0F0F) * 2561 >> 8;
  chunk = (chunk & 0x00FF00FF00FF00FF) * 6553601 >> 16;
  return (chunk & 0x0000FFFF0000FFFF) * 42949672960001 >> 32;
}

// Reads the number that is all of the `size` bytes, at most 8 behind its sign; false if it is none, or longer. At least
// 9 bytes from `begin` on must be readable. Where the end is known, all of it goes through one chunk.
inline bool ReadShortNumber(const char* begin, size_t size, PlainNumber* number) {
  constexpr uint64_t kZeros = 0x3030303030303030, kOnes = 0x0101010101010101;
  const size_t sign = static_cast<size_t>(*begin == '-') | static_cast<size_t>(*begin == '+');
  const size_t length = size - sign;
  if (length - 1 > 7) return false;
  uint64_t chunk;
  std::memcpy(&chunk, begin + sign, sizeof chunk);
  // The number's last byte becomes the chunk's last, zeros come before it.
  const size_t shift = 8 * (8 - length);
  chunk = chunk << shift | (kZeros & ((uint64_t{1} << shift) - 1));
  // The lowest byte that is a point; bits above it may be wrong.
  const uint64_t others = chunk ^ kOnes * uint64_t{'.'};
  const uint64_t points = (others - kOnes) & ~others & 0x8080808080808080;
  number->decimal_count = 0;
  if (points != 0) {
    const int at = std::countr_zero(points) - 7;
    const uint64_t before = (uint64_t{1} << at) - 1;
    chunk = (chunk & before) << 8 | (chunk & ~before & ~(uint64_t{0xFF} << at)) | uint64_t{'0'};
    number->decimal_count = 7 - at / 8;
  }
  const uint64_t values = chunk ^ kZeros;
  number->negative = static_cast<uint64_t>(*begin == '-');
  number->digits = EightDigits(values);
  number->digit_count = static_cast<int>(length) - static_cast<int>(points != 0);
  number->end = begin + size;
  return (((values + 0x7676767676767676) | values) & 0x8080808080808080) == 0 && number->digit_count > 0;
}

// Reads the number at `begin`; false if there is none, or one of more than 18 digits. At least 40 bytes from `begin` on
// must be readable; what lies behind the number does not matter.
inline constexpr int kPlainNumberReadable = 40;
inline bool ReadPlainNumber(const char* begin, PlainNumber* number) {
  static constexpr uint64_t kPowers[] = {1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000};
  const char* p = begin;
  number->negative = static_cast<uint64_t>(*p == '-');
  p += static_cast<int>(*p == '-') + static_cast<int>(*p == '+');
  number->digits = 0;
  number->digit_count = 0;
  number->decimal_count = 0;
  const auto take_digits = [&] {
    int taken = 0;
    while (true) {
      uint64_t chunk;
      std::memcpy(&chunk, p, sizeof chunk);
      // A byte above 9 after this is no digit; carries spoil only the bytes behind the first of these.
      const uint64_t values = chunk ^ 0x3030303030303030;
      const uint64_t others = ((values + 0x7676767676767676) | values) & 0x8080808080808080;
      const int count = std::countr_zero(others) / 8;  // 8 if there are none
      if (count == 0) return taken;
      number->digits = number->digits * kPowers[count] + EightDigits(values << (8 * (8 - count)));
      p += count;
      taken += count;
      if (count < 8 || taken > 16) return taken;
    }
  };
  const int whole = take_digits();
  if (whole > 18) return false;
  if (*p == '.') {
    ++p;
    number->decimal_count = take_digits();
  }
  number->digit_count = whole + number->decimal_count;
  number->end = p;
  return number->digit_count > 0 && number->digit_count <= 18;
}

}  // namespace scoreway
