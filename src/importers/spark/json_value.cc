#include "importers/spark/json_value.h"

#include <simdjson.h>

#include <algorithm>
#include <limits>

namespace scoreway::spark {
namespace {

constexpr int kDepthMax = 64;
constexpr size_t kBytesMax = size_t{64} << 20;

// Python writes NaN and the infinities into its JSON as bare words; they become strings, as Spark has them.
std::string WithQuotedWords(std::string_view text) {
  std::string quoted;
  bool in_string = false;
  for (size_t at = 0; at < text.size();) {
    size_t size = 1;
    if (in_string) {
      if (text[at] == '\\') size = 2;
      in_string = text[at] != '"';
    } else if (text[at] == '"') {
      in_string = true;
    } else {
      for (const std::string_view word : {"NaN", "Infinity", "-Infinity"}) {
        if (!text.substr(at).starts_with(word)) continue;
        quoted.append("\"").append(word) += '"';
        at += word.size();
        size = 0;
        break;
      }
    }
    quoted += text.substr(at, size);
    at += size;
  }
  return quoted;
}

}  // namespace

class JsonConverter {
 public:
  static void Convert(simdjson::dom::element element, JsonValue* out) {
    using Kind = JsonValue::Kind;
    switch (element.type()) {
      case simdjson::dom::element_type::ARRAY:
        out->kind_ = Kind::kArray;
        for (const simdjson::dom::element item : simdjson::dom::array(element)) {
          Convert(item, &out->array_.emplace_back());
        }
        return;
      case simdjson::dom::element_type::OBJECT:
        out->kind_ = Kind::kObject;
        for (const auto member : simdjson::dom::object(element)) {
          Convert(member.value, &out->object_[std::string(member.key)]);
        }
        return;
      case simdjson::dom::element_type::INT64: return SetNumber(static_cast<double>(int64_t(element)), out);
      case simdjson::dom::element_type::UINT64: return SetNumber(static_cast<double>(uint64_t(element)), out);
      case simdjson::dom::element_type::DOUBLE: return SetNumber(double(element), out);
      case simdjson::dom::element_type::STRING:
        out->kind_ = Kind::kText;
        out->text_ = std::string_view(element);
        return;
      case simdjson::dom::element_type::BOOL:
        out->kind_ = Kind::kBool;
        out->boolean_ = bool(element);
        return;
      case simdjson::dom::element_type::NULL_VALUE: return;
    }
  }

 private:
  static void SetNumber(double number, JsonValue* out) {
    out->kind_ = JsonValue::Kind::kNumber;
    out->number_ = number;
  }
};

Result<JsonValue> JsonValue::Parse(std::string_view given) {
  if (given.size() > kBytesMax) return Error{Code::kResourceExhausted, "a JSON text of too many bytes", {}};
  const std::string text = WithQuotedWords(given);
  simdjson::dom::parser parser(kBytesMax);
  if (parser.allocate(std::min(text.size(), kBytesMax), kDepthMax) != simdjson::SUCCESS) {
    return Error{Code::kResourceExhausted, "no memory for a JSON text", {}};
  }
  simdjson::dom::element root;
  const simdjson::error_code fault = parser.parse(text.data(), text.size()).get(root);
  if (fault) return Error{Code::kCorrupt, std::string("is no JSON: ") + simdjson::error_message(fault), {}};
  JsonValue value;
  JsonConverter::Convert(root, &value);
  return value;
}

bool JsonValue::AsNumber(double* number) const {
  if (kind_ == Kind::kNumber) {
    *number = number_;
    return true;
  }
  const std::string* name = text();
  if (name == nullptr) return false;
  if (*name == "Inf" || *name == "Infinity") {
    *number = std::numeric_limits<double>::infinity();
  } else if (*name == "-Inf" || *name == "-Infinity") {
    *number = -std::numeric_limits<double>::infinity();
  } else if (*name == "NaN") {
    *number = std::numeric_limits<double>::quiet_NaN();
  } else {
    return false;
  }
  return true;
}

const JsonValue* JsonValue::Find(std::string_view key) const {
  const Object* members = object();
  if (members == nullptr) return nullptr;
  const auto found = members->find(key);
  return found == members->end() ? nullptr : &found->second;
}

}  // namespace scoreway::spark
