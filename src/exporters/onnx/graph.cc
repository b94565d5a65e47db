#include "exporters/onnx/graph.h"

#include <algorithm>
#include <cstring>

#include "base/wire_writer.h"

namespace scoreway::onnx_export {
namespace {

// Field numbers of onnx.proto.
namespace model_field {
constexpr uint32_t kIrVersion = 1, kProducerName = 2, kGraph = 7, kOpsetImport = 8, kMetadata = 14;
}
namespace graph_field {
constexpr uint32_t kNode = 1, kName = 2, kInitializer = 5, kInput = 11, kOutput = 12;
}
namespace node_field {
constexpr uint32_t kInput = 1, kOutput = 2, kName = 3, kType = 4, kAttribute = 5, kDomain = 7;
}
namespace attribute_field {
constexpr uint32_t kName = 1, kInt = 3, kTensor = 5, kInts = 8, kStrings = 9, kType = 20;
}
namespace tensor_field {
constexpr uint32_t kDims = 1, kDataType = 2, kStringData = 6, kName = 8, kRawData = 9;
}

// AttributeProto.AttributeType.
constexpr int64_t kTypeInt = 2, kTypeTensor = 4, kTypeInts = 7, kTypeStrings = 8;

constexpr int64_t kOpset = 19;
constexpr uint64_t kMessageBytesMax = (uint64_t{1} << 31) - 1;
constexpr std::string_view kMlDomain = "ai.onnx.ml";

template <typename To, typename From>
std::string Raw(const std::vector<From>& values) {
  std::string raw(values.size() * sizeof(To), '\0');
  for (size_t i = 0; i < values.size(); ++i) {
    const auto value = static_cast<To>(values[i]);
    std::memcpy(raw.data() + i * sizeof(To), &value, sizeof(To));
  }
  return raw;
}

TensorData Vector(Element element, size_t size, std::string raw) {
  return {element, {static_cast<int64_t>(size)}, std::move(raw), {}};
}

WireWriter Encode(const TensorData& data) {
  WireWriter tensor;
  for (const int64_t dim : data.dims) tensor.Int(tensor_field::kDims, dim);
  tensor.Int(tensor_field::kDataType, static_cast<int64_t>(data.element));
  for (const std::string& text : data.texts) tensor.Bytes(tensor_field::kStringData, text);
  if (data.element != Element::kString) tensor.Bytes(tensor_field::kRawData, data.raw);
  return tensor;
}

WireWriter AttributeHead(std::string_view name, int64_t type) {
  WireWriter out;
  out.Bytes(attribute_field::kName, name);
  out.Int(attribute_field::kType, type);
  return out;
}

// ValueInfoProto of a tensor of N rows and one column.
WireWriter EncodeColumn(std::string_view name, Element element) {
  WireWriter rows, one, shape, tensor, type, info;
  rows.Bytes(2, "N");
  one.Int(1, 1);
  shape.Message(1, rows);
  shape.Message(1, one);
  tensor.Int(1, static_cast<int64_t>(element));
  tensor.Message(2, shape);
  type.Message(1, tensor);
  info.Bytes(1, name);
  info.Message(2, type);
  return info;
}

WireWriter EncodeOpset(std::string_view domain, int64_t version) {
  WireWriter opset;
  opset.Bytes(1, domain);
  opset.Int(2, version);
  return opset;
}

std::string GraphField(uint32_t field, const WireWriter& message) {
  WireWriter out;
  out.Message(field, message);
  return std::move(out).TakeBytes();
}

}  // namespace

TensorData Doubles(const std::vector<double>& values) {
  return Vector(Element::kDouble, values.size(), Raw<double>(values));
}
TensorData Floats(const std::vector<double>& values) {
  return Vector(Element::kFloat, values.size(), Raw<float>(values));
}
TensorData Ints(const std::vector<int64_t>& values) {
  return Vector(Element::kInt64, values.size(), Raw<int64_t>(values));
}
TensorData Bytes(const std::vector<uint8_t>& values) {
  return Vector(Element::kUint8, values.size(), Raw<uint8_t>(values));
}
TensorData Texts(std::vector<std::string> values) {
  const auto size = static_cast<int64_t>(values.size());
  return {Element::kString, {size}, "", std::move(values)};
}

Attribute::Attribute(std::string_view name, int64_t value) {
  WireWriter out = AttributeHead(name, kTypeInt);
  out.Int(attribute_field::kInt, value);
  bytes_ = std::move(out).TakeBytes();
}
Attribute::Attribute(std::string_view name, const std::vector<int64_t>& values) {
  WireWriter out = AttributeHead(name, kTypeInts);
  for (const int64_t value : values) out.Int(attribute_field::kInts, value);
  bytes_ = std::move(out).TakeBytes();
}
Attribute::Attribute(std::string_view name, const std::vector<std::string>& values) {
  WireWriter out = AttributeHead(name, kTypeStrings);
  for (const std::string& value : values) out.Bytes(attribute_field::kStrings, value);
  bytes_ = std::move(out).TakeBytes();
}
Attribute::Attribute(std::string_view name, const TensorData& value) {
  WireWriter out = AttributeHead(name, kTypeTensor);
  out.Message(attribute_field::kTensor, Encode(value));
  bytes_ = std::move(out).TakeBytes();
}

void Graph::AddInput(std::string_view name, Element element) {
  fields_.push_back(GraphField(graph_field::kInput, EncodeColumn(name, element)));
}

void Graph::AddOutput(std::string_view name, Element element, const std::string& tensor) {
  AddNode("Identity", "", {tensor}, std::string(name), {});
  fields_.push_back(GraphField(graph_field::kOutput, EncodeColumn(name, element)));
}

std::string Graph::NewName(std::string_view type) {
  std::string name;
  do {
    name = std::string(type) + "_" + std::to_string(next_name_++);
  } while (reserved_.contains(name));
  return name;
}

void Graph::AddNode(std::string_view type, std::string_view domain, const std::vector<std::string>& inputs,
                    const std::string& output, const std::vector<Attribute>& attributes) {
  WireWriter node;
  for (const std::string& input : inputs) node.Bytes(node_field::kInput, input);
  node.Bytes(node_field::kOutput, output);
  node.Bytes(node_field::kName, origin_.empty() ? output : origin_ + "/" + output);
  node.Bytes(node_field::kType, type);
  for (const Attribute& attribute : attributes) node.Bytes(node_field::kAttribute, attribute.bytes());
  if (!domain.empty()) node.Bytes(node_field::kDomain, domain);
  fields_.push_back(GraphField(graph_field::kNode, node));
}

std::string Graph::Node(std::string_view type, const std::vector<std::string>& inputs,
                        const std::vector<Attribute>& attributes) {
  std::string name = NewName(type);
  AddNode(type, "", inputs, name, attributes);
  return name;
}

std::string Graph::MlNode(std::string_view type, const std::vector<std::string>& inputs,
                          const std::vector<Attribute>& attributes, int64_t opset) {
  ml_opset_ = std::max(ml_opset_, opset);
  std::string name = NewName(type);
  AddNode(type, kMlDomain, inputs, name, attributes);
  return name;
}

std::string Graph::Cast(const std::string& tensor, Element element) {
  return Node("Cast", {tensor}, {{"to", static_cast<int64_t>(element)}});
}

std::string Graph::Columns(const std::string& tensor, const std::vector<uint32_t>& columns) {
  return Node("Gather", {tensor, Constant(Ints({columns.begin(), columns.end()}))}, {{"axis", int64_t{1}}});
}

std::string Graph::SideBySide(const std::vector<std::string>& tensors) {
  std::vector<std::string> parts = tensors;
  std::erase(parts, "");
  return parts.size() == 1 ? parts[0] : Node("Concat", parts, {{"axis", int64_t{1}}});
}

std::string Graph::OverColumns(std::string_view type, const std::string& tensor) {
  return Node(type, {tensor, Constant(Ints({1}))}, {{"keepdims", int64_t{1}}});
}

std::string Graph::Constant(const TensorData& data) {
  WireWriter tensor = Encode(data);
  const auto [known, is_new] = constants_.try_emplace(tensor.bytes());
  if (!is_new) return known->second;
  known->second = NewName("constant");
  tensor.Bytes(tensor_field::kName, known->second);
  fields_.push_back(GraphField(graph_field::kInitializer, tensor));
  return known->second;
}

Status Graph::Write(std::string_view producer, const std::vector<std::pair<std::string, std::string>>& metadata,
                    ByteSink* sink) const {
  WireWriter name, head;
  name.Bytes(graph_field::kName, "model");
  uint64_t graph_size = name.bytes().size();
  for (const std::string& field : fields_) graph_size += field.size();
  // IR version 10 came with version 5 of ai.onnx.ml.
  head.Int(model_field::kIrVersion, ml_opset_ >= 5 ? 10 : 9);
  head.Bytes(model_field::kProducerName, producer);
  head.Message(model_field::kOpsetImport, EncodeOpset("", kOpset));
  if (ml_opset_ > 0) head.Message(model_field::kOpsetImport, EncodeOpset(kMlDomain, ml_opset_));
  for (const auto& [key, value] : metadata) {
    WireWriter entry;
    entry.Bytes(1, key);
    entry.Bytes(2, value);
    head.Message(model_field::kMetadata, entry);
  }
  head.BytesHead(model_field::kGraph, graph_size);
  if (head.bytes().size() + graph_size > kMessageBytesMax) {
    return Status(Code::kResourceExhausted, "an ONNX file cannot hold more than 2 GiB; this model needs " +
                                                std::to_string((head.bytes().size() + graph_size) >> 20) + " MiB");
  }
  SCOREWAY_RETURN_IF_ERROR(sink->Write(head.bytes()));
  SCOREWAY_RETURN_IF_ERROR(sink->Write(name.bytes()));
  for (const std::string& field : fields_) SCOREWAY_RETURN_IF_ERROR(sink->Write(field));
  return {};
}

}  // namespace scoreway::onnx_export
