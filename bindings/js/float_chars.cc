// The characters of numbers without tables, in place of base/float_chars.cc: large integers find the digits, by the
// method of Steele and White (How to Print Floating-Point Numbers Accurately, 1990), and the C library reads them.
#include "base/float_chars.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <string>

namespace scoreway {
namespace {

// A whole number of at most 1280 bits; the greatest here has 1136.
class Whole {
 public:
  Whole() = default;
  explicit Whole(uint64_t value) {
    words_[0] = static_cast<uint32_t>(value);
    words_[1] = static_cast<uint32_t>(value >> 32);
    count_ = 2;
    Trim();
  }

  bool is_zero() const { return count_ == 0; }

  void Multiply(uint32_t factor) {
    uint64_t carry = 0;
    for (int i = 0; i < count_; ++i) {
      carry += uint64_t{words_[i]} * factor;
      words_[i] = static_cast<uint32_t>(carry);
      carry >>= 32;
    }
    if (carry != 0) words_[count_++] = static_cast<uint32_t>(carry);
  }
  void MultiplyByPowerOfTen(int power) {
    for (; power >= 9; power -= 9) Multiply(1'000'000'000);
    for (; power > 0; --power) Multiply(10);
  }
  void Shift(int bits) {
    for (; bits >= 31; bits -= 31) Multiply(uint32_t{1} << 31);
    Multiply(uint32_t{1} << bits);
  }
  void Add(const Whole& other) {
    uint64_t carry = 0;
    for (int i = 0; i < std::max(count_, other.count_) || carry != 0; ++i) {
      carry += uint64_t{word(i)} + other.word(i);
      words_[i] = static_cast<uint32_t>(carry);
      carry >>= 32;
      count_ = std::max(count_, i + 1);
    }
  }
  // Of one that is not greater.
  void Subtract(const Whole& other) {
    int64_t carry = 0;
    for (int i = 0; i < count_; ++i) {
      carry += int64_t{words_[i]} - other.word(i);
      words_[i] = static_cast<uint32_t>(carry);
      carry >>= 32;
    }
    Trim();
  }
  // Leaves the quotient and returns the rest.
  uint32_t Divide(uint32_t divisor) {
    uint64_t rest = 0;
    for (int i = count_ - 1; i >= 0; --i) {
      rest = rest << 32 | words_[i];
      words_[i] = static_cast<uint32_t>(rest / divisor);
      rest %= divisor;
    }
    Trim();
    return static_cast<uint32_t>(rest);
  }

  friend int Compare(const Whole& a, const Whole& b) {
    for (int i = std::max(a.count_, b.count_) - 1; i >= 0; --i) {
      if (a.word(i) != b.word(i)) return a.word(i) < b.word(i) ? -1 : 1;
    }
    return 0;
  }

 private:
  uint32_t word(int i) const { return i < count_ ? words_[i] : 0; }
  void Trim() {
    while (count_ > 0 && words_[count_ - 1] == 0) --count_;
  }

  uint32_t words_[40] = {};
  int count_ = 0;
};

// mantissa 2^exponent, positive; `wide_above` where the next number below is half as far as the next above.
struct Binary {
  uint64_t mantissa;
  int exponent;
  bool wide_above;
};

template <typename T, typename Bits>
Binary BinaryOf(T value) {
  constexpr int kBits = std::numeric_limits<T>::digits - 1;
  const Bits bits = std::bit_cast<Bits>(value) & (std::numeric_limits<Bits>::max() >> 1);
  const Bits fraction = bits & ((Bits{1} << kBits) - 1);
  const int exponent = static_cast<int>(bits >> kBits);
  const int last = std::numeric_limits<T>::min_exponent - 1 - kBits;  // of the last bit of the smallest
  if (exponent == 0) return {fraction, last, false};
  return {fraction | Bits{1} << kBits, last + exponent - 1, fraction == 0 && exponent > 1};
}

// digits[0].digits[1]... 10^exponent
struct Digits {
  char text[20];
  int count = 0;
  int exponent = 0;
};

Digits ShortestDigits(const Binary& number) {
  Digits digits;
  if (number.mantissa == 0) {
    digits.text[digits.count++] = '0';
    return digits;
  }
  const bool even = number.mantissa % 2 == 0;
  const int wide = number.wide_above ? 1 : 0;
  // The number and half its distances to the next ones, as fractions with the denominator `one`.
  Whole rest(number.mantissa), one(1), below(1), above(1);
  rest.Shift(1 + wide + std::max(number.exponent, 0));
  one.Shift(1 + wide + std::max(-number.exponent, 0));
  below.Shift(std::max(number.exponent, 0));
  above.Shift(wide + std::max(number.exponent, 0));
  const int bits = number.exponent + static_cast<int>(std::bit_width(number.mantissa)) - 1;
  int power = static_cast<int>(std::ceil(bits * 0.30102999566398114 - 1e-10));  // of ten, or one more
  if (power >= 0) {
    one.MultiplyByPowerOfTen(power);
  } else {
    for (Whole* whole : {&rest, &below, &above}) whole->MultiplyByPowerOfTen(-power);
  }
  const auto reaches_next = [&] {
    Whole sum = rest;
    sum.Add(above);
    const int order = Compare(sum, one);
    return order > 0 || (order == 0 && even);
  };
  if (reaches_next()) {
    ++power;
  } else {
    for (Whole* whole : {&rest, &below, &above}) whole->Multiply(10);
  }
  digits.exponent = power - 1;
  while (true) {
    char digit = '0';
    for (; Compare(rest, one) >= 0; rest.Subtract(one)) ++digit;
    const int order = Compare(rest, below);
    const bool low = order < 0 || (order == 0 && even);
    const bool high = reaches_next();
    if (low || high) {
      Whole twice = rest;
      twice.Multiply(2);
      const int half = Compare(twice, one);
      const bool up = low && high ? half > 0 || (half == 0 && (digit - '0') % 2 != 0) : high;
      digits.text[digits.count++] = static_cast<char>(digit + (up ? 1 : 0));
      return digits;
    }
    digits.text[digits.count++] = digit;
    for (Whole* whole : {&rest, &below, &above}) whole->Multiply(10);
  }
}

char* WriteScientific(const Digits& digits, char* out) {
  *out++ = digits.text[0];
  if (digits.count > 1) {
    *out++ = '.';
    out = std::copy(digits.text + 1, digits.text + digits.count, out);
  }
  *out++ = 'e';
  *out++ = digits.exponent < 0 ? '-' : '+';
  const int size = std::abs(digits.exponent);
  if (size >= 100) *out++ = static_cast<char>('0' + size / 100);
  *out++ = static_cast<char>('0' + size / 10 % 10);
  *out++ = static_cast<char>('0' + size % 10);
  return out;
}

// All digits of a whole number.
char* WriteWhole(const Binary& number, char* out) {
  Whole whole(number.mantissa);
  whole.Shift(number.exponent);
  char* const begin = out;
  while (!whole.is_zero()) *out++ = static_cast<char>('0' + whole.Divide(10));
  std::reverse(begin, out);
  return out;
}

char* WriteFixed(const Digits& digits, char* out) {
  if (digits.exponent < 0) {
    *out++ = '0';
    *out++ = '.';
    out = std::fill_n(out, -digits.exponent - 1, '0');
    return std::copy(digits.text, digits.text + digits.count, out);
  }
  const int whole = digits.exponent + 1;
  out = std::copy(digits.text, digits.text + std::min(whole, digits.count), out);
  if (digits.count <= whole) return std::fill_n(out, whole - digits.count, '0');
  *out++ = '.';
  return std::copy(digits.text + whole, digits.text + digits.count, out);
}

char* Write(bool negative, const Binary& number, std::chars_format notation, char* out) {
  if (negative) *out++ = '-';
  if (notation == std::chars_format::fixed && number.exponent > 0) return WriteWhole(number, out);
  const Digits digits = ShortestDigits(number);
  return notation == std::chars_format::fixed ? WriteFixed(digits, out) : WriteScientific(digits, out);
}

}  // namespace

char* WriteFloatChars(char* first, char*, double value, std::chars_format notation) {
  return Write(std::signbit(value), BinaryOf<double, uint64_t>(value), notation, first);
}

char* WriteFloatChars(char* first, char*, float value, std::chars_format notation) {
  return Write(std::signbit(value), BinaryOf<float, uint32_t>(value), notation, first);
}

std::from_chars_result ReadFloatChars(const char* first, const char* last, double* value) {
  const std::string text(first, last);  // which ends with a zero
  char* end = nullptr;
  *value = std::strtod(text.c_str(), &end);
  if (end == text.c_str()) return {first, std::errc::invalid_argument};
  return {first + (end - text.c_str()), std::isinf(*value) ? std::errc::result_out_of_range : std::errc()};
}

}  // namespace scoreway
