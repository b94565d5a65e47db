// ChunkReader: the pages of one leaf in one row group, decoded onto a Column.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "importers/parquet/file_metadata.h"
#include "importers/parquet/table.h"

namespace scoreway::parquet {

class ChunkReader {
 public:
  // `bytes_left` is what of the limit is left; reading takes from it.
  ChunkReader(std::string_view file, const Leaf& leaf, const Chunk& chunk, uint64_t* bytes_left)
      : file_(file), leaf_(leaf), chunk_(chunk), bytes_left_(bytes_left) {}

  // Appends the values of all pages. Errors name the column.
  Status AppendTo(Column* column);

 private:
  struct PageHeader;
  // A page's values, apart from its levels.
  struct PageParts {
    std::string_view repetition, definition, values;
  };

  Result<PageHeader> ReadHeader(std::string_view* rest) const;
  Status ReadPage(const PageHeader& header, std::string_view bytes, Column* column);
  Result<PageParts> SplitLevels(std::string_view page) const;
  Status DecodeValues(int64_t encoding, std::string_view bytes, size_t count, Column* out);
  Status DecodePlain(std::string_view bytes, size_t count, Column* out);
  Status DecodeIndices(std::string_view bytes, size_t count, Column* out);
  Status Assemble(const PageParts& parts, size_t count, const Column& values, Column* column) const;
  Status Charge(uint64_t bytes);

  std::string_view file_;
  const Leaf& leaf_;
  const Chunk& chunk_;
  uint64_t* bytes_left_;
  std::optional<Column> dictionary_;
  std::string unpacked_;
};

}  // namespace scoreway::parquet
