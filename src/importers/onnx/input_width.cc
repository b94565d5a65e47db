#include "importers/onnx/input_width.h"

#include <algorithm>
#include <set>

#include "importers/onnx/tensor.h"

namespace scoreway::onnx {
namespace {

const AttributeProto kNothing;

const AttributeProto& Attribute(const NodeProto& node, std::string_view name) {
  const AttributeProto* found = node.Find(name);
  return found == nullptr ? kNothing : *found;
}

std::optional<int64_t> Positive(size_t count) {
  return count == 0 ? std::nullopt : std::optional<int64_t>(static_cast<int64_t>(count));
}

std::optional<int64_t> WidthOfTree(const NodeProto& node) {
  const std::vector<int64_t>& features = Attribute(node, "nodes_featureids").integers;
  if (features.empty()) return std::nullopt;
  return *std::max_element(features.begin(), features.end()) + 1;
}

std::optional<int64_t> WidthOfLinear(const NodeProto& node, std::string_view intercepts) {
  const size_t outputs = std::max<size_t>(Attribute(node, intercepts).numbers.size(), 1);
  return Positive(Attribute(node, "coefficients").numbers.size() / outputs);
}

std::optional<int64_t> WidthOfSupportVectors(const NodeProto& node) {
  int64_t vectors = Attribute(node, "n_supports").integer;
  for (int64_t count : Attribute(node, "vectors_per_class").integers) vectors += std::max<int64_t>(count, 0);
  const size_t numbers = Attribute(node, "support_vectors").numbers.size();
  return vectors <= 0 ? std::nullopt : Positive(numbers / static_cast<size_t>(vectors));
}

// The constant that the node combines the value with: its first axis for a matrix, its last otherwise.
std::optional<int64_t> WidthOfConstant(const GraphProto& graph, const NodeProto& node) {
  if (node.inputs.size() < 2) return std::nullopt;
  for (const Initializer& initializer : graph.initializers) {
    if (initializer.name != node.inputs[1]) continue;
    const Result<Tensor> tensor = ReadTensor(initializer.tensor);
    if (!tensor.ok() || tensor->dims.empty()) return std::nullopt;
    const bool matrix = node.op_type == "MatMul" || node.op_type == "Gemm";
    const bool first = matrix && Attribute(node, "transB").integer == 0;
    const int64_t width = first ? tensor->dims.front() : tensor->dims.back();
    return width > 1 ? std::optional<int64_t>(width) : std::nullopt;
  }
  return std::nullopt;
}

std::optional<int64_t> WidthOfReader(const GraphProto& graph, const NodeProto& node) {
  const std::string_view type = node.op_type;
  if (type == "TreeEnsembleClassifier" || type == "TreeEnsembleRegressor" || type == "TreeEnsemble") {
    return WidthOfTree(node);
  }
  if (type == "LinearClassifier") return WidthOfLinear(node, "intercepts");
  if (type == "LinearRegressor") return WidthOfLinear(node, "intercepts");
  if (type == "SVMClassifier" || type == "SVMRegressor") return WidthOfSupportVectors(node);
  if (type == "Scaler") {
    const size_t width = std::max(Attribute(node, "offset").numbers.size(), Attribute(node, "scale").numbers.size());
    return width > 1 ? Positive(width) : std::nullopt;
  }
  if (type == "Imputer") {
    const size_t width = std::max(Attribute(node, "imputed_value_floats").numbers.size(),
                                  Attribute(node, "imputed_value_int64s").integers.size());
    return width > 1 ? Positive(width) : std::nullopt;
  }
  if (type == "MatMul" || type == "Gemm" || type == "Sub" || type == "Add" || type == "Mul" || type == "Div") {
    return WidthOfConstant(graph, node);
  }
  return std::nullopt;
}

}  // namespace

std::optional<int64_t> InputWidth(const GraphProto& graph, std::string_view name) {
  std::set<std::string_view> names = {name};
  std::optional<int64_t> width;
  for (const NodeProto& node : graph.nodes) {
    if (node.inputs.empty() || names.count(node.inputs[0]) == 0) continue;
    if ((node.op_type == "Cast" || node.op_type == "Identity") && !node.outputs.empty()) {
      names.insert(node.outputs[0]);
      continue;
    }
    const std::optional<int64_t> wanted = WidthOfReader(graph, node);
    if (wanted.has_value() && *wanted > width.value_or(0)) width = wanted;
  }
  return width;
}

}  // namespace scoreway::onnx
