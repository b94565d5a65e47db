#include "importers/onnx/node_order.h"

#include <queue>
#include <unordered_map>

namespace scoreway::onnx {
namespace {

// The names a node reads, those of its subgraphs among them.
void ReadNames(const NodeProto& node, std::vector<std::string_view>* names) {
  names->insert(names->end(), node.inputs.begin(), node.inputs.end());
  for (const AttributeProto& attribute : node.attributes) {
    if (attribute.graph == nullptr) continue;
    for (const NodeProto& inner : attribute.graph->nodes) ReadNames(inner, names);
    for (const ValueInfo& output : attribute.graph->outputs) names->push_back(output.name);
  }
}

}  // namespace

Result<std::vector<size_t>> NodeOrder(const std::vector<NodeProto>& nodes) {
  std::unordered_map<std::string_view, size_t> maker;
  for (size_t i = 0; i < nodes.size(); ++i) {
    for (const std::string_view name : nodes[i].outputs) {
      if (name.empty()) continue;
      if (!maker.emplace(name, i).second) {
        return Error{Code::kCorrupt, "two nodes make the value '" + std::string(name) + "'", {}};
      }
    }
  }
  std::vector<std::vector<size_t>> readers(nodes.size());
  std::vector<size_t> waits(nodes.size(), 0);
  std::vector<std::string_view> names;
  for (size_t i = 0; i < nodes.size(); ++i) {
    names.clear();
    ReadNames(nodes[i], &names);
    for (const std::string_view name : names) {
      const auto it = maker.find(name);
      if (it == maker.end()) continue;
      readers[it->second].push_back(i);
      ++waits[i];
    }
  }
  // Of those that are ready the first in the file, so that a sorted graph keeps its order.
  std::priority_queue<size_t, std::vector<size_t>, std::greater<>> ready;
  for (size_t i = 0; i < nodes.size(); ++i) {
    if (waits[i] == 0) ready.push(i);
  }
  std::vector<size_t> order;
  order.reserve(nodes.size());
  while (!ready.empty()) {
    const size_t node = ready.top();
    ready.pop();
    order.push_back(node);
    for (const size_t reader : readers[node]) {
      if (--waits[reader] == 0) ready.push(reader);
    }
  }
  if (order.size() != nodes.size()) return Error{Code::kCorrupt, "the nodes form a circle", {}};
  return order;
}

}  // namespace scoreway::onnx
