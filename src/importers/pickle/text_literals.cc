#include "importers/pickle/text_literals.h"

#include <algorithm>
#include <cstring>

#include "base/utf8.h"

namespace scoreway::pickle {
namespace {

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::optional<uint32_t> ReadHex(std::string_view text, size_t at, size_t digits) {
  if (text.size() - at < digits) return std::nullopt;
  uint32_t value = 0;
  for (size_t i = 0; i < digits; ++i) {
    int digit = HexDigit(text[at + i]);
    if (digit < 0) return std::nullopt;
    value = value * 16 + static_cast<uint32_t>(digit);
  }
  return value;
}

// The escape after a backslash at text[*at], in a byte string; moves *at past it.
bool AppendEscape(std::string_view text, size_t* at, std::string* out) {
  constexpr std::string_view kLetters = "\\'\"abfnrtv";
  constexpr std::string_view kMeanings = "\\'\"\a\b\f\n\r\t\v";
  char c = text[*at];
  if (size_t letter = kLetters.find(c); letter != std::string_view::npos) {
    out->push_back(kMeanings[letter]);
    *at += 1;
    return true;
  }
  if (c == '\n') {
    *at += 1;
    return true;
  }
  if (c == 'x') {
    std::optional<uint32_t> value = ReadHex(text, *at + 1, 2);
    if (!value) return false;
    out->push_back(static_cast<char>(*value));
    *at += 3;
    return true;
  }
  if (c >= '0' && c <= '7') {
    uint32_t value = 0;
    for (int digits = 0; digits < 3 && *at < text.size() && text[*at] >= '0' && text[*at] <= '7'; ++digits) {
      value = value * 8 + static_cast<uint32_t>(text[*at] - '0');
      *at += 1;
    }
    out->push_back(static_cast<char>(value));
    return true;
  }
  out->push_back('\\');  // Python keeps an escape it does not know
  return true;
}

}  // namespace

bool IsAscii(std::string_view text) {
  constexpr uint64_t kHighBits = 0x8080808080808080;
  uint64_t seen = 0;
  while (text.size() >= sizeof(seen)) {
    uint64_t eight;
    std::memcpy(&eight, text.data(), sizeof(eight));
    seen |= eight;
    text.remove_prefix(sizeof(eight));
  }
  for (char c : text) seen |= static_cast<unsigned char>(c);
  return (seen & kHighBits) == 0;
}

std::optional<std::string> Utf8ToLatin1(std::string_view utf8) {
  std::string out;
  out.reserve(utf8.size());
  for (size_t i = 0; i < utf8.size(); ++i) {
    auto lead = static_cast<unsigned char>(utf8[i]);
    if (lead < 0x80) {
      out.push_back(utf8[i]);
    } else if ((lead == 0xc2 || lead == 0xc3) && i + 1 < utf8.size()) {
      ++i;
      out.push_back(static_cast<char>(((lead & 3) << 6) | (static_cast<unsigned char>(utf8[i]) & 0x3f)));
    } else {
      return std::nullopt;
    }
  }
  return out;
}

std::string Latin1ToUtf8(std::string_view latin1) {
  std::string out;
  out.reserve(latin1.size());
  for (char c : latin1) AppendUtf8(static_cast<unsigned char>(c), &out);
  return out;
}

std::optional<std::string> UnquoteString(std::string_view literal) {
  if (literal.size() < 2 || literal.front() != literal.back()) return std::nullopt;
  if (literal.front() != '\'' && literal.front() != '"') return std::nullopt;
  std::string_view text = literal.substr(1, literal.size() - 2);
  std::string out;
  out.reserve(text.size());
  for (size_t at = 0; at < text.size();) {
    if (text[at] != '\\') {
      out.push_back(text[at++]);
    } else if (++at == text.size() || !AppendEscape(text, &at, &out)) {
      return std::nullopt;
    }
  }
  return out;
}

std::optional<std::string> DecodeRawUnicodeEscape(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  uint32_t high_surrogate = 0;  // waiting for its low half, as narrow builds of Python 2 wrote them
  for (size_t at = 0; at < text.size();) {
    uint32_t code = static_cast<unsigned char>(text[at]);
    size_t next = at + 1;
    if (code == '\\' && next < text.size() && (text[next] == 'u' || text[next] == 'U')) {
      size_t digits = text[next] == 'u' ? 4 : 8;
      std::optional<uint32_t> value = ReadHex(text, next + 1, digits);
      if (!value || *value > 0x10ffff) return std::nullopt;
      code = *value;
      next += 1 + digits;
    }
    at = next;
    bool is_low = code >= 0xdc00 && code < 0xe000;
    if (is_low != (high_surrogate != 0)) return std::nullopt;
    if (is_low) {
      AppendUtf8(0x10000 + ((high_surrogate - 0xd800) << 10) + (code - 0xdc00), &out);
      high_surrogate = 0;
    } else if (code >= 0xd800 && code < 0xdc00) {
      high_surrogate = code;
    } else {
      AppendUtf8(code, &out);
    }
  }
  if (high_surrogate != 0) return std::nullopt;
  return out;
}

bool IsDecimal(std::string_view text) {
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) text.remove_prefix(1);
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::optional<int64_t> LittleEndianToInt(std::string_view bytes) {
  bool negative = !bytes.empty() && (bytes.back() & 0x80) != 0;
  char fill = negative ? '\xff' : '\0';
  for (size_t i = 8; i < bytes.size(); ++i) {
    if (bytes[i] != fill) return std::nullopt;
  }
  uint64_t value = negative ? ~uint64_t{0} : 0;
  for (size_t i = std::min<size_t>(bytes.size(), 8); i > 0; --i) {
    value = (value << 8) | static_cast<unsigned char>(bytes[i - 1]);
  }
  if (bytes.size() > 8 && (static_cast<int64_t>(value) < 0) != negative) return std::nullopt;
  return static_cast<int64_t>(value);
}

std::string LittleEndianToHex(std::string_view bytes) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string magnitude(bytes);
  bool negative = !bytes.empty() && (bytes.back() & 0x80) != 0;
  unsigned carry = 1;
  for (size_t i = 0; negative && i < magnitude.size(); ++i) {
    unsigned byte = (static_cast<unsigned char>(~magnitude[i]) & 0xffu) + carry;
    magnitude[i] = static_cast<char>(byte);
    carry = byte >> 8;
  }
  std::string text = negative ? "-0x" : "0x";
  for (size_t i = magnitude.size(); i > 0; --i) {
    auto byte = static_cast<unsigned char>(magnitude[i - 1]);
    text.push_back(kDigits[byte >> 4]);
    text.push_back(kDigits[byte & 15]);
  }
  return text;
}

}  // namespace scoreway::pickle
