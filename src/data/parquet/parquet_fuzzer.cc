// Whatever the bytes, reading a Parquet file ends in a table or an error: as the parts of a saved model, and column by
// column as a large table.
#include <cstdint>

#include "data/parquet/column_cursor.h"
#include "data/parquet/table.h"

namespace scoreway::parquet {
namespace {

constexpr size_t kRowsMax = 1 << 16;

void ReadColumns(std::string_view file) {
  const Result<FileMetadata> metadata = ReadFileMetadata(file);
  if (!metadata.ok()) return;
  const TextBytes bytes(file);
  for (const RowGroup& group : metadata->row_groups) {
    for (size_t i = 0; i < group.chunks.size(); ++i) {
      const Result<Type> type = CellTypeOf(metadata->leaves[i]);
      if (!type.ok()) continue;
      scoreway::Column column(*type);
      ColumnCursor cursor(bytes, metadata->leaves[i], group.chunks[i]);
      if (!cursor.Append(3, &column).ok() || !cursor.Skip(5).ok()) continue;
      while (column.size() < kRowsMax && cursor.Append(64, &column).ok()) {
      }
    }
  }
}

}  // namespace
}  // namespace scoreway::parquet

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view file(reinterpret_cast<const char*>(data), size);
  (void)scoreway::parquet::Table::Read({file}, {.bytes_max = 16 << 20});
  scoreway::parquet::ReadColumns(file);
  return 0;
}
