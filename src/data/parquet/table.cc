#include "data/parquet/table.h"

#include <algorithm>
#include <utility>

#include "data/parquet/chunk_reader.h"
#include "data/parquet/file_metadata.h"

namespace scoreway::parquet {
namespace {

Column::Kind KindOf(PhysicalType type) {
  switch (type) {
    case PhysicalType::kFloat:
    case PhysicalType::kDouble: return Column::Kind::kReal;
    case PhysicalType::kByteArray:
    case PhysicalType::kFixedLenByteArray:
    case PhysicalType::kInt96: return Column::Kind::kText;
    default: return Column::Kind::kInteger;
  }
}

bool Fits(const Leaf& leaf, const Column& column) {
  return leaf.path == column.path && KindOf(leaf.type) == column.kind && leaf.repetition_max() == column.ends.size();
}

Status AppendFile(std::string_view file, std::vector<Column>* columns, size_t* row_count, uint64_t* bytes_left) {
  SCOREWAY_ASSIGN_OR_RETURN(const FileMetadata metadata, ReadFileMetadata(file));
  if (columns->empty()) {
    for (const Leaf& leaf : metadata.leaves) {
      Column& column = columns->emplace_back();
      column.path = leaf.path;
      column.kind = KindOf(leaf.type);
      column.ends.resize(leaf.repetition_max());
    }
  }
  if (!std::equal(metadata.leaves.begin(), metadata.leaves.end(), columns->begin(), columns->end(), Fits)) {
    return Status(Code::kCorrupt, "the files of one table differ in their columns", "the Parquet file");
  }
  for (const RowGroup& group : metadata.row_groups) {
    if (group.row_count < 0) return Status(Code::kCorrupt, "a row group has no count of rows", "the Parquet file");
    *row_count += static_cast<size_t>(group.row_count);
    for (size_t i = 0; i < columns->size(); ++i) {
      Column& column = (*columns)[i];
      Status status = ChunkReader(file, metadata.leaves[i], group.chunks[i], bytes_left).AppendTo(&column);
      if (!status.ok()) return AtPlace("column '" + column.path + "'", std::move(status).error());
      const size_t rows = column.ends.empty() ? column.size() : column.ends[0].size();
      if (rows != *row_count) {
        return Status(Code::kCorrupt, "has other rows than the table", "column '" + column.path + "'");
      }
    }
  }
  return {};
}

}  // namespace

Column::Range Column::ValuesOf(size_t row) const {
  Range range{static_cast<uint32_t>(row), static_cast<uint32_t>(row + 1)};
  for (const std::vector<uint32_t>& level : ends) {
    range.begin = range.begin == 0 ? 0 : level[range.begin - 1];
    range.end = range.end == 0 ? 0 : level[range.end - 1];
  }
  return range;
}

Result<Table> Table::Read(const std::vector<std::string_view>& files, const Limits& limits) {
  Table table;
  uint64_t bytes_left = limits.bytes_max;
  for (const std::string_view file : files) {
    SCOREWAY_RETURN_IF_ERROR(AppendFile(file, &table.columns_, &table.row_count_, &bytes_left));
  }
  return table;
}

const Column* Table::Find(std::string_view path) const {
  const auto found =
      std::find_if(columns_.begin(), columns_.end(), [path](const Column& column) { return column.path == path; });
  return found == columns_.end() ? nullptr : &*found;
}

}  // namespace scoreway::parquet
