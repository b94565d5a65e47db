// CsvPlainRow: rows of CSV as most are, plain numbers, and texts without quotes in them, read in one pass where they
// lie. A row that is anything else is left to CsvReader, which reads every CSV; where both read a row, they read the
// same.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "data/batch.h"

namespace scoreway {

class CsvPlainRow {
 public:
  // cell_of_column[i]: the cell of column i, if it has one; the cells are in no vectors.
  CsvPlainRow(const Schema& schema, std::span<const std::optional<size_t>> cell_of_column, size_t cells,
              char delimiter);

  // Reads a row that ends with its LF. False if it is not a plain one; nothing is appended then. At least
  // kPlainNumberReadable bytes behind the row must be readable.
  bool Read(std::string_view row);
  // Appends the row read last; columns without a cell get null.
  void AppendTo(Batch* batch) const;

 private:
  struct Cell {
    Type type = Type::kFloat64;
    size_t column = 0;
    bool is_wanted = false;
  };
  struct Value {
    bool is_missing = false;
    double number = 0;
    int64_t integer = 0;
    std::string_view text;
  };

  // Where the cells of the row end, which comes without what ends the line; false if it is not a plain one.
  bool FindEnds(std::string_view row);
  bool FindEndsAmongQuotes(std::string_view row);

  const char delimiter_;
  std::vector<Cell> cells_;
  std::vector<Value> values_;   // a cell each
  std::vector<uint32_t> ends_;  // of the cells in the row
  std::vector<size_t> absent_columns_;
  bool is_possible_ = true;  // there are columns only of types that are read here
};

}  // namespace scoreway
