#include "exporters/onnx/formulas.h"

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

}  // namespace scoreway::onnx_export
