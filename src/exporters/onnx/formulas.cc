#include "exporters/onnx/formulas.h"

#include <algorithm>
#include <cmath>

namespace scoreway::onnx_export {

// u = 1 + x is rounded, but log(u) / (u - 1) hardly changes near u, so that times x it is log(1 + x). Where u is
// infinite it is log(u).
std::string Log1p(Graph& graph, const std::string& x) {
  const std::string one = graph.Number(1);
  const std::string u = graph.Op("Add", x, one);
  const std::string log = graph.Op("Log", u);
  const std::string exact = graph.Op("Mul", log, graph.Op("Div", x, graph.Op("Sub", u, one)));
  const std::string finite = graph.Op("Where", graph.Op("Less", u, graph.Number(1e300)), exact, log);
  return graph.Op("Where", graph.Op("Equal", u, one), x, finite);
}

// The same the other way round: (u - 1) * x / log(u) with u = exp(x), but at the ends, where that is 0 / 0.
std::string Expm1(Graph& graph, const std::string& x) {
  const std::string one = graph.Number(1);
  const std::string u = graph.Op("Exp", x);
  const std::string less_one = graph.Op("Sub", u, one);
  const std::string exact = graph.Op("Mul", less_one, graph.Op("Div", x, graph.Op("Log", u)));
  const std::string magnitude = graph.Op("Abs", x);
  const std::string small = graph.Op("Where", graph.Op("Less", magnitude, graph.Number(1)), exact, less_one);
  return graph.Op("Where", graph.Op("Equal", u, one), x, small);
}

std::string Truncate(Graph& graph, const std::string& x) {
  return graph.Op("Where", graph.Op("Less", x, graph.Number(0)), graph.Op("Ceil", x), graph.Op("Floor", x));
}

std::string AtLeast(Graph& graph, const std::string& x, const std::string& low) {
  return graph.Op("Where", graph.Op("Less", x, low), low, x);
}

std::string AtMost(Graph& graph, const std::string& x, const std::string& high) {
  return graph.Op("Where", graph.Op("Greater", x, high), high, x);
}

namespace {

// Line i lies between the points i - 1 and i; lines 0 and n are what lies outside.
double Slope(const std::vector<double>& xs, const std::vector<double>& ys, size_t i) {
  if (i == 0 || i == xs.size() || xs[i] == xs[i - 1]) return 0;
  return (ys[i] - ys[i - 1]) / (xs[i] - xs[i - 1]);
}

}  // namespace

bool CanInterpolate(const std::vector<double>& xs, const std::vector<double>& ys) {
  for (size_t i = 0; i < xs.size(); ++i) {
    if (!std::isfinite(xs[i]) || !std::isfinite(ys[i]) || !std::isfinite(Slope(xs, ys, i))) return false;
  }
  return true;
}

std::string Interpolated(Graph& graph, const std::string& x, const std::vector<double>& xs,
                         const std::vector<double>& ys, From from) {
  const size_t count = xs.size();
  std::vector<double> begin_x, begin_y, slopes;
  for (size_t i = 0; i <= count; ++i) {
    const size_t begin = from == From::kLeft ? std::max<size_t>(i, 1) - 1 : std::min(i, count - 1);
    begin_x.push_back(xs[begin]);
    begin_y.push_back(ys[begin]);
    slopes.push_back(Slope(xs, ys, i));
  }
  // The points that a cell has passed say which line it lies on.
  const std::string passed =
      graph.Cast(graph.Op(from == From::kLeft ? "GreaterOrEqual" : "Greater", x, graph.Row(xs)), Element::kDouble);
  const std::string line = graph.Cast(graph.OverColumns("ReduceSum", passed), Element::kInt64);
  const auto of_line = [&](const std::vector<double>& values) {
    return graph.Node("Gather", {graph.Row(values), line}, {{"axis", int64_t{0}}});
  };
  // A cell outside stays at the end, so that an infinite one does not meet a slope of 0.
  const std::string inside = graph.Op("Max", graph.Op("Min", x, graph.Number(xs.back())), graph.Number(xs.front()));
  const std::string rise = graph.Op("Mul", of_line(slopes), graph.Op("Sub", inside, of_line(begin_x)));
  return graph.Op("Add", rise, of_line(begin_y));
}

}  // namespace scoreway::onnx_export
