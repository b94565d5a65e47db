#include "importers/pmml/data_type.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>

#include "base/number_text.h"

namespace scoreway::pmml {
namespace {

struct TypeOfName {
  std::string_view name;
  DataType type;
};
constexpr std::array kTypes = {
    TypeOfName{"string", DataType::kString},   TypeOfName{"integer", DataType::kInteger},
    TypeOfName{"float", DataType::kFloat},     TypeOfName{"double", DataType::kDouble},
    TypeOfName{"boolean", DataType::kBoolean}, TypeOfName{"date", DataType::kDate},
    TypeOfName{"time", DataType::kTime},       TypeOfName{"dateTime", DataType::kDateTime},
};

std::string_view Trim(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r\n";
  const size_t first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

bool EqualIgnoringCase(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](char x, char y) { return (x | 0x20) == (y | 0x20); });
}

std::optional<double> ParseFlag(std::string_view text) {
  if (EqualIgnoringCase(text, "true")) return 1;
  if (EqualIgnoringCase(text, "false")) return 0;
  return std::nullopt;
}

// Digits at [at, at + count) as a number.
std::optional<int> Digits(std::string_view text, size_t at, size_t count) {
  if (text.size() < at + count) return std::nullopt;
  int value = 0;
  for (char c : text.substr(at, count)) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  return value;
}

std::optional<double> ParseDate(std::string_view text) {
  const auto year = Digits(text, 0, 4), month = Digits(text, 5, 2), day = Digits(text, 8, 2);
  if (text.size() != 10 || !year || !month || !day || text[4] != '-' || text[7] != '-') return std::nullopt;
  const std::chrono::year_month_day date(std::chrono::year(*year), std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day)));
  if (!date.ok()) return std::nullopt;
  return static_cast<double>(std::chrono::sys_days(date).time_since_epoch().count());
}

std::optional<double> ParseTime(std::string_view text) {
  const auto hour = Digits(text, 0, 2), minute = Digits(text, 3, 2), second = Digits(text, 6, 2);
  if (text.size() != 8 || !hour || !minute || !second || text[2] != ':' || text[5] != ':') return std::nullopt;
  if (*hour > 23 || *minute > 59 || *second > 59) return std::nullopt;
  return *hour * 3600 + *minute * 60 + *second;
}

std::optional<double> ParseDateTime(std::string_view text) {
  if (text.size() != 19 || (text[10] != 'T' && text[10] != ' ')) return std::nullopt;
  const auto date = ParseDate(text.substr(0, 10));
  const auto time = ParseTime(text.substr(11));
  if (!date || !time) return std::nullopt;
  return *date * 86400 + *time;
}

}  // namespace

std::optional<DataType> DataTypeFromName(std::string_view name) {
  for (const TypeOfName& entry : kTypes) {
    if (entry.name == name) return entry.type;
  }
  return std::nullopt;
}

std::string_view DataTypeName(DataType type) {
  for (const TypeOfName& entry : kTypes) {
    if (entry.type == type) return entry.name;
  }
  return "unknown";
}

std::optional<OpType> OpTypeFromName(std::string_view name) {
  if (name == "continuous") return OpType::kContinuous;
  if (name == "categorical") return OpType::kCategorical;
  if (name == "ordinal") return OpType::kOrdinal;
  return std::nullopt;
}

OpType DefaultOpType(DataType type) {
  if (IsTemporal(type)) return OpType::kOrdinal;
  return IsNumeric(type) ? OpType::kContinuous : OpType::kCategorical;
}

Type ColumnType(DataType type) {
  switch (type) {
    case DataType::kInteger: return Type::kInt64;
    case DataType::kFloat: return Type::kFloat32;
    case DataType::kDouble: return Type::kFloat64;
    case DataType::kBoolean: return Type::kBool;
    default: return Type::kString;
  }
}

std::optional<double> ParseDouble(std::string_view text) {
  double value = 0;
  if (scoreway::ParseDouble(Trim(text), &value) != NumberParse::kOk) return std::nullopt;
  return value == 0 ? 0 : value;  // there is no negative zero
}

std::optional<double> ParseNumber(DataType type, std::string_view text) {
  text = Trim(text);
  switch (type) {
    case DataType::kString: return std::nullopt;
    case DataType::kDate: return ParseDate(text);
    case DataType::kTime: return ParseTime(text);
    case DataType::kDateTime: return ParseDateTime(text);
    default: break;
  }
  std::optional<double> value = ParseDouble(text);
  if (!value) value = ParseFlag(text);
  if (!value) return std::nullopt;
  if (type == DataType::kFloat) return static_cast<double>(static_cast<float>(*value));
  if (type == DataType::kInteger && *value != std::trunc(*value)) return std::nullopt;
  if (type == DataType::kBoolean && *value != 0 && *value != 1) return std::nullopt;
  return value;
}

}  // namespace scoreway::pmml
