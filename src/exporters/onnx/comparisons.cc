// FieldDistances of model/operators/comparisons.h.

#include <numbers>
#include <numeric>

#include "exporters/onnx/lower.h"

namespace scoreway::onnx_export {
namespace {

using op::FieldCompare;
using Measure = op::FieldDistances::Measure;

// A field [N, 1] and its cells of all points.
std::string Compared(Graph& graph, const op::FieldDistances& op, size_t field, const std::string& x,
                     const std::string& points) {
  switch (op.compare[field]) {
    case FieldCompare::kEqual: return AsNumber(graph, graph.Op("Equal", x, points));
    case FieldCompare::kUnequal: return AsNumber(graph, graph.Op("Not", graph.Op("Equal", x, points)));
    case FieldCompare::kAbsoluteDifference: return graph.Op("Abs", graph.Op("Sub", x, points));
    case FieldCompare::kGaussian: break;
  }
  const std::string apart = graph.Op("Sub", x, points);
  const double factor = -std::numbers::ln2 / (op.scale[field] * op.scale[field]);
  return graph.Op("Exp", graph.Op("Mul", graph.Op("Mul", apart, apart), graph.Number(factor)));
}

std::string Raised(Graph& graph, const op::FieldDistances& op, const std::string& differences) {
  switch (op.measure) {
    case Measure::kEuclidean:
    case Measure::kSquaredEuclidean: return graph.Op("Mul", differences, differences);
    case Measure::kMinkowski: return graph.Op("Pow", differences, graph.Number(op.exponent));
    case Measure::kChebyshev:
    case Measure::kManhattan: break;
  }
  return differences;
}

std::string Rooted(Graph& graph, const op::FieldDistances& op, const std::string& sums) {
  if (op.measure == Measure::kEuclidean) return graph.Op("Sqrt", sums);
  if (op.measure == Measure::kMinkowski) return graph.Op("Pow", sums, graph.Number(1 / op.exponent));
  return sums;
}

// What the sums are multiplied by; missing where nothing is known of the row.
std::string Adjustment(Graph& graph, const op::FieldDistances& op, const std::string& x) {
  const double all = std::accumulate(op.presence_weight.begin(), op.presence_weight.end(), 0.0);
  const std::string weights = graph.Op("Where", graph.Op("IsNaN", x), graph.Number(0), graph.Row(op.presence_weight));
  const std::string present = graph.OverColumns("ReduceSum", weights);
  const std::string ratio = graph.Op("Div", graph.Number(all), present);
  return MissingWhere(graph, graph.Op("Equal", present, graph.Number(0)), ratio);
}

}  // namespace

// Field by field, a column a point.
void Lower(const op::FieldDistances& op, Site& site) {
  Graph& graph = site.graph();
  const size_t width = site.width();
  std::string sums;
  for (size_t c = 0; c < width; ++c) {
    std::vector<double> points;
    for (size_t k = c; k < op.points.size(); k += width) points.push_back(op.points[k]);
    const std::string x = graph.Column(site.in(), static_cast<uint32_t>(c));
    const std::string raised = Raised(graph, op, Compared(graph, op, c, x, graph.Row(points)));
    const std::string weighted = graph.Op("Mul", raised, graph.Number(op.weight[c]));
    const std::string known = graph.Op("Where", graph.Op("IsNaN", x), graph.Number(0), weighted);
    if (c == 0) {
      sums = known;
    } else {
      sums = graph.Op(op.measure == Measure::kChebyshev ? "Max" : "Add", sums, known);
    }
  }
  site.Give(Rooted(graph, op, graph.Op("Mul", sums, Adjustment(graph, op, site.in()))), site.input().may_be_missing);
}

}  // namespace scoreway::onnx_export
