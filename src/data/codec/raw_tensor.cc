#include "data/codec/raw_tensor.h"

#include <cstdint>

#include "base/bytes.h"
#include "base/half_float.h"
#include "data/codec/column_names.h"
#include "data/codec/tensor_value.h"

namespace scoreway {
namespace {

using Kind = TensorDatatype::Kind;

Status AppendSigned(std::string_view bytes, size_t place, size_t size, Column* column) {
  switch (size) {
    case 1: return AppendTensorInteger(LoadAt<int8_t>(bytes, place), column);
    case 2: return AppendTensorInteger(LoadAt<int16_t>(bytes, place), column);
    case 4: return AppendTensorInteger(LoadAt<int32_t>(bytes, place), column);
    default: return AppendTensorInteger(LoadAt<int64_t>(bytes, place), column);
  }
}

Status AppendUnsigned(std::string_view bytes, size_t place, size_t size, Column* column) {
  switch (size) {
    case 1: return AppendTensorUnsigned(LoadAt<uint8_t>(bytes, place), column);
    case 2: return AppendTensorUnsigned(LoadAt<uint16_t>(bytes, place), column);
    case 4: return AppendTensorUnsigned(LoadAt<uint32_t>(bytes, place), column);
    default: return AppendTensorUnsigned(LoadAt<uint64_t>(bytes, place), column);
  }
}

Status AppendElement(std::string_view bytes, size_t place, const TensorDatatype& datatype, Column* column) {
  switch (datatype.kind) {
    case Kind::kFloat32: return AppendTensorFloat32(LoadAt<float>(bytes, place), column);
    case Kind::kFloat:
      if (datatype.bytes == 2)
        return AppendTensorFloat32(static_cast<float>(HalfToDouble(LoadAt<uint16_t>(bytes, place))), column);
      return AppendTensorFloat64(LoadAt<double>(bytes, place), column);
    case Kind::kInteger:
      return datatype.min < 0 ? AppendSigned(bytes, place, datatype.bytes, column)
                              : AppendUnsigned(bytes, place, datatype.bytes, column);
    case Kind::kBool: {
      const auto flag = LoadAt<uint8_t>(bytes, place);
      if (flag > 1) return Status(Code::kInvalidArgument, "the byte " + std::to_string(flag) + " is no BOOL");
      return AppendTensorBool(flag == 1, column);
    }
    case Kind::kBytes: break;
  }
  return Status(Code::kInternal, "texts have no size of their own");
}

// Where element `index` of the tensor goes.
Column* Target(const TensorHead& head, size_t first, size_t index, Batch* batch) {
  return &batch->column(head.width == 1 ? first : first + index % head.width);
}

Error AtElement(const TensorHead& head, size_t first, size_t index, const Batch& batch, Status status) {
  const size_t column = head.width == 1 ? first : first + index % head.width;
  return AtPlace(
      "row " + std::to_string(index / head.width + 1) + ", column " + Quoted(batch.schema().field(column).name),
      ToError(std::move(status)));
}

Error WrongSize(std::string message) { return Error{Code::kInvalidArgument, std::move(message), {}}; }

Status AppendTexts(std::string_view bytes, const TensorHead& head, size_t first, Batch* batch) {
  const size_t count = head.rows * head.width;
  size_t place = 0;
  for (size_t i = 0; i < count; ++i) {
    if (bytes.size() - place < sizeof(uint32_t)) {
      return WrongSize("the shape asks for " + std::to_string(count) + " texts, the bytes hold " + std::to_string(i));
    }
    const size_t size = LoadAt<uint32_t>(bytes, place);
    place += sizeof(uint32_t);
    if (bytes.size() - place < size) return WrongSize("text " + std::to_string(i + 1) + " is longer than the bytes");
    Status status = AppendTensorText(bytes.substr(place, size), Target(head, first, i, batch));
    if (!status.ok()) return AtElement(head, first, i, *batch, std::move(status));
    place += size;
  }
  if (place == bytes.size()) return {};
  return WrongSize(std::to_string(bytes.size() - place) + " bytes follow the last text of the shape");
}

}  // namespace

Status AppendRawTensor(std::string_view bytes, const TensorHead& head, size_t first, Batch* batch) {
  const TensorDatatype& datatype = *head.datatype;
  if (datatype.kind == Kind::kBytes) return AppendTexts(bytes, head, first, batch);
  const size_t count = head.rows * head.width;
  if (bytes.size() != count * datatype.bytes) {
    return WrongSize("the shape asks for " + std::to_string(count * datatype.bytes) + " bytes of " +
                     std::string(datatype.name) + ", there are " + std::to_string(bytes.size()));
  }
  for (size_t i = 0; i < count; ++i) {
    Status status = AppendElement(bytes, i * datatype.bytes, datatype, Target(head, first, i, batch));
    if (!status.ok()) return AtElement(head, first, i, *batch, std::move(status));
  }
  return {};
}

Status AppendRawCells(const Column& column, std::string* out) {
  const bool is_float = column.type() == Type::kFloat32 || column.type() == Type::kFloat64;
  if (column.null_count() > 0 && !is_float) {
    size_t row = 0;
    while (column.valid(row)) ++row;
    return Status(Code::kUnsupported,
                  "the answer is missing, and as raw bytes only FP32 and FP64 can say so; ask for JSON",
                  "row " + std::to_string(row + 1));
  }
  ByteWriter writer(out);
  const auto append_all = [out](const auto& values) {
    out->append(reinterpret_cast<const char*>(values.data()), values.size_bytes());
  };
  switch (column.type()) {
    case Type::kFloat32: append_all(column.float32s()); break;
    case Type::kFloat64: append_all(column.float64s()); break;
    case Type::kInt64: append_all(column.int64s()); break;
    case Type::kBool: append_all(column.bools()); break;
    case Type::kString:
    case Type::kList:
      for (size_t row = 0; row < column.size(); ++row) {
        const std::string_view text = column.string_at(row);
        if (text.size() > UINT32_MAX) return Status(Code::kResourceExhausted, "a text has 4 GiB or more");
        writer.Write(static_cast<uint32_t>(text.size()));
        writer.WriteBytes(text);
      }
      break;
  }
  return {};
}

}  // namespace scoreway
