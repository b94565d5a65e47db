#include "engines/onnx_tensors/row_tensors.h"

#include <cstring>

namespace scoreway::onnx {
namespace {

// Calls f with a number of the element type, to be taken for its type only.
template <typename F>
void WithElement(ElementType type, F&& f) {
  switch (type) {
    case ElementType::kFloat: return f(float{});
    case ElementType::kDouble: return f(double{});
    case ElementType::kBool:
    case ElementType::kUint8: return f(uint8_t{});
    case ElementType::kInt8: return f(int8_t{});
    case ElementType::kUint16: return f(uint16_t{});
    case ElementType::kInt16: return f(int16_t{});
    case ElementType::kInt32: return f(int32_t{});
    case ElementType::kUint32: return f(uint32_t{});
    case ElementType::kUint64: return f(uint64_t{});
    default: return f(int64_t{});
  }
}

template <typename T>
T CellAs(const Column& column, size_t row) {
  switch (column.type()) {
    case Type::kFloat32: return static_cast<T>(column.float32s()[row]);
    case Type::kFloat64: return static_cast<T>(column.float64s()[row]);
    case Type::kBool: return static_cast<T>(column.bools()[row]);
    default: return static_cast<T>(column.int64s()[row]);
  }
}

template <typename T>
void AppendCell(T value, Column* to) {
  switch (to->type()) {
    case Type::kFloat32:
    case Type::kFloat64: value != value ? to->AppendNull() : to->AppendNumber(static_cast<double>(value)); return;
    case Type::kBool: to->AppendBool(value != 0); return;
    default: to->AppendInt64(static_cast<int64_t>(value)); return;
  }
}

}  // namespace

TensorData TensorOf(const RowPort& port, const Batch& batch, size_t column, size_t first, size_t rows) {
  TensorData tensor;
  tensor.type = port.type;
  tensor.dims = port.inner;
  tensor.dims.insert(tensor.dims.begin(), static_cast<int64_t>(rows));
  const size_t width = port.columns.size();
  if (port.type == ElementType::kString) {
    tensor.texts.resize(rows * width);
    for (size_t c = 0; c < width; ++c) {
      const Column& from = batch.column(column + c);
      for (size_t r = 0; r < rows; ++r) {
        if (from.valid(first + r)) tensor.texts[r * width + c] = from.string_at(first + r);
      }
    }
    return tensor;
  }
  WithElement(port.type, [&](auto element) {
    using T = decltype(element);
    tensor.raw.resize(rows * width * sizeof(T));
    for (size_t c = 0; c < width; ++c) {
      const Column& from = batch.column(column + c);
      for (size_t r = 0; r < rows; ++r) {
        const T cell = CellAs<T>(from, first + r);
        std::memcpy(tensor.raw.data() + (r * width + c) * sizeof(T), &cell, sizeof(T));
      }
    }
  });
  return tensor;
}

Status AppendRows(const RowPort& port, const TensorData& tensor, size_t rows, const std::vector<Column*>& to) {
  const size_t width = port.columns.size();
  const bool has_rows = !tensor.dims.empty() && tensor.dims[0] == static_cast<int64_t>(rows);
  if (!has_rows || ElementCount(tensor.dims) != static_cast<int64_t>(rows * width)) {
    return Status(Code::kInvalidArgument, "the model gave '" + tensor.name + "' the dimensions " +
                                              DimsText(tensor.dims) + " for " + std::to_string(rows) + " rows");
  }
  if (tensor.type != port.type) return Status(Code::kInternal, "the model gave '" + tensor.name + "' another type");
  for (size_t c = 0; c < width; ++c) {
    if (to[c] == nullptr) continue;
    if (port.type == ElementType::kString) {
      for (size_t r = 0; r < rows; ++r) to[c]->AppendString(tensor.texts[r * width + c]);
      continue;
    }
    WithElement(port.type, [&](auto element) {
      using T = decltype(element);
      for (size_t r = 0; r < rows; ++r) {
        T cell;
        std::memcpy(&cell, tensor.raw.data() + (r * width + c) * sizeof(T), sizeof(T));
        AppendCell(cell, to[c]);
      }
    });
  }
  return {};
}

}  // namespace scoreway::onnx
