#include "data/avro/avro_reader.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <utility>
#include <vector>

#include "base/number_text.h"
#include "base/utf8.h"
#include "data/codec/json_writer.h"

namespace scoreway {
namespace {

constexpr int kVarintBitsMax = 63;
// Readers of JSON take whole numbers of 64 bits, and longer ones only with a point.
constexpr size_t kWholeDigitsMax = 18;

Status Wrong(std::string message) { return Status(Code::kInvalidArgument, std::move(message)); }
Status Short() { return Wrong("the value ends too early"); }

// A number of two's complement, the highest byte first, as decimal digits.
std::string DigitsOf(std::string_view bytes, bool* is_negative) {
  std::vector<uint8_t> number(bytes.begin(), bytes.end());
  *is_negative = !number.empty() && number[0] >= 0x80;
  if (*is_negative) {
    for (uint8_t& byte : number) byte = static_cast<uint8_t>(~byte);
    for (size_t i = number.size(); i-- > 0 && ++number[i] == 0;) {
    }
  }
  std::string digits;
  while (std::ranges::any_of(number, [](uint8_t byte) { return byte != 0; })) {
    unsigned rest = 0;
    for (uint8_t& byte : number) {
      const unsigned value = rest * 256 + byte;
      byte = static_cast<uint8_t>(value / 10);
      rest = value % 10;
    }
    digits.push_back(static_cast<char>('0' + rest));
  }
  std::ranges::reverse(digits);
  return digits.empty() ? "0" : digits;
}

class Reader {
 public:
  Reader(const AvroSchema& schema, std::string_view bytes, std::string* json)
      : nodes_(schema.nodes()), left_(bytes), json_(*json), begin_(json->size()) {}

  Status ReadAll() {
    SCOREWAY_RETURN_IF_ERROR(Read(nodes_[0], 0));
    return left_.empty() ? Status() : Wrong(std::to_string(left_.size()) + " bytes stand behind the value");
  }

 private:
  Status Read(const AvroNode& node, int depth) {
    if (depth > kAvroDepthMax) return Wrong("it is nested too deep");
    // A schema of few bytes can make very much of none.
    if (++parts_ > kAvroPartsMax) return Wrong("it has more than 1000000 values");
    if (json_.size() - begin_ > kAvroJsonBytesMax) return Wrong("it has more than 16 MiB as JSON");
    switch (node.kind) {
      case AvroKind::kNull: json_ += "null"; return {};
      case AvroKind::kBoolean: return ReadBoolean();
      case AvroKind::kInt: return ReadWhole(INT32_MIN, INT32_MAX);
      case AvroKind::kLong: return ReadWhole(INT64_MIN, INT64_MAX);
      case AvroKind::kFloat: return ReadReal<float>();
      case AvroKind::kDouble: return ReadReal<double>();
      case AvroKind::kBytes:
      case AvroKind::kFixed: return ReadBytes(node);
      case AvroKind::kString: return ReadString();
      case AvroKind::kRecord: return ReadRecord(node, depth);
      case AvroKind::kEnum: return ReadEnum(node);
      case AvroKind::kArray:
      case AvroKind::kMap: return ReadItems(node, depth);
      case AvroKind::kUnion: return ReadUnion(node, depth);
    }
    return Wrong("no kind of Avro");
  }

  Status TakeBytes(uint64_t size, std::string_view* bytes) {
    if (size > left_.size()) return Short();
    *bytes = left_.substr(0, size);
    left_.remove_prefix(size);
    return {};
  }

  Status TakeLong(int64_t* value) {
    uint64_t bits = 0;
    for (int shift = 0; shift <= kVarintBitsMax; shift += 7) {
      if (left_.empty()) return Short();
      const auto byte = static_cast<uint8_t>(left_[0]);
      left_.remove_prefix(1);
      if (shift == kVarintBitsMax && byte > 1) break;
      bits |= static_cast<uint64_t>(byte & 0x7f) << shift;
      if (byte >= 0x80) continue;
      *value = static_cast<int64_t>(bits >> 1) ^ -static_cast<int64_t>(bits & 1);
      return {};
    }
    return Wrong("a number has more than 64 bits");
  }

  // Lengths of texts and bytes.
  Status TakeSized(std::string_view* bytes) {
    int64_t size = 0;
    SCOREWAY_RETURN_IF_ERROR(TakeLong(&size));
    return size < 0 ? Wrong("a length is below 0") : TakeBytes(static_cast<uint64_t>(size), bytes);
  }

  Status TakeIndex(size_t count, const char* what, size_t* index) {
    int64_t value = 0;
    SCOREWAY_RETURN_IF_ERROR(TakeLong(&value));
    if (value < 0 || static_cast<uint64_t>(value) >= count) {
      return Wrong("there is no " + std::string(what) + " " + std::to_string(value));
    }
    *index = static_cast<size_t>(value);
    return {};
  }

