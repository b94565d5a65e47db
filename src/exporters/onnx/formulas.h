// Functions that ONNX lacks, or lacks in float64, as a few nodes that keep all digits.
#pragma once

#include <string>
#include <vector>

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

// Lines through the points (xs, ys), xs rising, at a column x [N, 1]; the first and last y outside. Of points with
// equal x the last counts from the left, the first from the right. What is given for NaN is any y.
enum class From { kLeft, kRight };
std::string Interpolated(Graph& graph, const std::string& x, const std::vector<double>& xs,
                         const std::vector<double>& ys, From from);
// Whether the points and the slopes between them are finite.
bool CanInterpolate(const std::vector<double>& xs, const std::vector<double>& ys);

}  // namespace scoreway::onnx_export
