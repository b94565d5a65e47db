// Functions that ONNX lacks, or lacks in float64, as a few nodes that keep all digits.
#pragma once

#include <string>

#include "exporters/onnx/graph.h"

namespace scoreway::onnx_export {

// log(1 + x) and exp(x) - 1, exact to a few units in the last place for small x too.
std::string Log1p(Graph& graph, const std::string& x);
std::string Expm1(Graph& graph, const std::string& x);
// Rounded towards zero.
std::string Truncate(Graph& graph, const std::string& x);
// Choices by comparison, with which NaN stays NaN: x, or the bound beyond it.
std::string AtLeast(Graph& graph, const std::string& x, const std::string& low);
std::string AtMost(Graph& graph, const std::string& x, const std::string& high);

}  // namespace scoreway::onnx_export
