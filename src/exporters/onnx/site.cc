#include "exporters/onnx/site.h"

#include "model/operators/constants.h"

namespace scoreway::onnx_export {

bool Site::any_missing() const {
  for (size_t i = 0; i < input_count(); ++i) {
    if (input(i).may_be_missing) return true;
  }
  return false;
}

std::string SameRows(Site& site, const std::vector<double>& values) {
  // The graph's first input is there, whatever it holds; a choice between a row and itself takes on its length.
  Graph& graph = site.graph();
  return graph.Op("Where", graph.length_witness(), graph.Row(values), graph.Row(values));
}

std::string MissingWhere(Graph& graph, const std::string& missing, const std::string& x) {
  return graph.Op("Where", missing, graph.Number(op::kNaN), x);
}

std::string AsNumber(Graph& graph, const std::string& truth) { return graph.Cast(truth, Element::kDouble); }

std::string IsMissing(Graph& graph, const Tensor& tensor, const std::string& name) {
  if (tensor.shape.kind == ValueKind::kNumber) return graph.Op("IsNaN", name);
  return graph.Op("Equal", name, graph.Constant(Texts({""})));
}

std::string WholeCodes(Site& site) { return site.input().whole ? site.in() : site.graph().Op("Floor", site.in()); }

}  // namespace scoreway::onnx_export
