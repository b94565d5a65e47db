#include "score/kernels/python_float.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>

#include "base/float_chars.h"

namespace scoreway {

namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

bool EqualsIgnoringCase(std::string_view text, std::string_view lower) {
  return std::equal(text.begin(), text.end(), lower.begin(), lower.end(),
                    [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a - 'A' + 'a' : a) == b; });
}

std::optional<double> ReadNamed(std::string_view text) {
  if (EqualsIgnoringCase(text, "inf") || EqualsIgnoringCase(text, "infinity")) {
    return std::numeric_limits<double>::infinity();
  }
  if (EqualsIgnoringCase(text, "nan")) return std::numeric_limits<double>::quiet_NaN();
  return std::nullopt;
}

// Copies the text without its underscores; nothing if one is not between digits.
std::optional<std::string_view> WithoutUnderscores(std::string_view text, TextArena& texts) {
  char* const begin = texts.Allocate(text.size());
  char* at = begin;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '_') {
      *at++ = text[i];
    } else if (i == 0 || i + 1 == text.size() || !IsDigit(text[i - 1]) || !IsDigit(text[i + 1])) {
      return std::nullopt;
    }
  }
  return std::string_view(begin, static_cast<size_t>(at - begin));
}

// The decimal exponent of a number's first digit that is not 0, for telling overflow from underflow. The text is known
// to be a decimal number.
double LeadingExponent(std::string_view text) {
  const size_t mark = text.find_first_of("eE");
  const std::string_view digits = text.substr(0, mark);
  double exponent = 0;
  if (mark != std::string_view::npos) {
    const bool negative = text[mark + 1] == '-';
    for (char c : text.substr(mark + 1)) {
      if (IsDigit(c)) exponent = std::min(exponent * 10 + (c - '0'), 1e15);
    }
    if (negative) exponent = -exponent;
  }
  const size_t point = std::min(digits.find('.'), digits.size());
  const size_t first = digits.find_first_of("123456789");
  if (first == std::string_view::npos) return 0;
  return exponent + static_cast<double>(point) - static_cast<double>(first);
}

// digits [. digits] [e [sign] digits], with a digit before or after the point.
bool IsDecimal(std::string_view text) {
  size_t at = 0;
  const auto digits = [&] {
    const size_t begin = at;
    while (at < text.size() && IsDigit(text[at])) ++at;
    return at - begin;
  };
  size_t mantissa = digits();
  if (at < text.size() && text[at] == '.') {
    ++at;
    mantissa += digits();
  }
  if (mantissa == 0) return false;
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
    if (digits() == 0) return false;
  }
  return at == text.size();
}

}  // namespace

std::optional<double> ReadPythonFloat(std::string_view text, TextArena& texts) {
  if (text.find('_') != std::string_view::npos) {
    const auto plain = WithoutUnderscores(text, texts);
    if (!plain) return std::nullopt;
    text = *plain;
  }
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  std::optional<double> value = ReadNamed(text);
  if (!value) {
    if (!IsDecimal(text)) return std::nullopt;
    double number = 0;
    const auto end = ReadFloatChars(text.data(), text.data() + text.size(), &number);
    if (end.ec == std::errc::result_out_of_range) {
      number = LeadingExponent(text) > 0 ? std::numeric_limits<double>::infinity() : 0;
    }
    value = number;
  }
  return negative ? -*value : *value;
}

std::string_view WritePythonFloat(double value, char* buffer) {
  if (std::isnan(value)) return "nan";
  if (std::isinf(value)) return value > 0 ? "inf" : "-inf";
  const double size = std::fabs(value);
  const bool scientific = size != 0 && (size < 1e-4 || size >= 1e16);
  const auto format = scientific ? std::chars_format::scientific : std::chars_format::fixed;
  char* end = WriteFloatChars(buffer, buffer + kPythonFloatBytes, value, format);
  const std::string_view written(buffer, static_cast<size_t>(end - buffer));
  if (!scientific && written.find('.') == std::string_view::npos) {
    std::memcpy(end, ".0", 2);
    end += 2;
  }
  return {buffer, static_cast<size_t>(end - buffer)};
}

}  // namespace scoreway
