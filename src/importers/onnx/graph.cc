#include "importers/onnx/graph.h"

#include <algorithm>

#include "importers/onnx/node_order.h"

namespace scoreway::onnx {
namespace {

// Functions within functions and branches within branches, and all nodes that this makes.
constexpr int kDepthMax = 32;
constexpr size_t kNodesMax = size_t{1} << 20;
// More problems than this help nobody.
constexpr size_t kProblemsMax = 50;

std::string Quoted(std::string_view text) { return "'" + std::string(text) + "'"; }

std::string NodeName(const NodeProto& node) {
  const std::string_view name = !node.name.empty()     ? node.name
                                : node.outputs.empty() ? std::string_view()
                                                       : node.outputs[0];
  std::string type(node.op_type);
  if (!node.domain.empty()) type = std::string(node.domain) + "." + type;
  return "node " + Quoted(name) + " (" + type + ")";
}

bool TakesLyingRows(const NodeProto& node) {
  return node.domain.empty() && (node.op_type == "Reshape" || node.op_type == "Cast" || node.op_type == "Identity");
}

// The node with the attributes of the function's caller in place of those that refer to them.
NodeProto Resolved(const NodeProto& node, const FunctionProto& function, const NodeProto& caller) {
  NodeProto resolved = node;
  resolved.attributes.clear();
  for (const AttributeProto& attribute : node.attributes) {
    if (attribute.refers_to.empty()) {
      resolved.attributes.push_back(attribute);
      continue;
    }
    const AttributeProto* given = caller.Find(attribute.refers_to);
    for (const AttributeProto& candidate : function.defaults) {
      if (given == nullptr && candidate.name == attribute.refers_to) given = &candidate;
    }
    if (given == nullptr) continue;  // an optional attribute that the caller leaves out
    resolved.attributes.push_back(*given);
    resolved.attributes.back().name = attribute.name;
  }
  return resolved;
}

}  // namespace

GraphLowering::GraphLowering(const ModelProto& model, Context* context) : model_(model), context_(context) {}

const Tensor* GraphLowering::Scope::Find(std::string_view name) const {
  for (const Scope* scope = this; scope != nullptr; scope = scope->outer) {
    const auto it = scope->tensors.find(name);
    if (it != scope->tensors.end()) return &it->second;
  }
  return nullptr;
}

bool GraphLowering::Scope::Failed(std::string_view name) const {
  for (const Scope* scope = this; scope != nullptr; scope = scope->outer) {
    if (scope->failed.count(name) != 0) return true;
  }
  return false;
}

void GraphLowering::Bind(std::string_view name, Tensor tensor) {
  outermost_.tensors.insert_or_assign(name, std::move(tensor));
}

const Tensor* GraphLowering::Find(std::string_view name) const { return outermost_.Find(name); }

Status GraphLowering::Run() {
  SCOREWAY_RETURN_IF_ERROR(RunInitializers(model_.graph, &outermost_));
  return RunNodes(model_.graph.nodes, model_.opsets, &outermost_);
}

Status GraphLowering::RunInitializers(const GraphProto& graph, Scope* scope) {
  if (graph.sparse_initializers) problems_.push_back("the graph's sparse initializers");
  for (const Initializer& initializer : graph.initializers) {
    Result<Tensor> tensor = ReadTensor(initializer.tensor);
    if (tensor.ok()) {
      scope->tensors.insert_or_assign(initializer.name, std::move(tensor).value());
      continue;
    }
    const std::string place = "initializer " + Quoted(initializer.name);
    if (tensor.code() != Code::kUnsupported) return AtPlace(place, std::move(tensor).error());
    if (problems_.size() < kProblemsMax) problems_.push_back(place + ": " + tensor.error().message);
    scope->failed.insert(initializer.name);
  }
  return {};
}

Status GraphLowering::RunNodes(const std::vector<NodeProto>& nodes, const std::map<std::string_view, int64_t>& opsets,
                               Scope* scope) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<size_t> order, NodeOrder(nodes));
  for (const size_t i : order) {
    if (Status status = RunNode(nodes[i], opsets, scope); !status.ok()) {
      return AtPlace(NodeName(nodes[i]), std::move(status).error());
    }
  }
  return {};
}

Status GraphLowering::RunNode(const NodeProto& node, const std::map<std::string_view, int64_t>& opsets, Scope* scope) {
  if (++nodes_run_ > kNodesMax) {
    return Status(Code::kResourceExhausted, "the model has more than " + std::to_string(kNodesMax) + " nodes");
  }
  const bool failed = std::any_of(node.inputs.begin(), node.inputs.end(),
                                  [scope](std::string_view name) { return scope->Failed(name); });
  if (!failed) {
    Result<Outputs> outputs = LowerNode(node, opsets, scope);
    if (outputs.ok()) {
      for (size_t i = 0; i < node.outputs.size() && i < outputs->size(); ++i) {
        if (!node.outputs[i].empty()) scope->tensors.insert_or_assign(node.outputs[i], std::move((*outputs)[i]));
      }
      return {};
    }
    if (outputs.code() != Code::kUnsupported) return std::move(outputs).error();
    if (problems_.size() < kProblemsMax) problems_.push_back(NodeName(node) + ": " + outputs.error().message);
  }
  scope->failed.insert(node.outputs.begin(), node.outputs.end());
  return {};
}

