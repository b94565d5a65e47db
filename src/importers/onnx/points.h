// Operators over points: distances between the rows and constant points; and the least or greatest of a row. Models
// that have both, as those of nearest neighbours, are UNSUPPORTED, for the sake of ties.
#pragma once

#include "importers/onnx/lowering.h"

namespace scoreway::onnx {

// Scan as skl2onnx uses it: over constant points, a distance of each to every row. Other loops are UNSUPPORTED.
Result<Outputs> LowerScan(Context& context, const Node& node);
// com.microsoft's operator of the same distances.
Result<Outputs> LowerCDist(Context& context, const Node& node);
Result<Outputs> LowerTopK(Context& context, const Node& node);

}  // namespace scoreway::onnx
