// Batches as JSON text, appended to a string that the caller reuses.
//
// Missing cells and NaN are null; the infinities, which JSON lacks, are the strings "Infinity" and "-Infinity", as the
// readers take them. Numbers have the fewest digits that read back as the same number, and floats always a point or an
// exponent. `columns` are the columns to write, in this order; empty: all.
#pragma once

#include <span>
#include <string>

#include "base/result.h"
#include "data/batch.h"
#include "data/codec/json_request.h"

namespace scoreway {

// [{"predict":1.0,"city":"Oslo"},...]
void AppendJsonRows(const Batch& batch, std::span<const size_t> columns, std::string* out);

// {"predict":1.0,"city":"Oslo"} and LF, for each row.
void AppendJsonLines(const Batch& batch, std::span<const size_t> columns, std::string* out);

// [1.0,null,"Oslo"]: the cells of a column.
void AppendJsonCells(const Column& column, std::string* out);

// The Open Inference Protocol's outputs: [{"name":"predict","shape":[2],"datatype":"FP64","data":[1.0,null]},...]
void AppendJsonTensors(const Batch& batch, std::span<const size_t> columns, std::string* out);

// The same, but of tensor i with forms[i] == kBinary the JSON says only "parameters":{"binary_data_size":16}; its bytes
// (raw_tensor.h) are appended to *binary. Past the end of forms: `otherwise`. Errors are those of AppendRawCells.
Status AppendTensors(const Batch& batch, std::span<const size_t> columns, std::span<const TensorForm> forms,
                     TensorForm otherwise, std::string* out, std::string* binary);

}  // namespace scoreway
