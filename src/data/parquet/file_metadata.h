// FileMetadata: the footer of a Parquet file (https://parquet.apache.org/docs/file-format/, parquet.thrift): its
// columns as leaves of the schema's tree, and where their pages lie.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace scoreway::parquet {

enum class PhysicalType : uint8_t {
  kBoolean = 0,
  kInt32 = 1,
  kInt64 = 2,
  kInt96 = 3,
  kFloat = 4,
  kDouble = 5,
  kByteArray = 6,
  kFixedLenByteArray = 7,
};

enum class Codec : uint8_t {
  kNone = 0,
  kSnappy = 1,
  kGzip = 2,
  kLzo = 3,
  kBrotli = 4,
  kLz4 = 5,
  kZstd = 6,
  kLz4Raw = 7
};

// A leaf of the schema.
struct Leaf {
  // The names on the way, without those that only wrap a list: a list of structs `a` with a member `b` is "a.b".
  std::string path;
  PhysicalType type = PhysicalType::kDouble;
  uint8_t definition_max = 0;
  // By level of repetition: the definition level from which on a list there has an item.
  std::vector<uint8_t> item_definition;
  // What the values stand for (ConvertedType of parquet.thrift; -1: nothing besides their type), and of decimals the
  // digits behind the point.
  int64_t converted_type = -1;
  int64_t scale = 0;
  bool is_annotated = false;  // by a LogicalType; all that are read have a ConvertedType too, but times of nanoseconds
  uint8_t repetition_max() const { return static_cast<uint8_t>(item_definition.size()); }
};

// The pages of a leaf in a row group.
struct Chunk {
  Codec codec = Codec::kNone;
  int64_t value_count = 0;  // with nulls and empty lists
  int64_t data_offset = 0;
  int64_t dictionary_offset = 0;  // 0: none
  int64_t bytes = 0;
};

struct RowGroup {
  int64_t row_count = 0;
  std::vector<Chunk> chunks;  // a leaf each
};

struct FileMetadata {
  int64_t row_count = 0;
  std::vector<Leaf> leaves;
  std::vector<RowGroup> row_groups;
};

// Of a file's last 8 bytes: how many bytes of footer lie before them. CORRUPT if the bytes are not the end of a Parquet
// file; UNSUPPORTED for one that is encrypted.
inline constexpr size_t kFileEndBytes = 8;
Result<uint32_t> ReadFooterBytes(std::string_view end);
// Of the footer.
Result<FileMetadata> ReadFooter(std::string_view footer);
// Of a whole file.
Result<FileMetadata> ReadFileMetadata(std::string_view file);

}  // namespace scoreway::parquet
