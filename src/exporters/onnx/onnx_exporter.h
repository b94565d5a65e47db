// A Model as an ONNX graph of the operators ai.onnx and ai.onnx.ml, float64 throughout.
//
// One graph input and output a column, [N, 1], under the model's own names. Numbers that may be missing are tensors of
// floats, where NaN is missing; a missing text is the empty one. A row that the source model refuses (a missing cell
// without a rule, an unknown category, an infinite number) comes out as NaN, as empty text, as the least int64, as
// false: ONNX has no errors of rows.
#pragma once

#include "base/byte_sink.h"
#include "base/result.h"
#include "model/model.h"

namespace scoreway {

// As ExportModel (exporters/exporter.h).
Status ExportOnnx(const Model& model, ByteSink* sink);

}  // namespace scoreway
