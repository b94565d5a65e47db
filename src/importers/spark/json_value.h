// JsonValue: a small JSON text as a tree, for the metadata of stages.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace scoreway::spark {

class JsonValue {
 public:
  using Array = std::vector<JsonValue>;
  using Object = std::map<std::string, JsonValue, std::less<>>;

  // CORRUPT for a text that is no JSON, or nested deeper than 64.
  static Result<JsonValue> Parse(std::string_view text);

  enum class Kind : uint8_t { kNull, kBool, kNumber, kText, kArray, kObject };

  bool is_null() const { return kind_ == Kind::kNull; }
  // Null where it is something else.
  const bool* boolean() const { return kind_ == Kind::kBool ? &boolean_ : nullptr; }
  const std::string* text() const { return kind_ == Kind::kText ? &text_ : nullptr; }
  const Array* array() const { return kind_ == Kind::kArray ? &array_ : nullptr; }
  const Object* object() const { return kind_ == Kind::kObject ? &object_ : nullptr; }
  // Also of the texts "Inf", "-Inf" and "NaN", as Spark writes them.
  bool AsNumber(double* number) const;
  // The member of an object; null if there is none.
  const JsonValue* Find(std::string_view key) const;

 private:
  friend class JsonConverter;

  Kind kind_ = Kind::kNull;
  bool boolean_ = false;
  double number_ = 0;
  std::string text_;
  Array array_;
  Object object_;
};

}  // namespace scoreway::spark
