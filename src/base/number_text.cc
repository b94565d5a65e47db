#include "base/number_text.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <limits>

#include "base/float_chars.h"

namespace scoreway {
namespace {

constexpr bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// Powers of ten that a float64 holds exactly.
constexpr double kPowersOfTen[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                   1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
constexpr int kExactPower = 22;

// The shape of a decimal number, found in one pass.
struct Decimal {
  bool valid = false;
  bool negative = false;
  uint64_t digits = 0;     // the leading 19 significant digits
  int digit_count = 0;     // significant digits, all of them
  int64_t point = 0;       // digits after the decimal point
  int64_t exponent = 0;    // as written, clamped
  size_t unsigned_at = 0;  // where the number begins after its sign
};

Decimal ScanDecimal(std::string_view text) {
  Decimal decimal;
  const char* p = text.data();
  const char* const end = p + text.size();
  if (p != end && (*p == '-' || *p == '+')) decimal.negative = *p++ == '-';
  decimal.unsigned_at = static_cast<size_t>(p - text.data());
  bool any = false;
  const auto take_digits = [&] {
    const char* const begin = p;
    for (; p != end && IsDigit(*p); ++p) {
      if (decimal.digit_count > 0 || *p != '0') {
        if (decimal.digit_count < 19) decimal.digits = decimal.digits * 10 + static_cast<uint64_t>(*p - '0');
        ++decimal.digit_count;
      }
    }
    any |= p != begin;
    return p - begin;
  };
  take_digits();
  if (p != end && *p == '.') {
    ++p;
    decimal.point = take_digits();
  }
  if (!any) return decimal;
  if (p != end && (*p == 'e' || *p == 'E')) {
    ++p;
    bool negative = false;
    if (p != end && (*p == '-' || *p == '+')) negative = *p++ == '-';
    if (p == end) return decimal;
    for (; p != end && IsDigit(*p); ++p) {
      if (decimal.exponent < 1'000'000'000) decimal.exponent = decimal.exponent * 10 + (*p - '0');
    }
    if (!IsDigit(p[-1])) return decimal;
    if (negative) decimal.exponent = -decimal.exponent;
  }
  decimal.valid = p == end;
  return decimal;
}

bool EqualsIgnoringCase(std::string_view text, std::string_view lower) {
  return text.size() == lower.size() && std::equal(text.begin(), text.end(), lower.begin(), [](char a, char b) {
           return (a >= 'A' && a <= 'Z' ? static_cast<char>(a + ('a' - 'A')) : a) == b;
         });
}

NumberParse ParseSpecial(std::string_view text, double* value) {
  const bool negative = !text.empty() && text[0] == '-';
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) text.remove_prefix(1);
  if (EqualsIgnoringCase(text, "inf") || EqualsIgnoringCase(text, "infinity")) {
    *value = negative ? -std::numeric_limits<double>::infinity() : std::numeric_limits<double>::infinity();
    return NumberParse::kOk;
  }
  if (EqualsIgnoringCase(text, "nan")) {
    *value = std::numeric_limits<double>::quiet_NaN();
    return NumberParse::kOk;
  }
  return NumberParse::kNotANumber;
}

// Writes a number that has at most four decimals and so few digits that they are the only ones of that length; false
// for any other. Most numbers of tables are such, and need no search for the shortest digits.
template <typename T>
bool AppendFewDecimals(T value, std::string* out) {
  constexpr T kScale = 10000;  // exact, so that the division below rounds once, as reading the text would
  constexpr T kLimit = sizeof(T) == sizeof(double) ? T(1e15) : T(1e6);
  const T magnitude = std::abs(value);
  if (!(magnitude * kScale < kLimit)) return false;
  const auto scaled = static_cast<uint64_t>(magnitude * kScale + T(0.5));
  if (static_cast<T>(scaled) / kScale != magnitude) return false;
  if (std::signbit(value)) out->push_back('-');
  char text[24];
  char* end = std::to_chars(text, text + sizeof(text), scaled / 10000).ptr;
  *end++ = '.';
  auto decimals = static_cast<unsigned>(scaled % 10000);
  for (unsigned unit = 1000; unit > 0; unit /= 10) {
    *end++ = static_cast<char>('0' + decimals / unit);
    decimals %= unit;
    if (decimals == 0) break;
  }
  out->append(text, static_cast<size_t>(end - text));
  return true;
}

template <typename T>
void AppendShortestDigits(T value, std::string* out) {
  if (AppendFewDecimals(value, out)) return;
  if (std::isnan(value)) {
    out->append("nan");
    return;
  }
  if (std::isinf(value)) {
    out->append(value < 0 ? "-inf" : "inf");
    return;
  }
  // "d.ddde+XX": shortest digits and the exponent; laid out below where Python writes no exponent.
  char text[40];
  const char* const end = WriteFloatChars(text, text + sizeof(text), value, std::chars_format::scientific);
  const char* p = text;
  if (*p == '-') out->push_back(*p++);
  const char* const e = end[-4] == 'e' ? end - 4 : end - 5;  // exponents have two digits, or three
  int exponent = 0;
  for (const char* q = e + 2; q != end; ++q) exponent = 10 * exponent + (*q - '0');
  if (e[1] == '-') exponent = -exponent;
  if (exponent < -4 || exponent >= 16) {
    out->append(p, end);
    return;
  }
  char digits[24] = {*p};
  const size_t behind_point = e - p > 2 ? static_cast<size_t>(e - p) - 2 : 0;
  std::memcpy(digits + 1, p + 2, behind_point);
  const std::string_view all(digits, 1 + behind_point);
  if (exponent < 0) {
    out->append("0.000", static_cast<size_t>(1 - exponent)).append(all);
    return;
  }
  const auto whole = static_cast<size_t>(exponent) + 1;
  if (all.size() <= whole) {
    out->append(all).append(whole - all.size(), '0').append(".0");
  } else {
    out->append(all.substr(0, whole)).append(1, '.').append(all.substr(whole));
  }
}

}  // namespace

NumberParse ParseDouble(std::string_view text, double* value) {
  const Decimal decimal = ScanDecimal(text);
  if (!decimal.valid) return ParseSpecial(text, value);
  const int64_t power = decimal.exponent - decimal.point;
  // Both factors are exact, so one operation rounds once (Clinger's fast path); most numbers of files end here.
  if (decimal.digit_count <= 19 && decimal.digits <= (uint64_t{1} << 53) && power >= -kExactPower &&
      power <= kExactPower) {
    double number = static_cast<double>(decimal.digits);
    number = power < 0 ? number / kPowersOfTen[-power] : number * kPowersOfTen[power];
    *value = decimal.negative ? -number : number;
    return NumberParse::kOk;
  }
  double number = 0;
  const char* const end = text.data() + text.size();
  const auto parsed = ReadFloatChars(text.data() + decimal.unsigned_at, end, &number);
  if (parsed.ec == std::errc::result_out_of_range || std::isinf(number)) {
    // Libraries differ in whether too small is out of range as well; the place of the first digit tells.
    if (decimal.digit_count + power > 0) return NumberParse::kOutOfRange;
    number = 0;
  } else if (parsed.ec != std::errc() || parsed.ptr != end) {
    return NumberParse::kNotANumber;
  }
  *value = decimal.negative ? -number : number;
  return NumberParse::kOk;
}

NumberParse ParseInt64(std::string_view text, int64_t* value) {
  if (!text.empty() && text[0] == '+') {
    text.remove_prefix(1);
    if (!text.empty() && text[0] == '-') return NumberParse::kNotANumber;
  }
  const char* const end = text.data() + text.size();
  int64_t number = 0;
  const auto parsed = std::from_chars(text.data(), end, number);
  if (parsed.ptr != end || text.empty() || parsed.ec == std::errc::invalid_argument) return NumberParse::kNotANumber;
  if (parsed.ec == std::errc::result_out_of_range) return NumberParse::kOutOfRange;
  *value = number;
  return NumberParse::kOk;
}

void AppendDouble(double value, std::string* out) { AppendShortestDigits(value, out); }
void AppendFloat(float value, std::string* out) { AppendShortestDigits(value, out); }

void AppendInt64(int64_t value, std::string* out) {
  char text[24];
  const char* const end = std::to_chars(text, text + sizeof(text), value).ptr;
  out->append(text, static_cast<size_t>(end - text));
}

void AppendShortest(double value, std::string* out) {
  constexpr double kExactMax = 9007199254740992.0;  // 2^53
  if (std::abs(value) <= kExactMax && value == std::trunc(value)) return AppendInt64(static_cast<int64_t>(value), out);
  AppendDouble(value, out);
}

}  // namespace scoreway
