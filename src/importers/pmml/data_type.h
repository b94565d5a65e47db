// DataType and OpType of PMML, and what texts of a document mean in them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "data/type.h"

namespace scoreway::pmml {

// Dates and times are inside a Model what they are outside: text, as ISO 8601 has it.
enum class DataType : uint8_t { kString, kInteger, kFloat, kDouble, kBoolean, kDate, kTime, kDateTime };

enum class OpType : uint8_t { kContinuous, kCategorical, kOrdinal };

constexpr bool IsNumber(DataType type) { return type <= DataType::kBoolean && type != DataType::kString; }
constexpr bool IsNumeric(DataType type) {
  return type == DataType::kInteger || type == DataType::kFloat || type == DataType::kDouble;
}
constexpr bool IsTemporal(DataType type) {
  return type == DataType::kDate || type == DataType::kTime || type == DataType::kDateTime;
}

// "integer" and so on; nothing for what is not known.
std::optional<DataType> DataTypeFromName(std::string_view name);
std::string_view DataTypeName(DataType type);
std::optional<OpType> OpTypeFromName(std::string_view name);
// What a type is unless somebody says otherwise: text and booleans are categorical, dates ordinal, numbers continuous.
OpType DefaultOpType(DataType type);

// The type of the column that carries such a value through a door.
Type ColumnType(DataType type);

// Whether a cell of this type is text inside a Model.
constexpr bool IsText(DataType type) { return !IsNumber(type); }

// The number that a text stands for in a type other than string: of floats the float32, of booleans 1 or 0, of dates
// days since 1970-01-01, of times seconds since midnight, of moments seconds since 1970-01-01. Nothing if it does not
// stand for one.
std::optional<double> ParseNumber(DataType type, std::string_view text);

// Whether the text, of an element or attribute, is a number of the document itself.
std::optional<double> ParseDouble(std::string_view text);

}  // namespace scoreway::pmml
