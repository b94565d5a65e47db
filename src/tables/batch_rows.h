// BatchRows: the rows of a part that is decoded as a whole.
#pragma once

#include <algorithm>

#include "tables/table_reader.h"

namespace scoreway {

class BatchRows final : public RowStream {
 public:
  explicit BatchRows(const Batch* rows) : rows_(rows) {}

  Result<bool> Next(Batch* batch, size_t rows_max) override {
    const size_t end = next_ + std::min(rows_max, rows_->rows() - next_);
    if (end == next_) return false;
    for (size_t i = 0; i < rows_->column_count(); ++i) batch->column(i).AppendCells(rows_->column(i), next_, end);
    next_ = end;
    return true;
  }

 private:
  const Batch* rows_;
  size_t next_ = 0;
};

}  // namespace scoreway
