// ColumnCursor: the values of a leaf without lists in one row group, read page by page as they are wanted.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/file_bytes.h"
#include "base/result.h"
#include "data/batch.h"
#include "data/parquet/file_metadata.h"
#include "data/parquet/page.h"
#include "data/parquet/page_values.h"

namespace scoreway::parquet {

// The type closest to a leaf's; UNSUPPORTED for lists, binary numbers, times and the like, saying which.
Result<Type> CellTypeOf(const Leaf& leaf);

class ColumnCursor {
 public:
  // All must outlive this. CellTypeOf(leaf) is ok.
  ColumnCursor(const FileBytes& file, const Leaf& leaf, const Chunk& chunk);
  ColumnCursor(const ColumnCursor&) = delete;
  ColumnCursor& operator=(const ColumnCursor&) = delete;

  // Appends the next `rows` cells; the column's type is the leaf's, or another of numbers if the leaf's is one. CORRUPT
  // if there are not so many. The errors do not name the column.
  Status Append(size_t rows, scoreway::Column* column);
  // Passes over cells.
  Status Skip(size_t rows);

 private:
  // Goes to the next data page, whose header is then page_; the dictionary is taken on the way.
  Status NextPage();
  // Its values, unless they are there.
  Status DecodePage();
  void AppendValues(size_t begin, size_t end, scoreway::Column* column) const;
  Status AppendTexts(size_t begin, size_t end, scoreway::Column* column) const;

  const FileBytes& file_;
  const Leaf& leaf_;
  const Chunk& chunk_;
  uint64_t next_ = 0, end_ = 0;  // of the chunk's bytes: behind the page, behind all
  PageHeader page_;
  std::string page_bytes_;
  size_t page_begin_ = 0;  // of the page within page_bytes_
  size_t rows_left_ = 0;   // of the page
  bool decoded_ = false;
  ValueDecoder decoder_;
  std::string unpacked_;
  PageValues values_;
  size_t value_ = 0;                   // the next of them
  std::vector<uint32_t> definitions_;  // of the page; empty: every row has a value
  double scale_ = 1;                   // decimals are whole numbers of this part
  mutable std::vector<double> numbers_;
};

}  // namespace scoreway::parquet
