// GraphLowering: the nodes of a model's graph, of the functions it calls and of the branches it surely takes, one after
// the other to operators of a Model.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "importers/onnx/lowering.h"
#include "importers/onnx/model_proto.h"

namespace scoreway::onnx {

class GraphLowering {
 public:
  // All must outlive the lowering.
  GraphLowering(const ModelProto& model, Context* context);

  // Binds a name of the outermost graph: an input.
  void Bind(std::string_view name, Tensor tensor);
  // Lowers all nodes. An error is of damage or of limits; what is not supported goes to problems().
  Status Run();
  // Null when a problem stands in its way.
  const Tensor* Find(std::string_view name) const;

  // What is not supported, one a node, "node 'name' (OpType): why".
  const std::vector<std::string>& problems() const { return problems_; }

 private:
  struct Scope {
    std::unordered_map<std::string_view, Tensor> tensors;
    std::set<std::string_view> failed;  // names whose nodes could not be lowered
    const Scope* outer = nullptr;

    const Tensor* Find(std::string_view name) const;
    bool Failed(std::string_view name) const;
  };

  Status RunInitializers(const GraphProto& graph, Scope* scope);
  Status RunNodes(const std::vector<NodeProto>& nodes, const std::map<std::string_view, int64_t>& opsets, Scope* scope);
  Status RunNode(const NodeProto& node, const std::map<std::string_view, int64_t>& opsets, Scope* scope);
  Result<Outputs> LowerNode(const NodeProto& proto, const std::map<std::string_view, int64_t>& opsets, Scope* scope);
  Result<Outputs> LowerIf(const Node& node, const std::map<std::string_view, int64_t>& opsets, const Scope& scope);
  Result<Outputs> CallFunction(const FunctionProto& function, const Node& node);
  const FunctionProto* FindFunction(const NodeProto& node) const;

  const ModelProto& model_;
  Context* context_;
  Scope outermost_;
  std::vector<std::string> problems_;
  int depth_ = 0;
  size_t nodes_run_ = 0;
};

}  // namespace scoreway::onnx
