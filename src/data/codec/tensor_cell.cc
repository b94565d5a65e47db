#include "data/codec/tensor_cell.h"

#include <cmath>
#include <string>

#include "data/codec/json_cell.h"

namespace scoreway {
namespace {

using json::json_type;
using Kind = TensorDatatype::Kind;

Error Unfit(json::value value, const TensorDatatype& datatype) {
  return Error{Code::kInvalidArgument, DescribeJson(value) + " is no " + std::string(datatype.name), {}};
}

bool IsInRange(json::value value, double number, const TensorDatatype& datatype) {
  if (number != std::trunc(number) || number < datatype.min || number > datatype.end) return false;
  if (number < datatype.end) return true;
  // The largest values of 64 bits round up to the end; their digits tell.
  uint64_t whole = 0;
  int64_t signed_whole = 0;
  if (datatype.end == 0x1p64) return value.get_uint64().get(whole) == simdjson::SUCCESS;
  return datatype.end == 0x1p63 && value.get_int64().get(signed_whole) == simdjson::SUCCESS;
}

}  // namespace

Status AppendTensorCell(json::value value, const TensorDatatype& datatype, Column* column) {
  json_type type;
  if (value.type().get(type)) return Unfit(value, datatype);
  double number = 0;
  switch (type) {
    case json_type::number:
      if (datatype.kind == Kind::kBytes) return Unfit(value, datatype);
      if (datatype.kind == Kind::kFloat || value.get_double().get(number)) break;  // what is no number is told below
      if (datatype.kind == Kind::kBool && number != 0 && number != 1) return Unfit(value, datatype);
      if (datatype.kind == Kind::kInteger && !IsInRange(value, number, datatype)) return Unfit(value, datatype);
      if (datatype.kind == Kind::kFloat32) {
        const auto narrow = static_cast<float>(number);
        if (std::isinf(narrow)) return Unfit(value, datatype);
        // The client's value is a float32; its digits, shortest for a float32, mean nothing beyond.
        if (column->type() == Type::kFloat64) {
          column->AppendFloat64(static_cast<double>(narrow));
          return {};
        }
      }
      break;
    case json_type::string:
      // "NaN" and the infinities pass for floats.
      if (datatype.kind == Kind::kBool || datatype.kind == Kind::kInteger) return Unfit(value, datatype);
      if (datatype.kind != Kind::kBytes && IsText(column->type())) return Unfit(value, datatype);
      break;
    case json_type::boolean:
      if (datatype.kind != Kind::kBool) return Unfit(value, datatype);
      break;
    case json_type::null: break;
    default: return Unfit(value, datatype);
  }
  return AppendJsonCell(value, column);
}

}  // namespace scoreway
