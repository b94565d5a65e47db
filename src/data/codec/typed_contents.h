// InferTensorContents of the Open Inference Protocol's gRPC form: the elements of a tensor as a repeated field of their
// kind, in a message of their own. Private to the codecs.
#pragma once

#include <string_view>

#include "base/result.h"
#include "base/wire_writer.h"
#include "data/batch.h"
#include "data/codec/tensor_binding.h"

namespace scoreway {

// Appends the elements to the columns from `first` on, as TensorBinding has bound them. INVALID_ARGUMENT: the elements
// are more or fewer than the shape asks for, lie in the field of another datatype (both without a place), or do not
// suit the datatype or the column (the place is row and column). After an error the columns may hold part of the
// tensor.
Status AppendTypedContents(std::string_view contents, const TensorHead& head, size_t first, Batch* batch);

// The cells of a column. Missing cells are NaN in floats; UNSUPPORTED in others, naming the row.
Status WriteTypedContents(const Column& column, WireWriter* contents);

}  // namespace scoreway
