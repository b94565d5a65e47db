// The operators of model/operators/missing.h.

#include <algorithm>
#include <cmath>

#include "exporters/onnx/lower.h"

namespace scoreway::onnx_export {

void Lower(const op::ImputeNumber& op, Site& site) {
  Graph& graph = site.graph();
  const bool fills_missing = std::any_of(op.fill.begin(), op.fill.end(), [](double x) { return std::isnan(x); });
  if (std::isnan(op.marker)) {
    if (!site.input().may_be_missing) return site.Give(site.in(), false, site.input().whole);
    return site.Give(graph.Op("Where", graph.Op("IsNaN", site.in()), graph.Row(op.fill), site.in()), fills_missing);
  }
  const std::string marked = graph.Op("Equal", site.in(), graph.Number(op.marker));
  site.Give(graph.Op("Where", marked, graph.Row(op.fill), site.in()), site.input().may_be_missing || fills_missing);
}

void Lower(const op::ImputeText& op, Site& site) {
  Graph& graph = site.graph();
  const Tensor& in = site.input();
  if (!op.has_marker && !in.may_be_missing) return site.Give(in.name, false);
  if (op.has_marker && op.marker.empty() && in.may_be_missing) {
    return site.Refuse("it tells empty text from missing text, which ONNX has no other sign for");
  }
  const std::string marker = op.has_marker ? op.marker : "";
  const std::string marked = graph.Op("Equal", in.name, graph.Constant(Texts({marker})));
  site.Give(graph.Op("Where", marked, graph.Constant(Texts(op.fill)), in.name), op.has_marker && in.may_be_missing);
}

void Lower(const op::MissingIndicator& op, Site& site) {
  Graph& graph = site.graph();
  const Tensor& in = site.input();
  const bool by_marker = in.shape.kind == ValueKind::kNumber && !std::isnan(op.marker);
  if (!by_marker && !in.may_be_missing) {
    return site.GiveCodes(SameRows(site, std::vector<double>(op.columns.size())), false, 2);
  }
  const std::string cells = graph.Columns(in.name, op.columns);
  const std::string missing =
      by_marker ? graph.Op("Equal", cells, graph.Number(op.marker)) : IsMissing(graph, in, cells);
  site.GiveCodes(AsNumber(graph, missing), false, 2);
}

}  // namespace scoreway::onnx_export
