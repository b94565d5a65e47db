#include "tables/table_reader.h"

#include <utility>

#include "tables/arrow_table.h"
#include "tables/csv_table.h"
#include "tables/json_lines_table.h"
#include "tables/parquet_table.h"

namespace scoreway {

Result<std::unique_ptr<TableReader>> OpenTable(std::shared_ptr<const FileBytes> file, TableFormat format,
                                               const TableReadOptions& options) {
  switch (format) {
    case TableFormat::kCsv: return OpenCsvTable(std::move(file), options);
    case TableFormat::kJsonLines: return OpenJsonLinesTable(std::move(file), options);
    case TableFormat::kArrow: return OpenArrowTable(std::move(file));
    case TableFormat::kParquet: return OpenParquetTable(std::move(file), options);
  }
  return Error{Code::kInternal, "no such table format", {}};
}

}  // namespace scoreway
