// Cells of a Batch to tensors and back.
#pragma once

#include "data/batch.h"
#include "engines/onnx_tensors/row_port.h"
#include "importers/onnx/tensor_proto.h"

namespace scoreway::onnx {

// Rows [first, first + rows) of the batch's columns from `column` on. ONNX knows no missing text or integer: an absent
// text is "", an absent integer was refused before.
TensorData TensorOf(const RowPort& port, const Batch& batch, size_t column, size_t first, size_t rows);

// Appends the tensor's rows to the columns that `to` names, one for each of the port's columns; null for those that are
// not wanted. INVALID_ARGUMENT when the tensor has another shape.
Status AppendRows(const RowPort& port, const TensorData& tensor, size_t rows, const std::vector<Column*>& to);

}  // namespace scoreway::onnx