  Status ReadBoolean() {
    std::string_view byte;
    SCOREWAY_RETURN_IF_ERROR(TakeBytes(1, &byte));
    if (static_cast<uint8_t>(byte[0]) > 1) return Wrong("a boolean is neither 0 nor 1");
    json_ += byte[0] == 1 ? "true" : "false";
    return {};
  }

  Status ReadWhole(int64_t least, int64_t most) {
    int64_t value = 0;
    SCOREWAY_RETURN_IF_ERROR(TakeLong(&value));
    if (value < least || value > most) return Wrong("an int has more than 32 bits");
    AppendInt64(value, &json_);
    return {};
  }

  template <typename T>
  Status ReadReal() {
    std::string_view bytes;
    SCOREWAY_RETURN_IF_ERROR(TakeBytes(sizeof(T), &bytes));
    T value;
    std::memcpy(&value, bytes.data(), sizeof value);
    if (std::isnan(value)) {
      json_ += "null";
    } else if (std::isinf(value)) {
      json_ += value > 0 ? "\"Infinity\"" : "\"-Infinity\"";
    } else if constexpr (sizeof(T) == sizeof(float)) {
      AppendFloat(value, &json_);
    } else {
      AppendDouble(value, &json_);
    }
    return {};
  }

  Status ReadBytes(const AvroNode& node) {
    std::string_view bytes;
    SCOREWAY_RETURN_IF_ERROR(node.kind == AvroKind::kFixed ? TakeBytes(node.size, &bytes) : TakeSized(&bytes));
    if (node.scale >= 0) return AppendDecimal(bytes, static_cast<size_t>(node.scale));
    std::string text;
    for (const char byte : bytes) AppendUtf8(static_cast<uint8_t>(byte), &text);
    AppendJsonString(text, &json_);
    return {};
  }

  Status AppendDecimal(std::string_view bytes, size_t scale) {
    if (bytes.size() > kAvroDecimalBytesMax) return Wrong("a decimal has more than 64 bytes");
    bool is_negative = false;
    std::string digits = DigitsOf(bytes, &is_negative);
    if (digits.size() <= scale) digits.insert(0, scale + 1 - digits.size(), '0');
    if (scale > 0) digits.insert(digits.size() - scale, 1, '.');
    if (scale == 0 && digits.size() > kWholeDigitsMax) digits += ".0";
    if (is_negative) json_.push_back('-');
    json_ += digits;
    return {};
  }

  Status ReadString() {
    std::string_view text;
    SCOREWAY_RETURN_IF_ERROR(TakeSized(&text));
    if (!IsUtf8(text)) return Wrong("a string is not UTF-8");
    AppendJsonString(text, &json_);
    return {};
  }

  Status ReadRecord(const AvroNode& node, int depth) {
    json_.push_back('{');
    for (size_t i = 0; i < node.items.size(); ++i) {
      if (i > 0) json_.push_back(',');
      AppendJsonString(node.names[i], &json_);
      json_.push_back(':');
      Status status = Read(nodes_[node.items[i]], depth + 1);
      if (!status.ok()) return AtPlace("field '" + node.names[i] + "'", std::move(status).error());
    }
    json_.push_back('}');
    return {};
  }

  Status ReadEnum(const AvroNode& node) {
    size_t index = 0;
    SCOREWAY_RETURN_IF_ERROR(TakeIndex(node.names.size(), "symbol", &index));
    AppendJsonString(node.names[index], &json_);
    return {};
  }

  Status ReadUnion(const AvroNode& node, int depth) {
    size_t index = 0;
    SCOREWAY_RETURN_IF_ERROR(TakeIndex(node.items.size(), "branch", &index));
    return Read(nodes_[node.items[index]], depth + 1);
  }

  // Blocks of items, each with how many it has; below 0, its size in bytes follows.
  Status ReadItems(const AvroNode& node, int depth) {
    const bool is_map = node.kind == AvroKind::kMap;
    json_.push_back(is_map ? '{' : '[');
    for (bool is_first = true;;) {
      int64_t count = 0, size = 0;
      SCOREWAY_RETURN_IF_ERROR(TakeLong(&count));
      if (count == 0) break;
      if (count < 0) {
        SCOREWAY_RETURN_IF_ERROR(TakeLong(&size));
        count = count == INT64_MIN ? INT64_MAX : -count;
      }
      for (; count > 0; --count) {
        if (!is_first) json_.push_back(',');
        is_first = false;
        if (is_map) {
          SCOREWAY_RETURN_IF_ERROR(ReadString());
          json_.push_back(':');
        }
        SCOREWAY_RETURN_IF_ERROR(Read(nodes_[node.items[0]], depth + 1));
      }
    }
    json_.push_back(is_map ? '}' : ']');
    return {};
  }

  const std::vector<AvroNode>& nodes_;
  std::string_view left_;
  std::string& json_;
  const size_t begin_;
  size_t parts_ = 0;
};

}  // namespace

Status AppendAvroAsJson(const AvroSchema& schema, std::string_view bytes, std::string* json) {
  return Reader(schema, bytes, json).ReadAll();
}

}  // namespace scoreway
