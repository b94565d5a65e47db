#include "importers/onnx/tensor.h"

#include <bit>
#include <cmath>
#include <cstring>

#include "base/half_float.h"
#include "base/wire_reader.h"
#include "importers/onnx/tensor_proto.h"

namespace scoreway::onnx {
namespace {

constexpr int64_t kElementsMax = int64_t{1} << 31;
constexpr double kExactMax = 9007199254740992.0;  // 2^53

struct TensorProto {
  Dims dims;
  ElementType type = ElementType::kUndefined;
  std::vector<float> floats;
  std::vector<int64_t> integers;  // int32_data, int64_data or uint64_data
  std::vector<double> doubles;
  std::vector<std::string> texts;
  std::string_view raw;
  bool has_raw = false;
  bool external = false;
};

Status ReadField(const WireField& field, TensorProto* tensor) {
  switch (field.number) {
    case 1: return AppendVarints(field, &tensor->dims);
    case 2: tensor->type = static_cast<ElementType>(field.scalar); return {};
    case 4: return AppendFloats(field, &tensor->floats);
    case 5:
    case 7:
    case 11: return AppendVarints(field, &tensor->integers);
    case 6: tensor->texts.emplace_back(field.bytes); return {};
    case 9:
      tensor->raw = field.bytes;
      tensor->has_raw = true;
      return {};
    case 10: return AppendDoubles(field, &tensor->doubles);
    case 13: tensor->external = true; return {};
    case 14: tensor->external = tensor->external || field.scalar == 1; return {};
    default: return {};
  }
}

template <typename T>
void AppendRaw(std::string_view raw, std::vector<double>* numbers) {
  numbers->resize(raw.size() / sizeof(T));
  for (size_t i = 0; i < numbers->size(); ++i) {
    T value;
    std::memcpy(&value, raw.data() + i * sizeof(T), sizeof(T));
    (*numbers)[i] = static_cast<double>(value);
  }
}

void FromRaw(ElementType type, std::string_view raw, std::vector<double>* numbers) {
  switch (type) {
    case ElementType::kFloat: return AppendRaw<float>(raw, numbers);
    case ElementType::kDouble: return AppendRaw<double>(raw, numbers);
    case ElementType::kInt64: return AppendRaw<int64_t>(raw, numbers);
    case ElementType::kUint64: return AppendRaw<uint64_t>(raw, numbers);
    case ElementType::kInt32: return AppendRaw<int32_t>(raw, numbers);
    case ElementType::kUint32: return AppendRaw<uint32_t>(raw, numbers);
    case ElementType::kInt16: return AppendRaw<int16_t>(raw, numbers);
    case ElementType::kUint16: return AppendRaw<uint16_t>(raw, numbers);
    case ElementType::kInt8: return AppendRaw<int8_t>(raw, numbers);
    case ElementType::kUint8:
    case ElementType::kBool: return AppendRaw<uint8_t>(raw, numbers);
    case ElementType::kFloat16:
      AppendRaw<uint16_t>(raw, numbers);
      for (double& number : *numbers) number = HalfToDouble(static_cast<uint16_t>(number));
      return;
    default: return;
  }
}

void FromFields(const TensorProto& proto, std::vector<double>* numbers) {
  switch (proto.type) {
    case ElementType::kFloat: numbers->assign(proto.floats.begin(), proto.floats.end()); return;
    case ElementType::kDouble: *numbers = proto.doubles; return;
    case ElementType::kFloat16:
      for (int64_t bits : proto.integers) numbers->push_back(HalfToDouble(static_cast<uint16_t>(bits)));
      return;
    default: numbers->assign(proto.integers.begin(), proto.integers.end()); return;
  }
}

Status CheckIntegers(ElementType type, const std::vector<double>& numbers) {
  if (type != ElementType::kInt64 && type != ElementType::kUint64) return {};
  for (double number : numbers) {
    // The bounds of slices are often the greatest and least int64: they pass, as whatever they bound is smaller.
    if (std::fabs(number) <= kExactMax || std::fabs(number) >= 9.2e18) continue;
    return Status(Code::kUnsupported, "an integer beyond 2^53 among constants");
  }
  return {};
}

}  // namespace

uint32_t Tensor::width() const { return static_cast<uint32_t>(ElementCount(CoreDims(*this))); }

int64_t ElementCount(const Dims& dims) {
  int64_t count = 1;
  for (const int64_t dim : dims) count *= dim;
  return count;
}

Dims CoreDims(const Tensor& tensor) {
  Dims core = tensor.dims;
  if (tensor.rows) core.erase(core.begin() + static_cast<std::ptrdiff_t>(tensor.row_axis));
  return core;
}

Dims WithRows(Dims core, size_t row_axis) {
  core.insert(core.begin() + static_cast<std::ptrdiff_t>(row_axis), Tensor::kRowsDim);
  return core;
}

std::string DimsText(const Dims& dims) {
  std::string text = "[";
  for (size_t i = 0; i < dims.size(); ++i) {
    text += (i == 0 ? "" : ", ") + (dims[i] == Tensor::kRowsDim ? "rows" : std::to_string(dims[i]));
  }
  return text + "]";
}

Tensor ConstantTensor(ElementType type, Dims dims, std::vector<double> numbers) {
  Tensor tensor;
  tensor.type = type;
  tensor.dims = std::move(dims);
  tensor.constant = std::make_shared<Constant>(Constant{std::move(numbers), {}});
  return tensor;
}

Result<Tensor> ReadTensor(std::string_view bytes) {
  TensorProto proto;
  WireReader reader(bytes);
  WireField field;
  while (true) {
    SCOREWAY_ASSIGN_OR_RETURN(const bool more, reader.Next(&field));
    if (!more) break;
    SCOREWAY_RETURN_IF_ERROR(ReadField(field, &proto));
  }
  if (proto.external) return Error{Code::kUnsupported, "a tensor whose data lie in another file", {}};

  int64_t count = 1;
  for (int64_t dim : proto.dims) {
    if (dim < 0 || (dim != 0 && count > kElementsMax / dim)) {
      return Error{Code::kCorrupt, "a tensor of impossible dimensions " + DimsText(proto.dims), {}};
    }
    count *= dim;
  }
  auto constant = std::make_shared<Constant>();
  size_t found = 0;
  if (proto.type == ElementType::kString) {
    constant->texts = std::move(proto.texts);
    found = constant->texts.size();
  } else {
    const size_t element_bytes = ElementBytes(proto.type);
    if (element_bytes == 0) {
      return Error{Code::kUnsupported, "a tensor of " + ElementTypeName(proto.type) + " elements", {}};
    }
    if (proto.has_raw) {
      if (proto.raw.size() % element_bytes != 0) {
        return Error{Code::kCorrupt, "a tensor with half an element at its end", {}};
      }
      FromRaw(proto.type, proto.raw, &constant->numbers);
    } else {
      FromFields(proto, &constant->numbers);
    }
    found = constant->numbers.size();
    SCOREWAY_RETURN_IF_ERROR(CheckIntegers(proto.type, constant->numbers));
  }
  if (found != static_cast<size_t>(count)) {
    return Error{Code::kCorrupt,
                 "a tensor of dimensions " + DimsText(proto.dims) + " with " + std::to_string(found) + " elements",
                 {}};
  }
  Tensor tensor;
  tensor.type = proto.type;
  tensor.dims = std::move(proto.dims);
  tensor.constant = std::move(constant);
  return tensor;
}

}  // namespace scoreway::onnx
