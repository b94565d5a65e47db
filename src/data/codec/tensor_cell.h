// One JSON value of a tensor into a column, checked against the tensor's datatype. Private to the codecs.
#pragma once

#include "data/batch.h"
#include "data/codec/json_document.h"
#include "data/codec/tensor_datatype.h"

namespace scoreway {

// Appends the value to the column; an error, without a place, if it suits the datatype or the column badly.
Status AppendTensorCell(json::value value, const TensorDatatype& datatype, Column* column);

}  // namespace scoreway
