#include "importers/onnx/tensor_proto.h"

#include <cstring>
#include <limits>

#include "base/wire_reader.h"

namespace scoreway::onnx {
namespace {

// Each number of the field in the width of the element type.
void AppendIntegers(ElementType type, const std::vector<int64_t>& integers, std::string* raw) {
  const size_t bytes = ElementBytes(type);
  for (const int64_t integer : integers) raw->append(reinterpret_cast<const char*>(&integer), bytes);
}

void AppendVarint(uint64_t value, std::string* out) {
  for (; value >= 0x80; value >>= 7) out->push_back(static_cast<char>(value | 0x80));
  out->push_back(static_cast<char>(value));
}

void AppendInteger(uint32_t field, int64_t value, std::string* out) {
  AppendVarint(uint64_t{field} << 3, out);
  AppendVarint(static_cast<uint64_t>(value), out);
}

void AppendBytes(uint32_t field, std::string_view bytes, std::string* out) {
  AppendVarint(uint64_t{field} << 3 | 2, out);
  AppendVarint(bytes.size(), out);
  out->append(bytes);
}

}  // namespace

size_t ElementBytes(ElementType type) {
  switch (type) {
    case ElementType::kUint8:
    case ElementType::kInt8:
    case ElementType::kBool: return 1;
    case ElementType::kUint16:
    case ElementType::kInt16:
    case ElementType::kFloat16: return 2;
    case ElementType::kFloat:
    case ElementType::kInt32:
    case ElementType::kUint32: return 4;
    case ElementType::kDouble:
    case ElementType::kInt64:
    case ElementType::kUint64: return 8;
    default: return 0;
  }
}

Result<TensorData> ReadTensorProto(std::string_view bytes) {
  TensorData tensor;
  std::vector<float> floats;
  std::vector<double> doubles;
  std::vector<int64_t> integers;
  bool external = false;
  WireReader reader(bytes);
  WireField field;
  while (true) {
    SCOREWAY_ASSIGN_OR_RETURN(const bool more, reader.Next(&field));
    if (!more) break;
    Status status;
    switch (field.number) {
      case 1: status = AppendVarints(field, &tensor.dims); break;
      case 2: tensor.type = static_cast<ElementType>(field.scalar); break;
      case 4: status = AppendFloats(field, &floats); break;
      case 5:
      case 7:
      case 11: status = AppendVarints(field, &integers); break;
      case 6: tensor.texts.emplace_back(field.bytes); break;
      case 8: tensor.name = field.bytes; break;
      case 9: tensor.raw = field.bytes; break;
      case 10: status = AppendDoubles(field, &doubles); break;
      case 13: external = true; break;
      case 14: external = external || field.scalar == 1; break;
      default: break;
    }
    SCOREWAY_RETURN_IF_ERROR(std::move(status));
  }
  if (external) return Error{Code::kUnsupported, "a tensor whose data lie in another file", {}};
  AppendIntegers(tensor.type, integers, &tensor.raw);
  if (!floats.empty()) tensor.raw.append(reinterpret_cast<const char*>(floats.data()), floats.size() * sizeof(float));
  if (!doubles.empty()) {
    tensor.raw.append(reinterpret_cast<const char*>(doubles.data()), doubles.size() * sizeof(double));
  }

  uint64_t count = 1;
  for (const int64_t dim : tensor.dims) {
    if (dim < 0 || (dim > 0 && count > std::numeric_limits<uint32_t>::max() / static_cast<uint64_t>(dim))) {
      return Error{Code::kCorrupt, "a tensor of impossible dimensions " + DimsText(tensor.dims), {}};
    }
    count *= static_cast<uint64_t>(dim);
  }
  const bool text = tensor.type == ElementType::kString;
  const size_t element_bytes = ElementBytes(tensor.type);
  if (!text && element_bytes == 0) {
    return Error{Code::kUnsupported, "a tensor of " + ElementTypeName(tensor.type) + " elements", {}};
  }
  if (text ? tensor.texts.size() != count : tensor.raw.size() != count * element_bytes) {
    return Error{
        Code::kCorrupt, "a tensor that does not hold what its dimensions " + DimsText(tensor.dims) + " say", {}};
  }
  return tensor;
}

std::string WriteTensorProto(const TensorData& tensor) {
  std::string out;
  for (const int64_t dim : tensor.dims) AppendInteger(1, dim, &out);
  AppendInteger(2, static_cast<int64_t>(tensor.type), &out);
  for (const std::string& text : tensor.texts) AppendBytes(6, text, &out);
  AppendBytes(8, tensor.name, &out);
  if (tensor.type != ElementType::kString) AppendBytes(9, tensor.raw, &out);
  return out;
}

}  // namespace scoreway::onnx
