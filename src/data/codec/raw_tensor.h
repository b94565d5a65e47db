// Tensors as raw bytes: the elements one after the other, row by row, little-endian; a bool is a byte, a text its
// length in 4 bytes and then its bytes. So the binary extension of the Open Inference Protocol has them, and raw
// contents in gRPC.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "data/batch.h"
#include "data/codec/tensor_binding.h"

namespace scoreway {

// Appends the elements to the columns from `first` on, as TensorBinding has bound them; tensor_value.h says which value
// suits which column. INVALID_ARGUMENT if there are more or fewer bytes than the shape asks for (no place), or a value
// does not suit (the place is row and column). After an error the columns may hold part of the tensor.
Status AppendRawTensor(std::string_view bytes, const TensorHead& head, size_t first, Batch* batch);

// Appends the cells of a column. A missing cell of a float is NaN; of another type there are no bytes for it: then
// UNSUPPORTED, naming the row.
Status AppendRawCells(const Column& column, std::string* out);

}  // namespace scoreway
