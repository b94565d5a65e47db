// RowSource: rows of a file or a pipe, CSV or JSON lines, straight into a Batch.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "data/batch.h"
#include "data/codec/csv_reader.h"
#include "data/codec/json_lines_reader.h"
#include "options.h"

namespace scoreway {

// What was asked for, or what the file's ending says, or `otherwise`.
RowFormat FormatOf(RowFormat asked, std::string_view path, RowFormat otherwise);

struct RowSourceOptions {
  char delimiter = ',';
  std::vector<bool> may_be_absent = {};  // columns that the rows may lack
  bool bind_by_position = false;
};

class RowSource {
 public:
  // `format` is not auto. The bytes must outlive this.
  RowSource(ByteSource* bytes, const std::shared_ptr<const Schema>& schema, RowFormat format,
            const RowSourceOptions& options);

  // Reads what comes before the first row.
  Status Open() { return csv_ ? csv_->Open() : Status(); }
  // Appends up to rows_max rows; false at the end.
  Result<bool> Next(Batch* batch, size_t rows_max) {
    return csv_ ? csv_->Next(batch, rows_max) : json_->Next(batch, rows_max);
  }
  // After Open: what the schema has no use for.
  std::vector<std::string> ignored_columns() const {
    return csv_ ? csv_->ignored_columns() : std::vector<std::string>();
  }

 private:
  std::unique_ptr<CsvReader> csv_;
  std::unique_ptr<JsonLinesReader> json_;
};

}  // namespace scoreway
