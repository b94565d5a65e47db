// CsvReader: rows of a CSV text, typed by a schema, straight into a Batch. Streaming, so the text may be larger than
// memory.
//
// Columns are bound by the names of the header. Columns of the text that the schema lacks are ignored and reported.
// A column `x` stands for `x_0`, `x_1`, ... where the schema has these and no `x`: its cells are vectors
// (vector_text.h).
// How cells are read is said in text_cell.h and csv_records.h; in a text of one column "" is a missing cell, as nothing
// else could stand for one. Errors name line and column. One thread at a time.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "data/batch.h"
#include "data/codec/byte_source.h"
#include "data/codec/csv_plain_rows.h"
#include "data/codec/csv_records.h"

namespace scoreway {

struct CsvReadOptions {
  char delimiter = ',';
  // False: the first line is a row, and columns are bound by position.
  bool header = true;
  // For models that know their inputs by position only: when the header has as many columns as the schema and none of
  // its names, columns are bound by position.
  bool bind_by_position = false;
  // may_be_absent[i]: column i of the schema may be missing from the text; it is then filled with null. Shorter than
  // the schema: the rest may not.
  std::vector<bool> may_be_absent = {};
  CsvLimits limits = {};
  // Lines of a larger text that lie between its header and the rows here, so that errors name its lines.
  uint64_t lines_between = 0;
};

class CsvReader {
 public:
  // `source` must outlive the reader.
  CsvReader(ByteSource* source, std::shared_ptr<const Schema> schema, CsvReadOptions options = {});

  // Reads the header and binds the columns; Next does it too. INVALID_ARGUMENT if a column is missing that may not be,
  // if a column to bind stands twice, or if there is no header at all.
  Status Open();

  // Appends up to rows_max (> 0) rows to the batch, whose schema must be the reader's. False, and nothing appended, at
  // the end of the text. After an error the batch may hold part of a row: clear it. Where
  // can_go_on() says so, reading goes on with the row after it.
  Result<bool> Next(Batch* batch, size_t rows_max);

  // After Open: columns of the text that the schema lacks.
  const std::vector<std::string>& ignored_columns() const { return ignored_columns_; }
  // The line of the row read last, counted from 1.
  uint64_t line() const { return records_.line(); }
  // After an error: whether the next row can be read.
  bool can_go_on() const { return opened_ && !records_.failed(); }

 private:
  Status BindByName();
  Status BindByPosition();
  Status BindVectors();
  Status AppendRow(Batch* batch);
  // Appends the next rows that are plain ones (csv_plain_rows.h); how many.
  size_t AppendPlainRows(Batch* batch, size_t rows_max);

  std::shared_ptr<const Schema> schema_;
  CsvReadOptions options_;
  CsvRecords records_;
  bool opened_ = false;
  bool row_waits_ = false;  // without a header: the record that told the number of columns is a row
  size_t cells_ = 0;        // of every record
  std::vector<std::optional<size_t>> cell_of_column_;
  // Cells that hold all the columns of a run.
  struct VectorCell {
    size_t cell = 0;
    Schema::Run columns;
  };
  std::vector<VectorCell> vectors_;
  std::vector<bool> in_vector_;  // column i is filled by one of these
  std::vector<std::string> ignored_columns_;
  std::optional<CsvPlainRows> plain_rows_;  // once opened, where rows may be plain ones
  // After a row that was not plain, so many are not tried: 1, 3, 7 and on while they are not.
  unsigned plain_pause_ = 0, plain_paused_ = 0;
};

}  // namespace scoreway
