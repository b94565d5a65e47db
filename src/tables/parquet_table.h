// Parquet as a table: a part is some rows of a row group. Columns are decoded where they are cut, as pages do not end
// together.
#pragma once

#include "tables/table_reader.h"

namespace scoreway {

Result<std::unique_ptr<TableReader>> OpenParquetTable(std::shared_ptr<const FileBytes> file,
                                                      const TableReadOptions& options);

}  // namespace scoreway
