// Functions of one input, element by element.
#pragma once

#include "importers/onnx/lowering.h"

namespace scoreway::onnx {

Result<Outputs> LowerUnary(Context& context, const Node& node);
Result<Outputs> LowerNot(Context& context, const Node& node);
Result<Outputs> LowerIsNaN(Context& context, const Node& node);
Result<Outputs> LowerIsInf(Context& context, const Node& node);
Result<Outputs> LowerErf(Context& context, const Node& node);
Result<Outputs> LowerClip(Context& context, const Node& node);
Result<Outputs> LowerLeakyRelu(Context& context, const Node& node);
Result<Outputs> LowerPRelu(Context& context, const Node& node);
Result<Outputs> LowerElu(Context& context, const Node& node);
Result<Outputs> LowerSelu(Context& context, const Node& node);
Result<Outputs> LowerCelu(Context& context, const Node& node);
Result<Outputs> LowerHardSigmoid(Context& context, const Node& node);
Result<Outputs> LowerHardSwish(Context& context, const Node& node);
Result<Outputs> LowerSoftplus(Context& context, const Node& node);
Result<Outputs> LowerSoftsign(Context& context, const Node& node);
Result<Outputs> LowerThresholdedRelu(Context& context, const Node& node);
Result<Outputs> LowerGelu(Context& context, const Node& node);
Result<Outputs> LowerShrink(Context& context, const Node& node);

}  // namespace scoreway::onnx
