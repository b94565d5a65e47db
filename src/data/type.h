// Type: what a cell can hold.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace scoreway {

// kList is a list of texts or numbers. Its cells are held as the text of a JSON array; in JSON they are arrays.
enum class Type : uint8_t { kFloat32 = 0, kFloat64 = 1, kInt64 = 2, kBool = 3, kString = 4, kList = 5 };

// The last one, where types are read from bytes.
inline constexpr Type kLastType = Type::kList;

// Whether cells of the type are held as texts.
constexpr bool IsText(Type type) { return type == Type::kString || type == Type::kList; }

// "float32", "float64", "int64", "bool", "string", "list"; the names used on the wire, in the CLI and in saved models.
constexpr std::string_view TypeName(Type type) {
  switch (type) {
    case Type::kFloat32: return "float32";
    case Type::kFloat64: return "float64";
    case Type::kInt64: return "int64";
    case Type::kBool: return "bool";
    case Type::kString: return "string";
    case Type::kList: return "list";
  }
  return "unknown";
}

constexpr std::optional<Type> TypeFromName(std::string_view name) {
  for (Type type : {Type::kFloat32, Type::kFloat64, Type::kInt64, Type::kBool, Type::kString, Type::kList}) {
    if (TypeName(type) == name) return type;
  }
  return std::nullopt;
}

}  // namespace scoreway
