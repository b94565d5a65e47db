// Operators along axes: sums and other aggregates, the best of a row, softmax.
#pragma once

#include "importers/onnx/lowering.h"

namespace scoreway::onnx {

// Scores of a row as probabilities.
Result<Tensor> Softmax(Context& context, const Tensor& in);

Result<Outputs> LowerReduce(Context& context, const Node& node);
Result<Outputs> LowerArgMax(Context& context, const Node& node);
Result<Outputs> LowerArgMin(Context& context, const Node& node);
Result<Outputs> LowerSoftmax(Context& context, const Node& node);
Result<Outputs> LowerLogSoftmax(Context& context, const Node& node);
Result<Outputs> LowerHardmax(Context& context, const Node& node);
Result<Outputs> LowerCumSum(Context& context, const Node& node);
Result<Outputs> LowerLpNormalization(Context& context, const Node& node);

}  // namespace scoreway::onnx
