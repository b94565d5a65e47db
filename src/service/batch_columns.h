// BatchColumns: which columns a batch prediction reads, and which it writes. A pure function of the table, the model
// and what the user wants to keep.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "data/batch.h"
#include "tables/table_reader.h"

namespace scoreway {

struct BatchColumns {
  // Read: what the model wants, in its order, then what is only kept.
  std::shared_ptr<const Schema> read;
  std::vector<bool> may_be_absent;
  // Written: what is kept, then the answers.
  std::shared_ptr<const Schema> written;
  std::vector<size_t> kept;          // columns of `read`
  size_t wanted = 0;                 // columns of `read` that are the model's
  std::vector<std::string> ignored;  // columns of the table
};

// `inputs_named`: false if the model knows its inputs by position only; where the table has none of their names they
// are the table's columns that are not kept, in order. INVALID_ARGUMENT: a column to keep is not there, or has the name
// of an answer.
Result<BatchColumns> BindBatchColumns(std::span<const TableColumn> table, const Schema& wanted,
                                      const std::vector<bool>& may_be_absent, bool inputs_named, const Schema& answers,
                                      std::span<const std::string> keep);

}  // namespace scoreway
