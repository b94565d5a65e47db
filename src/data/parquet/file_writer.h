// Parquet to write: row groups of plain values packed by Snappy, one page a column, and the footer
// (https://parquet.apache.org/docs/file-format/). Any reader takes these; they are larger than what dictionaries would
// make of columns with few values.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "data/batch.h"

namespace scoreway::parquet {

inline constexpr std::string_view kMagicBytes = "PAR1";  // a file begins with them

// Where the pages of a column lie, one column behind the other.
struct WrittenChunk {
  uint64_t bytes = 0, unpacked_bytes = 0;
};
struct WrittenRowGroup {
  uint64_t offset = 0;  // of the first column, in the file
  uint64_t rows = 0;
  std::vector<WrittenChunk> chunks;  // a column each
};

// The values of some rows. One thread at a time.
class RowGroupEncoder {
 public:
  explicit RowGroupEncoder(std::shared_ptr<const Schema> schema);

  void Append(const Batch& batch);
  size_t rows() const { return rows_; }
  // The row group, whose offset is 0; ready for the next one.
  WrittenRowGroup Finish(std::string* out);

 private:
  struct ColumnValues {
    std::vector<bool> valid;
    size_t null_count = 0;
    std::string plain;
    uint8_t bits = 0;  // of bools, the last byte under way
    int bit_count = 0;
  };

  std::shared_ptr<const Schema> schema_;
  size_t rows_ = 0;
  std::vector<ColumnValues> columns_;
};

// What ends a file: the footer, its size and the magic.
void AppendFooter(const Schema& schema, std::span<const WrittenRowGroup> groups, std::string* out);

}  // namespace scoreway::parquet
