#include "data/codec/json_cell.h"

#include <cmath>
#include <limits>

#include "base/number_text.h"

namespace scoreway {
namespace {

using json::json_type;

// From here on a float64 rounds to infinity as a float32: the middle between the largest float32 and the next power.
constexpr double kFloat32Limit = 0x1.ffffffp127;

std::string_view ExpectedName(Type type) {
  switch (type) {
    case Type::kInt64: return "a whole number";
    case Type::kBool: return "true or false";
    case Type::kString: return "a string";
    case Type::kList: return "an array of texts or numbers";
    default: return "a number";
  }
}

Status Unsuited(json::value value, Type type) { return WrongJsonType(ExpectedName(type), value); }

std::string_view TrimmedToken(json::value value) {
  std::string_view token = value.raw_json_token();
  while (!token.empty() &&
         (token.back() == ' ' || token.back() == '\n' || token.back() == '\r' || token.back() == '\t')) {
    token.remove_suffix(1);
  }
  return token;
}

Status TooLarge(json::value value, Type type) {
  return Status(Code::kInvalidArgument, DescribeJson(value) + " is too large for " + std::string(TypeName(type)));
}

// Why a number could not be read as a float64.
Status BadNumber(json::value value, Type type) {
  double number = 0;
  if (ParseDouble(TrimmedToken(value), &number) == NumberParse::kOutOfRange) return TooLarge(value, type);
  return Status(Code::kInvalidArgument, DescribeJson(value) + " is not written as JSON has it");
}

Status AppendNumberCell(json::value value, Column* column) {
  double number = 0;
  switch (column->type()) {
    case Type::kFloat32: {
      if (value.get_double().get(number)) return BadNumber(value, column->type());
      if (std::abs(number) >= kFloat32Limit) return TooLarge(value, column->type());
      column->AppendFloat32(static_cast<float>(number));
      return {};
    }
    case Type::kFloat64:
      if (value.get_double().get(number)) return BadNumber(value, column->type());
      column->AppendFloat64(number);
      return {};
    case Type::kInt64: {
      int64_t whole = 0;
      if (value.get_int64().get(whole) == simdjson::SUCCESS) {
        column->AppendInt64(whole);
        return {};
      }
      if (value.get_double().get(number)) return BadNumber(value, column->type());
      if (number != std::trunc(number)) return Unsuited(value, column->type());
      if (std::abs(number) >= 9223372036854775808.0) {
        return TooLarge(value, column->type());
      }
      column->AppendInt64(static_cast<int64_t>(number));
      return {};
    }
    case Type::kBool: {
      if (value.get_double().get(number)) return BadNumber(value, column->type());
      if (number != 0 && number != 1) return Unsuited(value, column->type());
      column->AppendBool(number == 1);
      return {};
    }
    case Type::kString: {
      SCOREWAY_ASSIGN_OR_RETURN(const std::string_view text, JsonNumberText(value));
      column->AppendString(text);
      return {};
    }
    case Type::kList: return Unsuited(value, column->type());
  }
  return {};
}

// The array as it is written, after a look at its items.
Status AppendArrayCell(json::value value, Column* column) {
  json::array array;
  if (column->type() != Type::kList || value.get_array().get(array)) return Unsuited(value, column->type());
  for (auto element : array) {
    json::value item;
    json_type type;
    if (const JsonFault fault = element.get(item)) return JsonFaultError(fault);
    if (const JsonFault fault = item.type().get(type)) return JsonFaultError(fault);
    if (type != json_type::string && type != json_type::number) {
      return Status(Code::kInvalidArgument, "an item of the array is neither a text nor a number");
    }
    if (const JsonFault fault = CheckJson(item)) return JsonFaultError(fault);
  }
  if (const JsonFault fault = array.reset().error()) return JsonFaultError(fault);
  std::string_view text;
  if (const JsonFault fault = array.raw_json().get(text)) return JsonFaultError(fault);
  column->AppendString(text);
  return {};
}

Status AppendStringCell(json::value value, Column* column) {
  std::string_view text;
  if (const JsonFault fault = value.get_string().get(text)) return JsonFaultError(fault);
  if (IsText(column->type())) {  // a list may come as its text
    column->AppendString(text);
    return {};
  }
  const bool is_float = column->type() == Type::kFloat32 || column->type() == Type::kFloat64;
  if (text == "NaN" && is_float) {
    column->AppendNumber(std::numeric_limits<double>::quiet_NaN());
  } else if (text == "NaN" && column->type() == Type::kInt64) {
    column->AppendNull();
  } else if (text == "Infinity" && is_float) {
    column->AppendNumber(std::numeric_limits<double>::infinity());
  } else if (text == "-Infinity" && is_float) {
    column->AppendNumber(-std::numeric_limits<double>::infinity());
  } else {
    return Unsuited(value, column->type());
  }
  return {};
}

}  // namespace

Result<std::string_view> JsonNumberText(json::value value) {
  const std::string_view token = TrimmedToken(value);
  double number = 0;
  if (value.get_double().get(number)) return ToError(BadNumber(value, Type::kFloat64));
  return token;
}

Status AppendJsonCell(json::value value, Column* column) {
  json_type type;
  if (value.type().get(type)) return Unsuited(value, column->type());
  switch (type) {
    case json_type::number: return AppendNumberCell(value, column);
    case json_type::string: return AppendStringCell(value, column);
    case json_type::boolean: {
      bool flag = false;
      if (value.get_bool().get(flag)) return Unsuited(value, column->type());
      if (column->type() == Type::kList) return Unsuited(value, column->type());
      if (column->type() == Type::kString) {
        column->AppendString(flag ? "True" : "False");
      } else {
        column->AppendNumber(flag ? 1 : 0);
      }
      return {};
    }
    case json_type::null: {
      bool null = false;
      if (value.is_null().get(null) || !null) return Unsuited(value, column->type());
      column->AppendNull();
      return {};
    }
    case json_type::array: return AppendArrayCell(value, column);
    default: return Unsuited(value, column->type());
  }
}

}  // namespace scoreway
