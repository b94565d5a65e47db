// Batches as JSON text, appended to a string that the caller reuses.
//
// Missing cells and NaN are null; the infinities, which JSON lacks, are the strings "Infinity" and "-Infinity", as the
// readers take them. Numbers have the fewest digits that read back as the same number, and floats always a point or an
// exponent. `columns` are the columns to write, in this order; empty: all.
#pragma once

#include <span>
#include <string>

#include "data/batch.h"

namespace scoreway {

// [{"predict":1.0,"city":"Oslo"},...]
void AppendJsonRows(const Batch& batch, std::span<const size_t> columns, std::string* out);

// {"predict":1.0,"city":"Oslo"} and LF, for each row.
void AppendJsonLines(const Batch& batch, std::span<const size_t> columns, std::string* out);

// The Open Inference Protocol's outputs: [{"name":"predict","shape":[2],"datatype":"FP64","data":[1.0,null]},...]
void AppendJsonTensors(const Batch& batch, std::span<const size_t> columns, std::string* out);

}  // namespace scoreway
