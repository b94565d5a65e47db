// CsvPlainRows: rows of CSV as most are, plain numbers, and texts without quotes in them, many at a time: first where
// their cells are, then column by column what they hold. A row that is anything else is left to CsvReader, which reads
// every CSV; where both read a row, they read the same.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "data/batch.h"

namespace scoreway {

class CsvPlainRows {
 public:
  // cell_of_column[i]: the cell of column i, if it has one; the cells are in no vectors. Longer rows are no plain ones.
  CsvPlainRows(const Schema& schema, std::span<const std::optional<size_t>> cell_of_column, size_t cells,
               char delimiter, size_t row_bytes_max);

  // Appends the rows at the front of `text` up to the first that is no plain one or does not end with its LF within
  // it, at most rows_max; columns without a cell get null. Returns how many. At least kPlainNumberReadable bytes behind
  // the text must be readable.
  size_t Append(std::string_view text, size_t rows_max, Batch* batch);
  // What the rows that Append appended last take of its text.
  size_t bytes() const { return bytes_; }

 private:
  struct Cell {
    Type type = Type::kFloat64;
    size_t column = 0;
    bool is_wanted = false;
  };

  // Finds where the cells of a row begin, which begins there; where the next row begins, 0 if this is no plain one.
  size_t FindCells(std::string_view text, size_t begin, size_t row);
  size_t FindCellsAmongQuotes(std::string_view text, size_t begin, size_t row);
  // Reads a cell of all rows; bit r of the result: in row r it is a plain one.
  uint64_t Read(std::string_view text, size_t cell, size_t rows);
  uint64_t ReadIntegers(std::string_view text, size_t cell, size_t rows);
  void Append(std::string_view text, size_t cell, size_t rows, Column* column) const;

  // Where cell `cell` of the rows begins; at [cells] where it would, behind an end of line of one byte.
  uint32_t* begins(size_t cell) const { return &begins_[cell * rows_]; }
  std::string_view TextAt(std::string_view text, size_t cell, size_t row) const;

  const char delimiter_;
  const size_t row_bytes_max_;
  const size_t rows_;  // that are read together
  std::vector<Cell> cells_;
  std::vector<size_t> absent_columns_;
  bool is_possible_ = true;  // there are columns only of types that are read here

  // By cell, and in it by row.
  std::unique_ptr<uint32_t[]> begins_;
  std::unique_ptr<double[]> numbers_;
  std::unique_ptr<int64_t[]> integers_;  // if there are such columns
  std::vector<size_t> row_ends_;
  bool is_ascii_ = true;  // what was found last
  // So many are tried at first, then more as long as all are plain ones: those behind one that is not are read again.
  size_t rows_tried_ = 1;
  size_t bytes_ = 0;
};

}  // namespace scoreway
