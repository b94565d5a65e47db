// KeyOfAnswers: by which columns a table of answers is to tell its rows apart.
#pragma once

#include "base/result.h"
#include "tables/table_sink.h"

namespace scoreway {

// The input's key, all of whose columns must be kept; where it is not known, all that is kept, which must be something.
// kInvalidArgument names what --keep lacks.
Result<TableKey> KeyOfAnswers(const SinkColumns& columns);

// Whether rows under different keys of the input would come under one of a table with this key; then kInvalidArgument
// names the column that its key lacks.
Status CheckKeepsApart(const TableKey& input, const TableKey& table);

}  // namespace scoreway
