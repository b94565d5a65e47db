// JsonLinesReader: rows of JSON lines, an object or an array a line, straight into a Batch. Streaming, so the text may
// be larger than memory. Blank lines are skipped. Rows are read as by JsonRowsReader. One thread at a time.
#pragma once

#include <memory>

#include "data/batch.h"
#include "data/codec/byte_source.h"
#include "data/codec/json_request.h"

namespace scoreway {

class JsonLinesReader {
 public:
  // `source` must outlive the reader. Of the options, bytes_max is for a line, and rows_max and cells_max do not count.
  JsonLinesReader(ByteSource* source, std::shared_ptr<const Schema> schema, JsonReadOptions options = {});
  ~JsonLinesReader();

  // Appends up to rows_max (> 0) rows to the batch, whose schema must be the reader's. False, and nothing appended, at
  // the end of the text. An error names line and column; the batch may then hold part of a row: clear it. After an
  // INVALID_ARGUMENT reading may go on with the next line.
  Result<bool> Next(Batch* batch, size_t rows_max);

  // The line of the row read last, counted from 1.
  uint64_t line() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace scoreway
