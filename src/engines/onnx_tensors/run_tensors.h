// Whole tensors through an ONNX model, whichever engine computes it.
#pragma once

#include <string_view>
#include <vector>

#include "base/result.h"
#include "importers/onnx/tensor_proto.h"
#include "score/scorer.h"

namespace scoreway {

// A Scorer that takes tensors as well as rows.
class TensorScorer : public Scorer {
 public:
  // The inputs by name; one that has none, or another's, by position. All outputs, in the model's order. Re-entrant.
  virtual Result<std::vector<onnx::TensorData>> RunTensors(std::vector<onnx::TensorData> inputs) const = 0;
};

// Runs the tensors through a scorer made of this ONNX artifact: directly if it is a TensorScorer, else as rows, the
// first axis of every tensor being that of rows. INVALID_ARGUMENT for tensors that the model does not take, UNSUPPORTED
// for an artifact that is no ONNX model.
Result<std::vector<onnx::TensorData>> RunTensors(const Scorer& scorer, std::string_view artifact,
                                                 std::vector<onnx::TensorData> inputs);

// Puts the inputs in the order of these names.
Result<std::vector<onnx::TensorData>> InOrder(const std::vector<std::string>& names,
                                              std::vector<onnx::TensorData> inputs);

}  // namespace scoreway
