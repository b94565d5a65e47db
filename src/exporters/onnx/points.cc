// KernelMatrix of model/operators/points.h.

#include <cmath>

#include "exporters/onnx/lower.h"

namespace scoreway::onnx_export {
namespace {

using op::Similarity;

// More nodes than these make a graph that nobody wants to load; products take one node for all points.
constexpr size_t kPointsMax = 1024;

// The points over the scale, a row each.
std::vector<double> ScaledPoints(const op::KernelMatrix& op, size_t width) {
  std::vector<double> points = op.points;
  for (size_t i = 0; i < points.size() && !op.scale.empty(); ++i) points[i] /= op.scale[i % width];
  return points;
}

// Their columns as a matrix [width, count], divided by `lengths`.
TensorData ByColumn(const std::vector<double>& points, size_t width, const std::vector<double>& lengths) {
  const size_t count = points.size() / width;
  std::vector<double> cells(points.size());
  for (size_t k = 0; k < count; ++k) {
    for (size_t c = 0; c < width; ++c) cells[c * count + k] = points[k * width + c] / lengths[k];
  }
  TensorData data = Doubles(cells);
  data.dims = {static_cast<int64_t>(width), static_cast<int64_t>(count)};
  return data;
}

// Lengths of the points for the cosine, where 0 counts as 1; else ones.
std::vector<double> LengthsOf(const op::KernelMatrix& op, const std::vector<double>& points, size_t width) {
  std::vector<double> lengths(points.size() / width, 1);
  for (size_t k = 0; k < lengths.size() && op.similarity == Similarity::kCosine; ++k) {
    double sum = 0;
    for (size_t c = 0; c < width; ++c) sum += points[k * width + c] * points[k * width + c];
    if (sum != 0) lengths[k] = std::sqrt(sum);
  }
  return lengths;
}

std::string OfProducts(Graph& graph, const op::KernelMatrix& op, const std::string& x, const std::string& products) {
  if (op.similarity == Similarity::kLinear) return products;
  if (op.similarity == Similarity::kCosine) {
    const std::string squares = graph.OverColumns("ReduceSum", graph.Op("Mul", x, x));
    const std::string is_zero = graph.Op("Equal", squares, graph.Number(0));
    const std::string length = graph.Op("Where", is_zero, graph.Number(1), graph.Op("Sqrt", squares));
    return graph.Op("Div", products, length);
  }
  const std::string scaled =
      graph.Op("Add", graph.Op("Mul", products, graph.Number(op.gamma)), graph.Number(op.offset));
  if (op.similarity == Similarity::kSigmoid) return graph.Op("Tanh", scaled);
  return graph.Op("Pow", scaled, graph.Number(op.degree));
}

// exp(-gamma * d), d the squared or the Manhattan distance.
std::string OfDistances(Graph& graph, const op::KernelMatrix& op, const std::string& x,
                        const std::vector<double>& points, size_t width) {
  std::vector<std::string> columns;
  for (size_t k = 0; k < points.size() / width; ++k) {
    const auto point = points.begin() + static_cast<ptrdiff_t>(k * width);
    const std::string apart = graph.Op("Sub", x, graph.Row({point, point + static_cast<ptrdiff_t>(width)}));
    const bool manhattan = op.similarity == Similarity::kLaplacian;
    columns.push_back(
        graph.OverColumns("ReduceSum", manhattan ? graph.Op("Abs", apart) : graph.Op("Mul", apart, apart)));
  }
  return graph.Op("Exp", graph.Op("Mul", graph.SideBySide(columns), graph.Number(-op.gamma)));
}

}  // namespace

void Lower(const op::KernelMatrix& op, Site& site) {
  Graph& graph = site.graph();
  const size_t width = site.width();
  const std::vector<double> points = ScaledPoints(op, width);
  const std::string x = op.scale.empty() ? site.in() : graph.Op("Div", site.in(), graph.Row(op.scale));
  switch (op.similarity) {
    case Similarity::kLinear:
    case Similarity::kPolynomial:
    case Similarity::kSigmoid:
    case Similarity::kCosine: {
      const TensorData matrix = ByColumn(points, width, LengthsOf(op, points, width));
      const std::string products = graph.Op("MatMul", x, graph.Constant(matrix));
      return site.Give(OfProducts(graph, op, x, products), site.input().may_be_missing);
    }
    case Similarity::kRbf:
    case Similarity::kLaplacian:
      if (points.size() / width > kPointsMax) {
        return site.Refuse("it measures distances to more than " + std::to_string(kPointsMax) + " points");
      }
      return site.Give(OfDistances(graph, op, x, points, width), site.input().may_be_missing);
    default: return site.Refuse("there are no ONNX operators for this similarity");
  }
}

}  // namespace scoreway::onnx_export
