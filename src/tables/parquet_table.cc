#include "tables/parquet_table.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "data/codec/column_names.h"
#include "data/parquet/column_cursor.h"
#include "data/parquet/file_metadata.h"
#include "tables/batch_rows.h"
#include "tables/find_columns.h"

namespace scoreway {
namespace {

constexpr uint32_t kFooterBytesMax = 256U << 20;

class ParquetTable final : public TableReader {
 public:
  ParquetTable(std::shared_ptr<const FileBytes> file, const TableReadOptions& options, parquet::FileMetadata metadata)
      : file_(std::move(file)), part_rows_(options.part_rows), metadata_(std::move(metadata)) {
    for (const parquet::Leaf& leaf : metadata_.leaves) {
      TableColumn& column = columns_.emplace_back(TableColumn{.name = leaf.path});
      const Result<Type> type = parquet::CellTypeOf(leaf);
      column.is_readable = type.ok();
      if (type.ok()) {
        column.type = *type;
      } else {
        column.fault = type.error().message;
      }
    }
    for (const parquet::RowGroup& group : metadata_.row_groups) rows_ += static_cast<uint64_t>(group.row_count);
  }

  const std::vector<TableColumn>& columns() const override { return columns_; }

  Status Bind(std::shared_ptr<const Schema> schema, std::vector<bool> may_be_absent) override {
    schema_ = std::move(schema);
    SCOREWAY_ASSIGN_OR_RETURN(leaf_of_column_, FindTableColumns(columns_, *schema_, may_be_absent));
    return {};
  }

  Result<bool> Cut(const TablePosition& begin, TablePart* part) override {
    part->begin = part->end = begin;
    part->bytes.clear();
    if (begin.rows >= rows_) return false;
    SCOREWAY_RETURN_IF_ERROR(GoTo(begin.rows));
    const size_t count = static_cast<size_t>(std::min<uint64_t>(part_rows_, group_end_ - next_row_));
    // Memory of the part before it is used again.
    std::unique_ptr<Batch> rows = part->rows == nullptr ? std::make_unique<Batch>(schema_) : std::move(part->rows);
    rows->Clear();
    for (size_t i = 0; i < schema_->size(); ++i) {
      Column& column = rows->column(i);
      if (!cursors_[i]) {
        for (size_t row = 0; row < count; ++row) column.AppendNull();
      } else if (Status status = cursors_[i]->Append(count, &column); !status.ok()) {
        return Fault(i, std::move(status));
      }
    }
    next_row_ += count;
    part->end.rows += count;
    part->rows = std::move(rows);
    return true;
  }

  std::unique_ptr<RowStream> Rows(const TablePart& part) const override {
    return std::make_unique<BatchRows>(part.rows.get());
  }
  double FractionBefore(const TablePosition& position) const override {
    return static_cast<double>(position.rows) / static_cast<double>(std::max<uint64_t>(rows_, 1));
  }

 private:
  // Makes next_row_ that row, with cursors in its row group.
  Status GoTo(uint64_t row) {
    while (row >= group_end_) {
      if (group_ == metadata_.row_groups.size()) return Status(Code::kCorrupt, "it has fewer rows than it says");
      next_row_ = group_end_;
      const parquet::RowGroup& group = metadata_.row_groups[group_++];
      group_end_ += static_cast<uint64_t>(group.row_count);
      cursors_.clear();
      cursors_.resize(schema_->size());
      if (row >= group_end_) continue;
      for (size_t i = 0; i < schema_->size(); ++i) {
        if (!leaf_of_column_[i]) continue;
        const size_t leaf = *leaf_of_column_[i];
        cursors_[i] = std::make_unique<parquet::ColumnCursor>(*file_, metadata_.leaves[leaf], group.chunks[leaf]);
      }
    }
    const auto passed = static_cast<size_t>(row - next_row_);
    for (size_t i = 0; i < cursors_.size() && passed > 0; ++i) {
      if (!cursors_[i]) continue;
      if (Status status = cursors_[i]->Skip(passed); !status.ok()) return Fault(i, std::move(status));
    }
    next_row_ = row;
    return {};
  }

  Error Fault(size_t column, Status status) const {
    return AtPlace("column " + Quoted(schema_->field(column).name), std::move(status).error());
  }

  const std::shared_ptr<const FileBytes> file_;
  const size_t part_rows_;
  const parquet::FileMetadata metadata_;
  std::vector<TableColumn> columns_;  // a leaf each
  uint64_t rows_ = 0;
  std::shared_ptr<const Schema> schema_;
  std::vector<std::optional<size_t>> leaf_of_column_;
  // Where reading is: next_row_ lies in the row group before group_, which ends at group_end_.
  size_t group_ = 0;
  uint64_t next_row_ = 0, group_end_ = 0;
  std::vector<std::unique_ptr<parquet::ColumnCursor>> cursors_;  // a column of the schema each; null: it is absent
};

}  // namespace

Result<std::unique_ptr<TableReader>> OpenParquetTable(std::shared_ptr<const FileBytes> file,
                                                      const TableReadOptions& options) {
  std::string end;
  const uint64_t end_bytes = std::min<uint64_t>(file->size(), parquet::kFileEndBytes);
  SCOREWAY_RETURN_IF_ERROR(file->AppendAt(file->size() - end_bytes, static_cast<size_t>(end_bytes), &end));
  SCOREWAY_ASSIGN_OR_RETURN(const uint32_t footer_bytes, parquet::ReadFooterBytes(end));
  if (footer_bytes > file->size() - end_bytes || footer_bytes > kFooterBytesMax) {
    return Error{Code::kCorrupt, "its footer is larger than the file", "the Parquet file"};
  }
  std::string footer;
  SCOREWAY_RETURN_IF_ERROR(file->AppendAt(file->size() - end_bytes - footer_bytes, footer_bytes, &footer));
  SCOREWAY_ASSIGN_OR_RETURN(parquet::FileMetadata metadata, parquet::ReadFooter(footer));
  for (const parquet::RowGroup& group : metadata.row_groups) {
    if (group.row_count < 0) return Error{Code::kCorrupt, "a row group has no count of rows", "the Parquet file"};
  }
  return std::unique_ptr<TableReader>(new ParquetTable(std::move(file), options, std::move(metadata)));
}

}  // namespace scoreway
