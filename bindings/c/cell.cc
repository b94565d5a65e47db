#include "bindings/c/cell.h"

#include <charconv>
#include <cmath>
#include <string>

#include "base/number_text.h"
#include "base/utf8.h"
#include "data/codec/column_names.h"

namespace scoreway::c_api {
namespace {

// From here on a float64 rounds to infinity as a float32: the middle between the largest float32 and the next power.
constexpr double kFloat32Limit = 0x1.ffffffp127;
constexpr double kInt64Limit = 0x1p63;

std::string Shown(double value) {
  std::string text;
  AppendShortest(value, &text);
  return text;
}

Status Wrong(std::string value, const char* what) { return Status(Code::kInvalidArgument, std::move(value) + what); }

}  // namespace

Status AppendNumberCell(double value, Column* column) {
  switch (column->type()) {
    case Type::kFloat64: column->AppendFloat64(value); return {};
    case Type::kFloat32:
      if (std::isfinite(value) && std::abs(value) >= kFloat32Limit)
        return Wrong(Shown(value), " is too large for float32");
      column->AppendFloat32(static_cast<float>(value));
      return {};
    case Type::kInt64:
      if (std::isnan(value)) {
        column->AppendNull();
        return {};
      }
      if (value != std::trunc(value)) return Wrong(Shown(value), " is not a whole number");
      if (value < -kInt64Limit || value >= kInt64Limit) return Wrong(Shown(value), " is too large for int64");
      column->AppendInt64(static_cast<int64_t>(value));
      return {};
    case Type::kBool:
      if (std::isnan(value)) {
        column->AppendNull();
        return {};
      }
      if (value != 0 && value != 1) return Wrong(Shown(value), " is neither true nor false");
      column->AppendBool(value == 1);
      return {};
    case Type::kString:
    case Type::kList:
      if (!std::isnan(value)) break;
      column->AppendNull();
      return {};
  }
  return Wrong(Shown(value), " is a number with a fraction or of a float type, not a text");
}

Status AppendInt64Cell(int64_t value, Column* column) {
  switch (column->type()) {
    case Type::kInt64: column->AppendInt64(value); return {};
    case Type::kString: {
      char text[24];
      const auto end = std::to_chars(text, text + sizeof text, value).ptr;
      column->AppendString({text, static_cast<size_t>(end - text)});
      return {};
    }
    case Type::kList: return Wrong(Shown(static_cast<double>(value)), " is a number, not a list");
    default: return AppendNumberCell(static_cast<double>(value), column);
  }
}

Status AppendBoolCell(bool value, Column* column) {
  switch (column->type()) {
    case Type::kString: column->AppendString(value ? "True" : "False"); return {};
    case Type::kList: return Wrong(value ? "true" : "false", " is not a list");
    default: column->AppendNumber(value ? 1 : 0); return {};
  }
}

Status AppendTextCell(std::string_view text, Column* column) {
  if (!IsText(column->type())) {
    return Status(Code::kInvalidArgument, Quoted(text) + " is a text, not " + std::string(TypeName(column->type())));
  }
  if (!IsUtf8(text)) {
    return Status(Code::kInvalidArgument,
                  "the text is not UTF-8 (byte " + std::to_string(FindInvalidUtf8(text)) + " of the cell)");
  }
  column->AppendString(text);
  return {};
}

}  // namespace scoreway::c_api
