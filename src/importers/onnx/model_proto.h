// The parts of an ONNX ModelProto that matter to us, as plain structs. Tensors stay bytes (tensor.h reads them); all
// views point into the artifact.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace scoreway::onnx {

// ONNX's numbers of element types.
enum class ElementType : int32_t {
  kUndefined = 0,
  kFloat = 1,
  kUint8 = 2,
  kInt8 = 3,
  kUint16 = 4,
  kInt16 = 5,
  kInt32 = 6,
  kInt64 = 7,
  kString = 8,
  kBool = 9,
  kFloat16 = 10,
  kDouble = 11,
  kUint32 = 12,
  kUint64 = 13,
};
std::string ElementTypeName(ElementType type);

struct GraphProto;

struct AttributeProto {
  std::string_view name;
  std::string_view refers_to;  // an attribute of the function that the node is in
  float number = 0;
  int64_t integer = 0;
  std::string_view text;
  std::string_view tensor;  // bytes of a TensorProto
  std::shared_ptr<const GraphProto> graph;
  std::vector<float> numbers;
  std::vector<int64_t> integers;
  std::vector<std::string_view> texts;
};

struct NodeProto {
  std::string_view name, op_type, domain;
  std::vector<std::string_view> inputs, outputs;  // "" for one that is left out
  std::vector<AttributeProto> attributes;

  const AttributeProto* Find(std::string_view attribute) const;
};

// A dimension: a number, or a name, or nothing.
struct Dimension {
  std::optional<int64_t> size;
  std::string_view name;
};

struct ValueInfo {
  enum class Kind : uint8_t { kUnknown, kTensor, kSequence, kMap, kOptional, kSparse };
  std::string_view name;
  Kind kind = Kind::kUnknown;
  ElementType type = ElementType::kUndefined;  // of a map that of its values
  bool has_shape = false;
  std::vector<Dimension> shape;
};

struct Initializer {
  std::string_view name;
  std::string_view tensor;  // bytes of a TensorProto
};

struct GraphProto {
  std::string_view name;
  std::vector<NodeProto> nodes;
  std::vector<Initializer> initializers;
  std::vector<ValueInfo> inputs, outputs;
  bool sparse_initializers = false;
};

struct FunctionProto {
  std::string_view name, domain, overload;
  std::vector<std::string_view> inputs, outputs;
  std::vector<NodeProto> nodes;
  std::map<std::string_view, int64_t> opsets;
  std::vector<AttributeProto> defaults;
};

struct ModelProto {
  int64_t ir_version = 0;
  std::string_view producer_name, producer_version;
  std::map<std::string_view, int64_t> opsets;  // by domain; "ai.onnx" is ""
  GraphProto graph;
  std::vector<FunctionProto> functions;
};

// Whether the bytes begin as a serialised ModelProto does.
bool LooksLikeModelProto(std::string_view bytes);

// CORRUPT when the bytes are not a ModelProto, RESOURCE_EXHAUSTED when it has more parts than any model has.
Result<ModelProto> ReadModelProto(std::string_view bytes);

}  // namespace scoreway::onnx
