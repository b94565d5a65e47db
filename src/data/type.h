// Type: what a cell can hold.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace scoreway {

enum class Type : uint8_t { kFloat32 = 0, kFloat64 = 1, kInt64 = 2, kBool = 3, kString = 4 };

// "float32", "float64", "int64", "bool", "string"; the names used on the wire, in the CLI and in saved models.
constexpr std::string_view TypeName(Type type) {
  switch (type) {
    case Type::kFloat32: return "float32";
    case Type::kFloat64: return "float64";
    case Type::kInt64: return "int64";
    case Type::kBool: return "bool";
    case Type::kString: return "string";
  }
  return "unknown";
}

constexpr std::optional<Type> TypeFromName(std::string_view name) {
  for (Type type : {Type::kFloat32, Type::kFloat64, Type::kInt64, Type::kBool, Type::kString}) {
    if (TypeName(type) == name) return type;
  }
  return std::nullopt;
}

}  // namespace scoreway
