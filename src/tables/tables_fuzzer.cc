// Whatever the bytes, a table opens, is cut and read, or ends in an error; and CSV reads the same cut in small parts as
// in one. The first byte chooses the format, the second the size of parts.
#include <cstdint>

#include "base/check.h"
#include "data/codec/csv_writer.h"
#include "tables/table_reader.h"

namespace {

using namespace scoreway;

// The rows as CSV; false if anything went wrong.
bool ReadAll(std::string_view bytes, TableFormat format, size_t part_bytes, std::string* text) {
  auto table = OpenTable(std::make_shared<TextBytes>(bytes), format, {.part_bytes = part_bytes, .part_rows = 1000});
  if (!table.ok()) return false;
  std::vector<Field> fields;
  for (const TableColumn& column : (*table)->columns()) {
    if (column.is_readable) fields.push_back({column.name, column.type});
  }
  const auto schema = Schema::Make(std::move(fields));
  if (!schema.ok() || !(*table)->Bind(*schema, std::vector<bool>((*schema)->size())).ok()) return false;
  TablePosition at = (*table)->first();
  TablePart part;
  for (int parts = 0; parts < 10000; ++parts) {
    const Result<bool> any = (*table)->Cut(at, &part);
    if (!any.ok()) return false;
    if (!*any) return true;
    at = part.end;
    const auto rows = (*table)->Rows(part);
    Batch batch(*schema);
    while (true) {
      const Result<bool> more = rows->Next(&batch, 100);
      if (!more.ok()) return false;
      if (!*more) break;
      AppendCsvRows(batch, {}, text);
      batch.Clear();
    }
  }
  return false;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 2) return 0;
  const auto format = static_cast<TableFormat>(data[0] % 4);
  const std::string_view bytes(reinterpret_cast<const char*>(data + 2), size - 2);
  std::string whole, parts;
  const bool is_read = ReadAll(bytes, format, size_t{1} << 20, &whole);
  if (ReadAll(bytes, format, size_t{1} + data[1], &parts) && is_read) SCOREWAY_CHECK(whole == parts);
  return 0;
}
