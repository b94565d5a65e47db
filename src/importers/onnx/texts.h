// Operators on texts.
#pragma once

#include "importers/onnx/lowering.h"

namespace scoreway::onnx {

Result<Outputs> LowerStringNormalizer(Context& context, const Node& node);
Result<Outputs> LowerStringConcat(Context& context, const Node& node);

}  // namespace scoreway::onnx
