// The features of one key as they are stored, little-endian:
//
//     u8 1      the format
//     i64       event time, microseconds since 1970
//     cells     of the view's first columns (data/packed_row.h): those after them came later and are missing
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "data/batch.h"
#include "data/packed_row.h"
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
  // Appends the cell of the view's column to a column that can take it (CanTakeCell); null where it is missing.
  void AppendTo(size_t of_view, Column* column) const { cells_.AppendTo(of_view, column); }

 private:
  int64_t event_time_micros_ = 0;
  PackedRow cells_;
};

}  // namespace scoreway
