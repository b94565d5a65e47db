// A row of cells as bytes, little-endian, for rows that are stored one by one:
//
//     u16                      number of cells
//     u8[(cells + 7) / 8]      bit c%8 of byte c/8 is set where cell c is present
//     then each cell that is present, by its column's type: float32 4, float64 and int64 8, bool 1 byte; a string or
//     list its length as u32 and its bytes
//
// The types are kept elsewhere; columns may be added behind, which rows written before then lack.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "data/batch.h"
#include "data/schema.h"

namespace scoreway {

constexpr size_t kPackedCellsMax = 65'535;

// Appends the cells of the row in these columns, at most kPackedCellsMax.
void AppendPackedRow(const Batch& batch, std::span<const size_t> columns, size_t row, std::string* out);
// In all columns.
void AppendPackedRow(const Batch& batch, size_t row, std::string* out);

// Appends the cells that the reader stands before, one to each column of the batch, whose types are those they were
// packed with; null where a column was added since. kCorrupt as PackedRow::Parse, after which the columns differ in
// length.
Status ReadPackedRow(ByteReader* reader, Batch* batch);

// A view of packed cells. Used again, it keeps its memory. One thread at a time.
class PackedRow {
 public:
  // Reads the cells where the reader stands. The reader's bytes and the columns must stay as long as this reads them.
  // kCorrupt if they are no cells of columns of these types (nothing else of the columns is used).
  Status Parse(ByteReader* reader, std::string_view bytes, std::span<const Field> columns);

  // Appends the cell to a column that can take its type (CanTakeCell); null where it is missing.
  void AppendTo(size_t cell, Column* column) const;

 private:
  std::string_view bytes_;
  std::span<const Field> columns_;
  std::vector<size_t> begins_;  // of each cell; 0: it is missing
};

// Whether cells of one type may fill a column of another: texts texts, lists lists, numbers numbers.
bool CanTakeCell(Type column, Type cell);

}  // namespace scoreway
