// The importer of ONNX models (ai.onnx and ai.onnx.ml): classic models, row by row.
//
// Axis 0 of every input is the row of the batch; an input of dimensions [rows, a, b] becomes a*b columns. A model that
// computes across rows, or with operators that are not in node_table.cc, is UNSUPPORTED, with every node that is the
// reason. Tensors in other files are refused.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "importers/onnx/tensor.h"
#include "model/model.h"

namespace scoreway::onnx {

bool LooksLikeModel(std::string_view bytes);
Result<Model> ImportModel(std::string_view bytes);

// The tensors that the columns of an imported model stand for, in the order of the columns.
struct TensorPort {
  std::string name;
  ElementType type = ElementType::kUndefined;
  Dims dims;  // the first is Tensor::kRowsDim
};
struct TensorSignature {
  std::vector<TensorPort> inputs, outputs;
};
// For bytes that ImportModel takes; errors as there. UNSUPPORTED also for outputs that are maps.
Result<TensorSignature> ReadTensorSignature(std::string_view bytes);

}  // namespace scoreway::onnx
