#include "engines/onnx_tensors/run_tensors.h"

#include <algorithm>

#include "engines/onnx_tensors/row_tensors.h"
#include "importers/onnx/onnx_importer.h"

namespace scoreway {
namespace {

using onnx::TensorData;

Error WrongTensor(const std::string& name, const std::string& why) {
  return Error{Code::kInvalidArgument, why, "input '" + name + "'"};
}

// The cells of all tensors as a batch of the scorer's input schema.
Result<Batch> RowsOf(const Scorer& scorer, const onnx::TensorSignature& signature,
                     const std::vector<TensorData>& inputs) {
  Batch batch(scorer.input_schema());
  const std::vector<InputField>& fields = scorer.model().signature().inputs;
  // Inputs that nothing reads may have any number of rows.
  int64_t rows = 0;
  size_t column = 0;
  for (size_t i = 0; i < inputs.size() && rows == 0; ++i) {
    if (column < fields.size() && fields[column].used && !inputs[i].dims.empty()) rows = inputs[i].dims[0];
    column += static_cast<size_t>(-onnx::ElementCount(signature.inputs[i].dims));
  }
  column = 0;
  for (size_t i = 0; i < inputs.size(); ++i) {
    const onnx::TensorPort& port = signature.inputs[i];
    const TensorData& tensor = inputs[i];
    if (!fields[column].used) {
      for (int64_t c = onnx::ElementCount(port.dims); c < 0; ++c, ++column) {
        for (int64_t r = 0; r < rows; ++r) batch.column(column).AppendNull();
      }
      continue;
    }
    if (tensor.type != port.type) {
      return WrongTensor(port.name,
                         "elements of type " + ElementTypeName(tensor.type) + ", not " + ElementTypeName(port.type));
    }
    const bool fits = tensor.dims.size() == port.dims.size() && tensor.dims[0] == rows &&
                      std::equal(tensor.dims.begin() + 1, tensor.dims.end(), port.dims.begin() + 1);
    if (!fits) {
      return WrongTensor(port.name, "dimensions " + onnx::DimsText(tensor.dims) + ", not " + onnx::DimsText(port.dims) +
                                        " with as many rows as the other inputs");
    }
    SCOREWAY_ASSIGN_OR_RETURN(const onnx::RowPort row, onnx::RowPortOf(port.name, port.type, port.dims));
    std::vector<Column*> columns;
    for (size_t c = 0; c < row.columns.size(); ++c) columns.push_back(&batch.column(column++));
    SCOREWAY_RETURN_IF_ERROR(AppendRows(row, tensor, static_cast<size_t>(rows), columns));
  }
  return batch;
}

}  // namespace

Result<std::vector<TensorData>> InOrder(const std::vector<std::string>& names, std::vector<TensorData> inputs) {
  if (inputs.size() != names.size()) {
    return Error{Code::kInvalidArgument,
                 std::to_string(inputs.size()) + " tensors for a model of " + std::to_string(names.size()) + " inputs",
                 {}};
  }
  std::vector<TensorData> ordered(names.size());
  std::vector<bool> taken(names.size(), false), placed(inputs.size(), false);
  for (size_t i = 0; i < inputs.size(); ++i) {
    const auto found = std::find(names.begin(), names.end(), inputs[i].name);
    if (found == names.end() || taken[static_cast<size_t>(found - names.begin())]) continue;
    const auto at = static_cast<size_t>(found - names.begin());
    ordered[at] = std::move(inputs[i]);
    taken[at] = placed[i] = true;
  }
  size_t next = 0;
  for (size_t i = 0; i < inputs.size(); ++i) {
    if (placed[i]) continue;
    while (taken[next]) ++next;
    ordered[next] = std::move(inputs[i]);
    taken[next] = true;
  }
  return ordered;
}

Result<std::vector<TensorData>> RunTensors(const Scorer& scorer, std::string_view artifact,
                                           std::vector<TensorData> inputs) {
  if (const auto* tensors = dynamic_cast<const TensorScorer*>(&scorer)) return tensors->RunTensors(std::move(inputs));
  if (!onnx::LooksLikeModel(artifact)) return Error{Code::kUnsupported, "only ONNX models take tensors", {}};
  SCOREWAY_ASSIGN_OR_RETURN(const onnx::TensorSignature signature, onnx::ReadTensorSignature(artifact));
  std::vector<std::string> names;
  for (const onnx::TensorPort& port : signature.inputs) names.push_back(port.name);
  SCOREWAY_ASSIGN_OR_RETURN(inputs, InOrder(names, std::move(inputs)));
  SCOREWAY_ASSIGN_OR_RETURN(const Batch batch, RowsOf(scorer, signature, inputs));
  Batch answers(scorer.output_schema());
  const ScratchPtr scratch = scorer.MakeScratch();
  SCOREWAY_RETURN_IF_ERROR(scorer.Run(batch, *scratch, &answers));
  std::vector<TensorData> outputs;
  size_t column = 0;
  for (const onnx::TensorPort& port : signature.outputs) {
    SCOREWAY_ASSIGN_OR_RETURN(const onnx::RowPort row, onnx::RowPortOf(port.name, port.type, port.dims));
    outputs.push_back(TensorOf(row, answers, column, 0, batch.rows()));
    outputs.back().name = port.name;
    column += row.columns.size();
  }
  return outputs;
}

}  // namespace scoreway
