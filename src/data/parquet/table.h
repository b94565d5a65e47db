// Table: the columns of one or more Parquet files of one schema, as saved models hold them: small, nested up to lists
// of structs of lists, read whole. Bytes come from outside; everything is bounded by `Limits`.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace scoreway::parquet {

struct Limits {
  uint64_t bytes_max = uint64_t{512} << 20;  // of all values of a table, in memory
};

// The values of a leaf, in order. Bools and integers are int64.
struct Column {
  enum class Kind : uint8_t { kInteger, kReal, kText };

  std::string path;  // "nodeData.split.featureIndex"
  Kind kind = Kind::kReal;
  // An entry a value; a null is 0, NaN or "".
  std::vector<int64_t> integers;
  std::vector<double> reals;
  std::vector<std::string> texts;
  std::vector<bool> is_null;
  // Of a column within lists: ends[0][r] is where the items of row r's list end, among all items of level 0; an item
  // that is a list itself has an end in ends[1], and so on. The items of the innermost level are the values.
  std::vector<std::vector<uint32_t>> ends;

  size_t size() const { return is_null.size(); }
  // The values of row r (levels of lists run together).
  struct Range {
    uint32_t begin, end;
  };
  Range ValuesOf(size_t row) const;
  // Items of list `item` at that level.
  Range ItemsOf(size_t level, size_t item) const { return {item == 0 ? 0 : ends[level][item - 1], ends[level][item]}; }
  // A number of any kind.
  double NumberAt(size_t value) const {
    return kind == Kind::kInteger ? static_cast<double>(integers[value]) : reals[value];
  }
};

class Table {
 public:
  // Rows of all files, in their order. CORRUPT for damaged bytes, or for files that differ in their columns;
  // RESOURCE_EXHAUSTED beyond the limits; UNSUPPORTED for encodings and codecs that are not read.
  static Result<Table> Read(const std::vector<std::string_view>& files, const Limits& limits = {});

  size_t row_count() const { return row_count_; }
  const std::vector<Column>& columns() const { return columns_; }
  // Null if there is none of that path.
  const Column* Find(std::string_view path) const;

 private:
  size_t row_count_ = 0;
  std::vector<Column> columns_;
};

}  // namespace scoreway::parquet
