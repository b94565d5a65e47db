// TableStream: batches as a file, one after another: for those who write from the first byte to the last.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "data/batch.h"
#include "tables/table_format.h"
#include "tables/table_writer.h"

namespace scoreway {

class TableStream {
 public:
  using Write = std::function<Status(std::string_view bytes)>;
  TableStream(TableFormat format, Write write) : format_(format), write_(std::move(write)) {}

  // The first batch, which may be without rows, says what columns there are. INVALID_ARGUMENT names a column that is
  // another in a later one; JSON lines may change theirs, and CSV the types of theirs. Other errors are those of
  // `write`.
  Status Append(const Batch& batch);
  // Nothing may follow. Without any batch nothing is written.
  Status Finish();

 private:
  Status Begin(std::shared_ptr<const Schema> schema);
  Status CheckColumns(const Schema& schema) const;
  Status Put();

  const TableFormat format_;
  const Write write_;
  std::shared_ptr<const Schema> schema_;  // null before the first batch
  std::unique_ptr<TableWriter> writer_;
  std::unique_ptr<PartEncoder> encoder_;
  std::vector<PlacedPart> parts_;
  uint64_t offset_ = 0;  // of bytes_
  std::string bytes_;    // to be written
};

}  // namespace scoreway
