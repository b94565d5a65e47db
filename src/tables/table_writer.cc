#include "tables/table_writer.h"

#include <utility>

#include "tables/arrow_table_writer.h"
#include "tables/parquet_table_writer.h"
#include "tables/text_writers.h"

namespace scoreway {

std::unique_ptr<TableWriter> MakeTableWriter(TableFormat format, std::shared_ptr<const Schema> schema, bool stream) {
  switch (format) {
    case TableFormat::kCsv: return MakeCsvWriter(std::move(schema));
    case TableFormat::kJsonLines: return MakeJsonLinesWriter();
    case TableFormat::kArrow: return MakeArrowTableWriter(std::move(schema), stream);
    case TableFormat::kParquet: return MakeParquetTableWriter(std::move(schema));
  }
  return nullptr;
}

}  // namespace scoreway
