#include "data/codec/json_writer.h"

#include <array>
#include <charconv>
#include <cmath>

#include "base/check.h"
#include "base/utf8.h"

namespace scoreway {
namespace {

constexpr char kHex[] = "0123456789abcdef";
constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

// True for the bytes that stand for themselves: printable ASCII but quote and backslash.
constexpr std::array<bool, 256> kIsPlain = [] {
  std::array<bool, 256> is_plain{};
  for (size_t byte = 0x20; byte < 0x80; ++byte) is_plain[byte] = byte != '"' && byte != '\\';
  return is_plain;
}();

void AppendEscape(unsigned char byte, std::string* out) {
  switch (byte) {
    case '"': out->append("\\\""); return;
    case '\\': out->append("\\\\"); return;
    case '\n': out->append("\\n"); return;
    case '\r': out->append("\\r"); return;
    case '\t': out->append("\\t"); return;
    default:
      out->append("\\u00");
      out->push_back(kHex[byte >> 4]);
      out->push_back(kHex[byte & 15]);
  }
}

}  // namespace

void AppendJsonString(std::string_view text, std::string* out) {
  out->push_back('"');
  size_t at = 0;
  while (at < text.size()) {
    size_t end = at;
    while (end < text.size() && kIsPlain[static_cast<unsigned char>(text[end])]) ++end;
    out->append(text.substr(at, end - at));
    if (end == text.size()) break;
    const auto byte = static_cast<unsigned char>(text[end]);
    at = end + 1;
    if (byte < 0x80) {
      AppendEscape(byte, out);
    } else if (const size_t length = Utf8Length(text.substr(end)); length > 0) {
      out->append(text.substr(end, length));
      at = end + length;
    } else {
      out->append(kReplacement);
    }
  }
  out->push_back('"');
}

void JsonWriter::Separate() {
  if (after_key_) {
    after_key_ = false;
    return;
  }
  const uint64_t bit = uint64_t{1} << depth_;
  if ((has_items_ & bit) != 0) out_->push_back(',');
  has_items_ |= bit;
}

void JsonWriter::Open(char bracket) {
  Separate();
  out_->push_back(bracket);
  ++depth_;
  SCOREWAY_CHECK(depth_ < 64);
  has_items_ &= ~(uint64_t{1} << depth_);
}

void JsonWriter::Close(char bracket) {
  SCOREWAY_CHECK(depth_ > 0 && !after_key_);
  --depth_;
  out_->push_back(bracket);
}

void JsonWriter::Key(std::string_view key) {
  SCOREWAY_CHECK(!after_key_);
  Separate();
  AppendJsonString(key, out_);
  out_->push_back(':');
  after_key_ = true;
}

void JsonWriter::String(std::string_view value) {
  Separate();
  AppendJsonString(value, out_);
}

template <typename T>
void JsonWriter::Number(T value) {
  Separate();
  char text[32];
  const auto end = std::to_chars(text, text + sizeof(text), value).ptr;
  out_->append(text, end);
}

void JsonWriter::Int(int64_t value) { Number(value); }
void JsonWriter::Uint(uint64_t value) { Number(value); }

void JsonWriter::Double(double value) {
  if (!std::isfinite(value)) return Null();
  Number(value);
}

void JsonWriter::Float(float value) {
  if (!std::isfinite(value)) return Null();
  Number(value);
}

void JsonWriter::Bool(bool value) {
  Separate();
  out_->append(value ? "true" : "false");
}

void JsonWriter::Null() {
  Separate();
  out_->append("null");
}

void JsonWriter::Raw(std::string_view json) {
  Separate();
  out_->append(json.empty() ? std::string_view("null") : json);
}

}  // namespace scoreway
