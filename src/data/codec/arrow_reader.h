// ArrowReader: the batches of an Arrow IPC stream (arrow_writer.h says which format), typed by a schema, into a Batch.
//
// Columns are bound by name; columns of the stream that the schema lacks are ignored. Whole numbers of any width, both
// signs, float32, float64, bool, utf8 and large_utf8 are read, and numbers become the type of the schema: a bool reads
// as 0 or 1; a whole number beyond 2^53 loses digits in a float64, as in any float64. INVALID_ARGUMENT: a column is
// missing that may not be, or is of a type that does not fit; CORRUPT: the bytes are no such stream; UNSUPPORTED:
// a wanted column is of another type (a dictionary, a time, nested) - others are passed over. One thread at a time; the
// bytes must outlive the reader.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "data/batch.h"
#include "data/codec/arrow_format.h"

namespace scoreway {

class FlatTable;

struct ArrowReadOptions {
  // may_be_absent[i]: column i of the schema may be missing from the stream; it is then null. Shorter than the schema:
  // the rest may not.
  std::vector<bool> may_be_absent = {};
  size_t rows_max = SIZE_MAX;                         // RESOURCE_EXHAUSTED beyond
  uint64_t unpacked_bytes_max = uint64_t{256} << 20;  // of a compressed batch; RESOURCE_EXHAUSTED beyond
};

class ArrowReader {
 public:
  ArrowReader(std::string_view stream, std::shared_ptr<const Schema> schema, ArrowReadOptions options = {});

  // Reads the stream's schema and binds the columns; Next does it too.
  Status Open();
  // After Open: the columns of the stream, those that the schema lacks too, in the types closest to theirs.
  struct StreamColumn {
    Field field;
    std::string fault;  // why it is not read; empty if it is
  };
  std::vector<StreamColumn> stream_columns() const;
  // Appends the rows of the next record batch. False at the end of the stream. After an error the batch may hold part
  // of the rows.
  Result<bool> Next(Batch* batch);

 private:
  // How the cells of a column of the stream lie in its buffers.
  enum class Cells : uint8_t { kInteger, kFloat32, kFloat64, kBool, kText, kLargeText, kNull, kUnread };
  struct SourceColumn {
    Cells cells = Cells::kFloat64;
    int bits = 64;
    bool is_signed = true;
    std::string name;
    std::optional<size_t> target;   // column of the schema
    size_t nodes = 1, buffers = 2;  // that it takes
    std::string fault;              // kUnread: why
  };
  struct Message;

  Result<std::optional<Message>> NextMessage();
  Result<SourceColumn> ReadField(const FlatTable& field) const;
  bool CountParts(arrow::TypeKind kind, const FlatTable& field, int depth, SourceColumn* column) const;
  Status BindColumns();
  Result<std::optional<arrow::BodyCodec>> CodecOf(const Message& message) const;
  Status AppendBatch(const Message& message, Batch* batch) const;

  std::string_view rest_;
  const std::shared_ptr<const Schema> schema_;
  const ArrowReadOptions options_;
  bool opened_ = false;
  std::vector<SourceColumn> columns_;
  std::vector<bool> absent_;  // by column of the schema
};

}  // namespace scoreway
