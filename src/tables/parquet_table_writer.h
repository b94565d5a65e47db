// Parquet as a table to write: a row group for each part.
#pragma once

#include "tables/table_writer.h"

namespace scoreway {

std::unique_ptr<TableWriter> MakeParquetTableWriter(std::shared_ptr<const Schema> schema);

}  // namespace scoreway