const FunctionProto* GraphLowering::FindFunction(const NodeProto& node) const {
  for (const FunctionProto& function : model_.functions) {
    if (function.domain == node.domain && function.name == node.op_type) return &function;
  }
  return nullptr;
}

Result<Outputs> GraphLowering::LowerNode(const NodeProto& proto, const std::map<std::string_view, int64_t>& opsets,
                                         Scope* scope) {
  std::vector<const Tensor*> inputs;
  for (const std::string_view name : proto.inputs) {
    const Tensor* tensor = name.empty() ? nullptr : scope->Find(name);
    if (tensor == nullptr && !name.empty()) {
      return Error{Code::kCorrupt, "its input " + Quoted(name) + " is made nowhere", {}};
    }
    inputs.push_back(tensor);
  }
  const auto opset = opsets.find(proto.domain);
  const Node node(proto, opset == opsets.end() ? 1 : opset->second, std::move(inputs));
  if (const FunctionProto* function = FindFunction(proto); function != nullptr) return CallFunction(*function, node);
  context_->set_origin(NodeName(proto));
  if (proto.domain.empty() && proto.op_type == "If") return LowerIf(node, opsets, *scope);
  for (size_t i = 0; i < node.input_count(); ++i) {
    if (node.has_input(i) && node.input(i).lying && !TakesLyingRows(proto)) {
      return Unsupported("it works along the axis of rows");
    }
  }
  const NodeLowering lower = FindLowering(proto.domain, proto.op_type);
  if (lower == nullptr) return Unsupported("the operator is not supported");
  return lower(*context_, node);
}

Result<Outputs> GraphLowering::LowerIf(const Node& node, const std::map<std::string_view, int64_t>& opsets,
                                       const Scope& scope) {
  SCOREWAY_RETURN_IF_ERROR(node.WantInputs(1));
  const Tensor& condition = node.input(0);
  if (condition.rows || condition.is_text() || condition.numbers().size() != 1) {
    return Unsupported("the condition is not constant");
  }
  const AttributeProto* branch = node.proto().Find(condition.numbers()[0] != 0 ? "then_branch" : "else_branch");
  if (branch == nullptr || branch->graph == nullptr) return Error{Code::kCorrupt, "a branch is missing", {}};
  if (depth_ >= kDepthMax) return Error{Code::kResourceExhausted, "branches lie too deep", {}};
  Scope inner;
  inner.outer = &scope;
  ++depth_;
  Status status = RunInitializers(*branch->graph, &inner);
  if (status.ok()) status = RunNodes(branch->graph->nodes, opsets, &inner);
  --depth_;
  SCOREWAY_RETURN_IF_ERROR(std::move(status));
  Outputs outputs;
  for (const ValueInfo& output : branch->graph->outputs) {
    const Tensor* tensor = inner.Find(output.name);
    if (tensor == nullptr) return Unsupported("the branch cannot be computed");
    outputs.push_back(*tensor);
  }
  return outputs;
}

Result<Outputs> GraphLowering::CallFunction(const FunctionProto& function, const Node& node) {
  if (depth_ >= kDepthMax) return Error{Code::kResourceExhausted, "functions call each other too deep", {}};
  Scope inner;
  for (size_t i = 0; i < function.inputs.size(); ++i) {
    if (node.has_input(i)) inner.tensors.emplace(function.inputs[i], node.input(i));
  }
  std::vector<NodeProto> nodes;
  nodes.reserve(function.nodes.size());
  for (const NodeProto& inner_node : function.nodes) {
    nodes.push_back(Resolved(inner_node, function, node.proto()));
    // An input of the function that the caller leaves out is left out within.
    for (std::string_view& name : nodes.back().inputs) {
      const bool is_input = std::find(function.inputs.begin(), function.inputs.end(), name) != function.inputs.end();
      if (is_input && inner.tensors.count(name) == 0) name = {};
    }
  }
  ++depth_;
  Status status = RunNodes(nodes, function.opsets, &inner);
  --depth_;
  SCOREWAY_RETURN_IF_ERROR(std::move(status));
  Outputs outputs;
  for (const std::string_view name : function.outputs) {
    const Tensor* tensor = inner.Find(name);
    if (tensor == nullptr) return Unsupported("the function cannot be computed");
    outputs.push_back(*tensor);
  }
  return outputs;
}

}  // namespace scoreway::onnx
