// One row of JSON, an object or an array, into a Batch. Private to the codecs.
#pragma once

#include <string>
#include <vector>

#include "data/batch.h"
#include "data/codec/json_document.h"

namespace scoreway {

// Appends a cell to every column. `row_rank` is the number of rows the batch holds. Columns without a key get null if
// may_be_absent (shorter than the schema: the rest may not). INVALID_ARGUMENT for an unknown, repeated or absent key
// and for a value that does not suit; the place is the column, if it is one. The batch may then hold part of the row.
// Where unknown keys are ignored, one that is a column's but for the case of its letters is refused all the same.
enum class UnknownKeys : bool { kRefuse, kIgnore };
Status AppendObjectRow(json::object object, const std::vector<bool>& may_be_absent, UnknownKeys unknown,
                       size_t row_rank, Batch* batch);

// The cells by position, as many as the schema has columns.
Status AppendArrayRow(json::array array, Batch* batch);

}  // namespace scoreway
