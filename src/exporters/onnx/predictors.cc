// Linear and Distances of model/operators/predictors.h.

#include <algorithm>

#include "exporters/onnx/lower.h"

namespace scoreway::onnx_export {
namespace {

// More nodes than these make a graph that nobody wants to load.
constexpr size_t kPointsMax = 1024;

}  // namespace

void Lower(const op::Linear& op, Site& site) {
  Graph& graph = site.graph();
  const size_t width = site.width();
  if (width == 0) return site.Refuse("it has no columns to weigh");
  const bool is_float = op.precision == op::Precision::kFloat32;
  std::vector<double> by_input(op.weights.size());
  for (size_t j = 0; j < op.outputs; ++j) {
    for (size_t c = 0; c < width; ++c) by_input[c * op.outputs + j] = op.weights[j * width + c];
  }
  TensorData weights = is_float ? Floats(by_input) : Doubles(by_input);
  weights.dims = {static_cast<int64_t>(width), static_cast<int64_t>(op.outputs)};
  std::string x = is_float ? graph.Cast(site.in(), Element::kFloat) : site.in();
  x = graph.Op("MatMul", x, graph.Constant(weights));
  const bool has_bias = std::any_of(op.bias.begin(), op.bias.end(), [](double b) { return b != 0; });
  if (has_bias) x = graph.Op("Add", x, graph.Constant(is_float ? Floats(op.bias) : Doubles(op.bias)));
  site.Give(is_float ? graph.Cast(x, Element::kDouble) : x, site.input().may_be_missing);
}

void Lower(const op::Distances& op, Site& site) {
  using enum op::Distances::Metric;
  Graph& graph = site.graph();
  const size_t width = site.width();
  const size_t count = op.points.size() / width;
  if (count > kPointsMax) {
    return site.Refuse("it measures distances to " + std::to_string(count) + " points, more than " +
                       std::to_string(kPointsMax));
  }
  std::vector<std::string> columns;
  for (size_t k = 0; k < count; ++k) {
    const auto point = op.points.begin() + static_cast<ptrdiff_t>(k * width);
    const std::string apart = graph.Op("Sub", site.in(), graph.Row({point, point + static_cast<ptrdiff_t>(width)}));
    columns.push_back(graph.OverColumns(
        "ReduceSum", op.metric == kManhattan ? graph.Op("Abs", apart) : graph.Op("Mul", apart, apart)));
  }
  std::string distances = graph.SideBySide(columns);
  if (op.metric == kEuclidean) distances = graph.Op("Sqrt", distances);
  site.Give(distances, site.input().may_be_missing);
}

}  // namespace scoreway::onnx_export
