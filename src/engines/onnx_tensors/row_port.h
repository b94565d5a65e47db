// RowPort: how rows of cells lie in a tensor of an ONNX model: one row of the tensor's first axis for each of the
// batch.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "data/type.h"
#include "importers/onnx/tensor.h"

namespace scoreway::onnx {

struct RowPort {
  ElementType type = ElementType::kUndefined;
  Dims inner;  // the dimensions behind that of rows
  Type cell = Type::kFloat64;
  std::vector<std::string> columns;
};

// The port of a tensor of these dimensions, the first of which is that of rows. UNSUPPORTED for elements that no cell
// holds, and where an inner dimension is not fixed.
Result<RowPort> RowPortOf(const std::string& name, ElementType type, const Dims& dims);

}  // namespace scoreway::onnx
