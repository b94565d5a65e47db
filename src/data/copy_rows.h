// Rows of one Batch appended to another.
#pragma once

#include <cstddef>

#include "data/batch.h"

namespace scoreway {

// The Types must be the same.
void AppendCell(const Column& from, size_t row, Column* to);

// The rows from `begin` up to `end`; the columns must be of the same types in the same order.
void AppendRows(const Batch& from, size_t begin, size_t end, Batch* to);

}  // namespace scoreway
