// How rows of cells lie in the tensors of a model for ONNX Runtime.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engines/onnx_tensors/row_port.h"
#include "engines/onnxruntime/ort_session.h"
#include "importers/onnx/model_proto.h"

namespace scoreway::ort {

struct RowPorts {
  std::vector<onnx::RowPort> inputs, outputs;
  // The only number of rows that a run takes; none if any will do.
  std::optional<int64_t> fixed_rows;
};

// UNSUPPORTED where an input or output has no row for each row of cells. Outputs whose dimensions are not known are
// found by a run over zeros, unless the model holds loops.
Result<RowPorts> FindRowPorts(const OrtSession& session, const onnx::ModelProto& model);

}  // namespace scoreway::ort
