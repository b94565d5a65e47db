// FindTableColumns: where the columns of a schema lie in a table whose columns have types of their own.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "base/result.h"
#include "data/schema.h"
#include "tables/table_reader.h"

namespace scoreway {

// For each field of the schema its column; nothing where it is absent and may be. INVALID_ARGUMENT names a column that
// is missing, stands twice, or holds text where numbers are wanted or the other way round; UNSUPPORTED one that is not
// read.
Result<std::vector<std::optional<size_t>>> FindTableColumns(std::span<const TableColumn> columns, const Schema& schema,
                                                            const std::vector<bool>& may_be_absent);

}  // namespace scoreway
