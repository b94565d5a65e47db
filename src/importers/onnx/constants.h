// Constants, shapes and what is made from them.
#pragma once

#include "importers/onnx/lowering.h"

namespace scoreway::onnx {

Result<Outputs> LowerConstant(Context& context, const Node& node);
Result<Outputs> LowerShape(Context& context, const Node& node);
Result<Outputs> LowerSize(Context& context, const Node& node);
Result<Outputs> LowerConstantOfShape(Context& context, const Node& node);
Result<Outputs> LowerRange(Context& context, const Node& node);

}  // namespace scoreway::onnx
