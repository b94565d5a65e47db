// Products with constant matrices.
#pragma once

#include "importers/onnx/lowering.h"

namespace scoreway::onnx {

// rows * weights^T + bias in float32 or float64 as `type` says; weights of output j come first for all inputs.
Result<ValueId> Linear(Context& context, ElementType type, ValueId rows, std::vector<double> weights,
                       std::vector<double> bias, uint32_t outputs);

Result<Outputs> LowerMatMul(Context& context, const Node& node);
Result<Outputs> LowerGemm(Context& context, const Node& node);

}  // namespace scoreway::onnx
