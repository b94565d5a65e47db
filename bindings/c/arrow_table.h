// Tables of Arrow's C data interface, as what a Plan scores.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/result.h"
#include "bindings/c/scoreway.h"
#include "data/batch.h"
#include "score/plan.h"

namespace scoreway::c_api {

// Rows of a Plan's input schema: in a batch, but for columns that lie in the tables' memory, which has to outlive this.
struct TableRows {
  explicit TableRows(const std::shared_ptr<const Schema>& schema) : batch(schema), borrowed(schema->size()) {}

  Batch batch;
  std::vector<Plan::BorrowedCells> borrowed;
  size_t count = 0;
};

// How the columns of tables of one schema bind to those of a Plan's input schema.
class ArrowBinding {
 public:
  // By name; by position if `by_position` and no name matches. may_be_absent: by column of the input schema.
  // INVALID_ARGUMENT if a column that may not be absent is, stands twice, or the schema is no struct.
  static Result<ArrowBinding> Make(const ArrowSchema& table, const Schema& schema,
                                   const std::vector<bool>& may_be_absent, bool by_position);

  // Whether Append may leave columns where they lie, or must copy: among several tables only copies are one column.
  enum class Memory : uint8_t { kBorrow, kCopy };

  // Appends the rows of a table; to borrow, there must be none yet. An error names row, counted from the first of all,
  // and column; there may then be part of the table.
  Status Append(const ArrowSchema& schema, const ArrowArray& table, Memory memory, TableRows* rows) const;

 private:
  std::vector<std::optional<size_t>> source_of_column_;  // child of the table; nothing: absent
};

}  // namespace scoreway::c_api
