// Operators that move elements about without changing them.
#pragma once

#include <vector>

#include "importers/onnx/lowering.h"

namespace scoreway::onnx {

// The elements of the tensor (without the row axis) at these places, as a tensor of dimensions `core` there.
Result<Tensor> Moved(Context& context, const Tensor& in, Dims core, std::vector<uint32_t> elements);

Result<Outputs> LowerReshape(Context& context, const Node& node);
Result<Outputs> LowerFlatten(Context& context, const Node& node);
Result<Outputs> LowerSqueeze(Context& context, const Node& node);
Result<Outputs> LowerUnsqueeze(Context& context, const Node& node);
Result<Outputs> LowerTranspose(Context& context, const Node& node);
Result<Outputs> LowerSlice(Context& context, const Node& node);
Result<Outputs> LowerGather(Context& context, const Node& node);
Result<Outputs> LowerSplit(Context& context, const Node& node);
Result<Outputs> LowerConcat(Context& context, const Node& node);
Result<Outputs> LowerExpand(Context& context, const Node& node);
Result<Outputs> LowerTile(Context& context, const Node& node);

}  // namespace scoreway::onnx
