#include "importers/boosters/json_cursor.h"

#include <charconv>
#include <cstring>
#include <limits>
#include <type_traits>

#include "base/utf8.h"

namespace scoreway::boosters {
namespace {

bool StartsWith(const char* at, const char* end, std::string_view word) {
  return static_cast<size_t>(end - at) >= word.size() && std::memcmp(at, word.data(), word.size()) == 0;
}

struct Word {
  std::string_view text;
  double value;
};
constexpr Word kWords[] = {
    {"true", 1},
    {"false", 0},
    {"NaN", std::numeric_limits<double>::quiet_NaN()},
    {"Infinity", std::numeric_limits<double>::infinity()},
    {"-Infinity", -std::numeric_limits<double>::infinity()},
};

// The four hexadecimal digits at `at`; beyond 0xFFFF if they are none.
uint32_t HexCode(const char* at, const char* end) {
  uint32_t code = 0;
  if (end - at < 4) return UINT32_MAX;
  const auto parsed = std::from_chars(at, at + 4, code, 16);
  return parsed.ec == std::errc() && parsed.ptr == at + 4 ? code : UINT32_MAX;
}

}  // namespace

Status JsonCursor::Wrong(std::string what) const {
  return Status(Code::kCorrupt, std::move(what), "offset " + std::to_string(at_ - begin_));
}

Status JsonCursor::Open(char bracket) {
  if (!Take(bracket)) return Wrong(bracket == '{' ? "an object was expected" : "an array was expected");
  if (++depth_ > kDepthMax) {
    return Status(Code::kResourceExhausted, "values nest deeper than " + std::to_string(kDepthMax));
  }
  return {};
}

Status JsonCursor::ReadText(std::string* text) {
  if (!Take('"')) return Wrong("a text was expected");
  text->clear();
  while (at_ != end_ && *at_ != '"') {
    if (*at_ == '\\') {
      SCOREWAY_RETURN_IF_ERROR(ReadEscape(text));
    } else {
      text->push_back(*at_++);
    }
  }
  if (at_ == end_) return Wrong("a text does not end");
  ++at_;
  return {};
}

Status JsonCursor::ReadEscape(std::string* text) {
  if (end_ - at_ < 2) return Wrong("a text does not end");
  const char letter = at_[1];
  at_ += 2;
  switch (letter) {
    case 'n': text->push_back('\n'); return {};
    case 't': text->push_back('\t'); return {};
    case 'r': text->push_back('\r'); return {};
    case 'b': text->push_back('\b'); return {};
    case 'f': text->push_back('\f'); return {};
    case '"':
    case '\\':
    case '/': text->push_back(letter); return {};
    case 'u': break;
    default: return Wrong("an escape that JSON does not have");
  }
  uint32_t code = HexCode(at_, end_);
  if (code > 0xFFFF) return Wrong("not four hexadecimal digits");
  at_ += 4;
  if (code >= 0xD800 && code < 0xDC00 && StartsWith(at_, end_, "\\u")) {
    const uint32_t low = HexCode(at_ + 2, end_);
    if (low >= 0xDC00 && low < 0xE000) {
      code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
      at_ += 6;
    }
  }
  if (code >= 0xD800 && code < 0xE000) return Wrong("half a surrogate pair");
  AppendUtf8(code, text);
  return {};
}

template <typename Number>
Status JsonCursor::ReadNumber(Number* number) {
  Peek();
  if constexpr (std::is_integral_v<Number>) {
    const auto parsed = std::from_chars(at_, end_, *number);
    const bool whole = parsed.ptr == end_ || (*parsed.ptr != '.' && *parsed.ptr != 'e' && *parsed.ptr != 'E');
    if (parsed.ec == std::errc() && whole) {
      at_ = parsed.ptr;
      return {};
    }
  }
  using Real = std::conditional_t<std::is_same_v<Number, float>, float, double>;
  Real real = 0;
  const auto parsed = std::from_chars(at_, end_, real);
  if (parsed.ec == std::errc() || parsed.ec == std::errc::result_out_of_range) {
    // What is too small to represent is zero.
    if (parsed.ec == std::errc::result_out_of_range) {
      double wide = 0;
      const auto again = std::from_chars(at_, end_, wide);
      if (again.ec == std::errc() && wide > 1) return Wrong("a number is too large");
      if (again.ec != std::errc() || wide < -1) return Wrong("a number is too large or too small");
      real = static_cast<Real>(wide);
    }
    if constexpr (std::is_integral_v<Number>) {
      if (!(real >= static_cast<Real>(std::numeric_limits<Number>::lowest()) &&
            real <= static_cast<Real>(std::numeric_limits<Number>::max()) &&
            real == static_cast<Real>(static_cast<int64_t>(real)))) {
        return Wrong("a whole number was expected");
      }
    }
    at_ = parsed.ptr;
    *number = static_cast<Number>(real);
    return {};
  }
  for (const Word& word : kWords) {
    if (!StartsWith(at_, end_, word.text)) continue;
    if (std::is_integral_v<Number> && word.value != 0 && word.value != 1) break;
    at_ += word.text.size();
    *number = static_cast<Number>(word.value);
    return {};
  }
  return Wrong("a number was expected");
}

template Status JsonCursor::ReadNumber(float*);
template Status JsonCursor::ReadNumber(double*);
template Status JsonCursor::ReadNumber(int32_t*);
template Status JsonCursor::ReadNumber(int64_t*);
template Status JsonCursor::ReadNumber(uint32_t*);
template Status JsonCursor::ReadNumber(uint8_t*);

Status JsonCursor::SkipText() {
  ++at_;
  while (at_ != end_ && *at_ != '"') at_ += *at_ == '\\' && end_ - at_ > 1 ? 2 : 1;
  if (at_ == end_) return Wrong("a text does not end");
  ++at_;
  return {};
}

// Brackets are only counted, not matched: whoever skips a value does not ask what is in it.
Status JsonCursor::Skip() {
  int64_t open = 0;
  do {
    switch (Peek()) {
      case '\0': return Wrong("a value does not end");
      case '"': SCOREWAY_RETURN_IF_ERROR(SkipText()); break;
      case '{':
      case '[': ++open, ++at_; break;
      case '}':
      case ']':
        if (--open < 0) return Wrong("a value was expected");
        ++at_;
        break;
      case ',':
      case ':':
        if (open == 0) return Wrong("a value was expected");
        ++at_;
        break;
      default:
        while (at_ != end_ && std::strchr(",:]}[{\" \n\t\r", *at_) == nullptr) ++at_;
    }
  } while (open > 0);
  return {};
}

}  // namespace scoreway::boosters
