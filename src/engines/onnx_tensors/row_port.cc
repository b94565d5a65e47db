#include "engines/onnx_tensors/row_port.h"

#include <optional>

namespace scoreway::onnx {
namespace {

constexpr int64_t kColumnsMax = 1 << 20;

std::optional<Type> CellType(ElementType type) {
  switch (type) {
    case ElementType::kFloat: return Type::kFloat32;
    case ElementType::kDouble: return Type::kFloat64;
    case ElementType::kString: return Type::kString;
    case ElementType::kBool: return Type::kBool;
    case ElementType::kUint8:
    case ElementType::kInt8:
    case ElementType::kUint16:
    case ElementType::kInt16:
    case ElementType::kInt32:
    case ElementType::kInt64:
    case ElementType::kUint32:
    case ElementType::kUint64: return Type::kInt64;
    default: return std::nullopt;
  }
}

std::vector<std::string> ColumnNames(const std::string& name, int64_t width) {
  if (width == 1) return {name};
  std::vector<std::string> names;
  for (int64_t c = 0; c < width; ++c) names.push_back(name + "_" + std::to_string(c));
  return names;
}

}  // namespace

Result<RowPort> RowPortOf(const std::string& name, ElementType type, const Dims& dims) {
  const auto unsupported = [&name](std::string why) {
    return Error{Code::kUnsupported, std::move(why), "'" + name + "'"};
  };
  const std::optional<Type> cell = CellType(type);
  if (!cell) return unsupported("elements of type " + ElementTypeName(type));
  if (dims.empty()) return unsupported("it is a single number");
  RowPort row;
  row.type = type;
  row.cell = *cell;
  row.inner.assign(dims.begin() + 1, dims.end());
  int64_t width = 1;
  for (const int64_t dim : row.inner) {
    if (dim < 1) return unsupported("its dimensions are not all fixed");
    if (dim > kColumnsMax / width) return unsupported("it has too many columns");
    width *= dim;
  }
  row.columns = ColumnNames(name, width);
  return row;
}

}  // namespace scoreway::onnx
