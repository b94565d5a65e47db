// ChunkReader: the pages of one leaf in one row group, decoded onto a Column.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "data/parquet/file_metadata.h"
#include "data/parquet/page.h"
#include "data/parquet/page_values.h"
#include "data/parquet/table.h"

namespace scoreway::parquet {

class ChunkReader {
 public:
  // `bytes_left` is what of the limit is left; reading takes from it.
  ChunkReader(std::string_view file, const Leaf& leaf, const Chunk& chunk, uint64_t* bytes_left)
      : file_(file), leaf_(leaf), chunk_(chunk), bytes_left_(bytes_left), decoder_(leaf.type) {}

  // Appends the values of all pages. Errors name the column.
  Status AppendTo(Column* column);

 private:
  Status ReadPage(const PageHeader& header, std::string_view bytes, Column* column);
  // Puts the values of a page behind those of the column.
  Status Assemble(size_t count, Column* column) const;
  Status Charge(uint64_t bytes);

  std::string_view file_;
  const Leaf& leaf_;
  const Chunk& chunk_;
  uint64_t* bytes_left_;
  ValueDecoder decoder_;
  std::string unpacked_;
  PageValues values_;
  std::vector<uint32_t> repetitions_, definitions_;
};

}  // namespace scoreway::parquet
