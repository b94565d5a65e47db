#include "data/codec/tensor_value.h"

#include <cmath>
#include <string>

#include "base/number_text.h"
#include "base/utf8.h"

namespace scoreway {
namespace {

// From here on a float64 rounds to infinity as a float32.
constexpr double kFloat32Limit = 0x1.ffffffp127;

Status Unfit(std::string_view value, Type type) {
  return Status(Code::kInvalidArgument,
                std::string(value) + " does not fit a column of " + std::string(TypeName(type)));
}

template <typename Append, typename T>
std::string NumberText(T value, const Append& append) {
  std::string text;
  append(value, &text);
  return text;
}

// A number whose text is made by append(value, &text), where it is wanted.
template <typename Append, typename T>
Status AppendFloating(T value, const Append& append, Column* column) {
  const auto number = static_cast<double>(value);
  const auto unfit = [&] { return Unfit(NumberText(value, append), column->type()); };
  switch (column->type()) {
    case Type::kFloat64: column->AppendFloat64(number); return {};
    case Type::kFloat32:
      if (std::isfinite(number) && std::abs(number) >= kFloat32Limit) return unfit();
      column->AppendFloat32(static_cast<float>(value));
      return {};
    case Type::kInt64:
      if (std::isnan(number)) {
        column->AppendNull();
        return {};
      }
      if (number != std::trunc(number) || std::abs(number) >= 0x1p63) return unfit();
      column->AppendInt64(static_cast<int64_t>(number));
      return {};
    case Type::kBool:
      if (number != 0 && number != 1) return unfit();
      column->AppendBool(number == 1);
      return {};
    case Type::kString:
      if (!std::isfinite(number)) return unfit();
      column->AppendString(NumberText(value, append));
      return {};
    case Type::kList: return unfit();
  }
  return unfit();
}

}  // namespace

Status AppendTensorInteger(int64_t value, Column* column) {
  switch (column->type()) {
    case Type::kFloat64: column->AppendFloat64(static_cast<double>(value)); return {};
    case Type::kFloat32: column->AppendFloat32(static_cast<float>(static_cast<double>(value))); return {};
    case Type::kInt64: column->AppendInt64(value); return {};
    case Type::kBool:
      if (value != 0 && value != 1) return Unfit(std::to_string(value), column->type());
      column->AppendBool(value == 1);
      return {};
    case Type::kString: column->AppendString(std::to_string(value)); return {};
    case Type::kList: return Unfit(std::to_string(value), column->type());
  }
  return Unfit(std::to_string(value), column->type());
}

Status AppendTensorUnsigned(uint64_t value, Column* column) {
  if (value <= static_cast<uint64_t>(INT64_MAX)) return AppendTensorInteger(static_cast<int64_t>(value), column);
  switch (column->type()) {
    case Type::kFloat64: column->AppendFloat64(static_cast<double>(value)); return {};
    case Type::kFloat32: column->AppendFloat32(static_cast<float>(static_cast<double>(value))); return {};
    case Type::kString: column->AppendString(std::to_string(value)); return {};
    default: return Unfit(std::to_string(value), column->type());
  }
}

Status AppendTensorFloat32(float value, Column* column) { return AppendFloating(value, AppendFloat, column); }

Status AppendTensorFloat64(double value, Column* column) { return AppendFloating(value, AppendDouble, column); }

Status AppendTensorBool(bool value, Column* column) {
  if (column->type() == Type::kList) return Unfit("a bool", column->type());
  if (column->type() == Type::kString) {
    column->AppendString(value ? "True" : "False");
  } else {
    column->AppendNumber(value ? 1 : 0);
  }
  return {};
}

Status AppendTensorText(std::string_view value, Column* column) {
  if (!IsText(column->type())) return Unfit("a text", column->type());
  if (FindInvalidUtf8(value) != std::string_view::npos) {
    return Status(Code::kInvalidArgument, "the text is not valid UTF-8");
  }
  column->AppendString(value);
  return {};
}

}  // namespace scoreway
