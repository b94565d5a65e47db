// CSV as a table: the header once, then parts of rows, each read by a CsvReader that is given the header before them.
#pragma once

#include "tables/table_reader.h"

namespace scoreway {

Result<std::unique_ptr<TableReader>> OpenCsvTable(std::shared_ptr<const FileBytes> file,
                                                  const TableReadOptions& options);

}  // namespace scoreway
