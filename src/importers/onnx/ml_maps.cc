// DictVectorizer and CastMap of ai.onnx.ml: from a map a row to columns.
#include "importers/onnx/ml_maps.h"

#include "importers/onnx/elementwise.h"
#include "importers/onnx/ml.h"

namespace scoreway::onnx {
namespace {

constexpr int64_t kKeysMax = 1 << 20;

std::vector<std::string> KeysOf(const NodeProto& node) {
  std::vector<std::string> keys;
  if (node.op_type == "DictVectorizer") {
    if (const AttributeProto* texts = node.Find("string_vocabulary"))
      keys.assign(texts->texts.begin(), texts->texts.end());
    if (const AttributeProto* integers = node.Find("int64_vocabulary")) {
      for (const int64_t key : integers->integers) keys.push_back(std::to_string(key));
    }
  }
  if (node.op_type == "CastMap") {
    const AttributeProto* form = node.Find("map_form");
    const AttributeProto* count = node.Find("max_map");
    const int64_t size = count == nullptr ? 1 : count->integer;
    for (int64_t key = 0; form != nullptr && form->text == "SPARSE" && size <= kKeysMax && key < size; ++key) {
      keys.push_back(std::to_string(key));
    }
  }
  return keys;
}

Result<Tensor> MapInput(const Node& node) {
  SCOREWAY_RETURN_IF_ERROR(node.WantInputs(1));
  const Tensor& in = node.input(0);
  if (in.map_keys == nullptr || !in.rows) return Error{Code::kCorrupt, "its input is no map", {}};
  if (*in.map_keys != KeysOf(node.proto())) return Unsupported("of a map with other keys");
  Tensor out = in;
  out.map_keys = nullptr;
  return out;
}

// Keys that a map does not have are 0, or an empty text.
Result<Tensor> Filled(Context& context, Tensor tensor) {
  const uint32_t width = tensor.width();
  if (tensor.is_text()) {
    op::ImputeText fill;
    fill.fill.assign(width, "");
    SCOREWAY_ASSIGN_OR_RETURN(tensor.value, context.Add(std::move(fill), {tensor.value}));
  } else {
    SCOREWAY_ASSIGN_OR_RETURN(tensor.value,
                              context.Add(op::ImputeNumber{op::kNaN, std::vector<double>(width, 0)}, {tensor.value}));
  }
  return tensor;
}

}  // namespace

std::optional<std::vector<std::string>> MapKeys(const GraphProto& graph, std::string_view name) {
  std::optional<std::vector<std::string>> found;
  for (const NodeProto& node : graph.nodes) {
    if (node.inputs.empty() || node.inputs[0] != name) continue;
    std::vector<std::string> keys = KeysOf(node);
    if (keys.empty() || (found && *found != keys)) return std::nullopt;
    found = std::move(keys);
  }
  return found;
}

Result<Outputs> LowerDictVectorizer(Context& context, const Node& node) {
  SCOREWAY_ASSIGN_OR_RETURN(Tensor in, MapInput(node));
  SCOREWAY_ASSIGN_OR_RETURN(Tensor out, Filled(context, std::move(in)));
  return Outputs{std::move(out)};
}

Result<Outputs> LowerCastMap(Context& context, const Node& node) {
  if (node.Text("map_form", "DENSE") != "SPARSE") return Unsupported("a map_form that is not SPARSE");
  SCOREWAY_ASSIGN_OR_RETURN(Tensor in, MapInput(node));
  const std::string_view to = node.Text("cast_to", "TO_FLOAT");
  if (to == "TO_STRING") {
    if (!in.is_text()) return Unsupported("numbers as texts");
    SCOREWAY_ASSIGN_OR_RETURN(Tensor out, Filled(context, std::move(in)));
    return Outputs{std::move(out)};
  }
  if (to != "TO_FLOAT" && to != "TO_INT64") {
    return Error{Code::kCorrupt, "cast_to '" + std::string(to) + "' is not known", {}};
  }
  if (in.is_text()) {
    op::TextUnary number;
    number.function = op::TextFunction::kToNumber;
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId value, context.Add(std::move(number), {in.value}));
    in = Context::Rows(ElementType::kDouble, in.dims, value);
  }
  SCOREWAY_ASSIGN_OR_RETURN(const Tensor filled, Filled(context, std::move(in)));
  SCOREWAY_ASSIGN_OR_RETURN(Tensor out,
                            CastTo(context, filled, to == "TO_FLOAT" ? ElementType::kFloat : ElementType::kInt64));
  return Outputs{std::move(out)};
}

}  // namespace scoreway::onnx
