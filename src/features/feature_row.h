// The features of one key as they are stored, little-endian:
//
//     u8 1                     the format
//     i64                      event time, microseconds since 1970
//     u16                      number of cells: of the view's first columns; those after them came later and are
//     missing u8[(cells + 7) / 8]      bit c%8 of byte c/8 is set where cell c is present then each cell that is
//     present, by its column's type: float32 4, float64 and int64 8, bool 1 byte; a string or list its length as u32
//     and its bytes
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "data/batch.h"
#include "data/schema.h"

namespace scoreway {

// The cells of the row in these columns.
std::string EncodeFeatureRow(const Batch& batch, std::span<const size_t> columns, size_t row,
                             int64_t event_time_micros);

// A view of an encoded row. Used again, it keeps its memory. One thread at a time.
class FeatureRow {
 public:
  // Bytes and columns must stay as long as this reads them. kCorrupt if the bytes are no row of columns of these types
  // (nothing else of the columns is used).
  Status Parse(std::string_view bytes, std::span<const Field> columns);

  int64_t event_time_micros() const { return event_time_micros_; }
  // Appends the cell of the view's column to a column that can take it (CanTakeFeature); null where it is missing.
  void AppendTo(size_t of_view, Column* column) const;

 private:
  std::string_view bytes_;
  std::span<const Field> columns_;
  int64_t event_time_micros_ = 0;
  std::vector<uint32_t> begins_;  // of each cell; 0: it is missing
};

// Whether features of one type may fill a column of another: texts texts, lists lists, numbers numbers.
bool CanTakeFeature(Type column, Type feature);

}  // namespace scoreway
