// JSON lines as a table: an object or an array a line. Its columns are those of the first row.
#pragma once

#include "tables/table_reader.h"

namespace scoreway {

Result<std::unique_ptr<TableReader>> OpenJsonLinesTable(std::shared_ptr<const FileBytes> file,
                                                        const TableReadOptions& options);

}  // namespace scoreway
