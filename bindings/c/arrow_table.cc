#include "bindings/c/arrow_table.h"

#include <cmath>
#include <limits>
#include <string>
#include <string_view>
#include <utility>

#include "bindings/c/arrow_cells.h"
#include "bindings/c/cell.h"
#include "data/codec/column_names.h"

namespace scoreway::c_api {
namespace {

using Memory = ArrowBinding::Memory;

std::string_view NameOf(const ArrowSchema& column) { return column.name == nullptr ? "" : column.name; }

Error AtColumn(std::string_view name, Error error) { return AtPlace("column " + Quoted(name), std::move(error)); }

// The cells of a column where they lie, if they are of its own type and none is null; else null.
Plan::BorrowedCells CellsInPlace(const ArrowCells& cells, Type type) {
  if (cells.any_null() || cells.dictionary() != nullptr) return nullptr;
  const ArrowFormat& format = cells.format();
  switch (type) {
    case Type::kFloat64: return format.kind == ArrowKind::kFloat64 ? cells.values<double>() : nullptr;
    case Type::kFloat32: return format.kind == ArrowKind::kFloat32 ? cells.values<float>() : nullptr;
    case Type::kInt64: {
      const bool whole = format.kind == ArrowKind::kInteger && format.bits == 64 && format.is_signed;
      return whole ? cells.values<int64_t>() : nullptr;
    }
    default: return nullptr;
  }
}

Status AppendUnsigned(uint64_t value, Column* column) {
  if (value <= static_cast<uint64_t>(std::numeric_limits<int64_t>::max())) {
    return AppendInt64Cell(static_cast<int64_t>(value), column);
  }
  if (column->type() == Type::kString) {
    column->AppendString(std::to_string(value));
    return {};
  }
  return AppendNumberCell(static_cast<double>(value), column);
}

Status AppendCell(const ArrowCells& cells, size_t row, Column* column) {
  if (!cells.valid(row)) {
    column->AppendNull();
    return {};
  }
  if (cells.dictionary() != nullptr) {
    SCOREWAY_ASSIGN_OR_RETURN(const size_t key, cells.KeyAt(row));
    return AppendCell(*cells.dictionary(), key, column);
  }
  switch (cells.format().kind) {
    case ArrowKind::kBool: return AppendBoolCell(cells.BoolAt(row), column);
    case ArrowKind::kInteger:
      if (cells.format().bits == 64 && !cells.format().is_signed) return AppendUnsigned(cells.UnsignedAt(row), column);
      return AppendInt64Cell(cells.IntegerAt(row), column);
    case ArrowKind::kHalf:
    case ArrowKind::kFloat32:
    case ArrowKind::kFloat64: return AppendNumberCell(cells.FloatAt(row), column);
    default: break;
  }
  SCOREWAY_ASSIGN_OR_RETURN(const std::string_view text, cells.TextAt(row));
  return AppendTextCell(text, column);
}

Status AppendColumn(const ArrowCells& cells, size_t rows, Column* column) {
  for (size_t r = 0; r < rows; ++r) {
    const size_t row_number = column->size() + 1;
    Status appended = AppendCell(cells, r, column);
    if (!appended.ok()) return AtPlace("row " + std::to_string(row_number), std::move(appended).error());
  }
  return {};
}

// A struct whose rows may themselves be null has a validity that its children know nothing of.
bool AnyRowIsNull(const ArrowArray& table) {
  if (table.null_count == 0 || table.n_buffers < 1 || table.buffers == nullptr || table.buffers[0] == nullptr)
    return false;
  const auto* bits = static_cast<const uint8_t*>(table.buffers[0]);
  for (int64_t r = table.offset; r < table.offset + table.length; ++r) {
    if (((bits[r / 8] >> (r % 8)) & 1) == 0) return true;
  }
  return false;
}

Status CheckNames(const Schema& schema, const std::vector<std::optional<size_t>>& sources,
                  const std::vector<bool>& may_be_absent, const std::vector<std::string_view>& unbound) {
  std::vector<std::string_view> absent;
  for (size_t i = 0; i < schema.size(); ++i) {
    if (sources[i]) continue;
    const std::string& name = schema.field(i).name;
    if (!may_be_absent[i]) absent.push_back(name);
    // May be absent, but is there under a name that only looks different: a slip that must not pass for a missing
    // value.
    const std::string_view slip = may_be_absent[i] ? SameButForCase(name, unbound) : std::string_view();
    if (slip.empty()) continue;
    return Status(Code::kInvalidArgument,
                  "column " + Quoted(name) + " is missing from the table, which has " + Quoted(slip));
  }
  if (absent.empty()) return {};
  return Status(Code::kInvalidArgument, (absent.size() == 1 ? "column " : "columns ") + QuotedList(absent) +
                                            (absent.size() == 1 ? " is" : " are") + " missing from the table" +
                                            DidYouMean(absent[0], unbound));
}

}  // namespace

Result<ArrowBinding> ArrowBinding::Make(const ArrowSchema& table, const Schema& schema,
                                        const std::vector<bool>& may_be_absent, bool by_position) {
  if (table.format == nullptr || std::string_view(table.format) != "+s" || table.n_children < 0 ||
      (table.n_children > 0 && table.children == nullptr)) {
    return Error{Code::kInvalidArgument, "the Arrow schema is not that of a table (a struct of columns)", {}};
  }
  ArrowBinding binding;
  binding.source_of_column_.resize(schema.size());
  std::vector<std::string_view> unbound;
  const auto count = static_cast<size_t>(table.n_children);
  for (size_t i = 0; i < count; ++i) {
    const std::string_view name = NameOf(*table.children[i]);
    const auto column = schema.Find(name, i);
    if (!column) {
      unbound.push_back(name);
      continue;
    }
    if (binding.source_of_column_[*column]) return AtColumn(name, {Code::kInvalidArgument, "stands twice", {}});
    binding.source_of_column_[*column] = i;
  }
  if (by_position && unbound.size() == count && count == schema.size()) {
    for (size_t i = 0; i < count; ++i) binding.source_of_column_[i] = i;
    return binding;
  }
  SCOREWAY_RETURN_IF_ERROR(CheckNames(schema, binding.source_of_column_, may_be_absent, unbound));
  return binding;
}

Status ArrowBinding::Append(const ArrowSchema& schema, const ArrowArray& table, Memory memory, TableRows* out) const {
  if (table.n_children != schema.n_children || table.length < 0 || table.offset < 0 ||
      (table.n_children > 0 && table.children == nullptr)) {
    return Status(Code::kInvalidArgument, "the Arrow table is not of its schema");
  }
  if (AnyRowIsNull(table)) return Status(Code::kInvalidArgument, "a row of the Arrow table is null as a whole");
  const auto rows = static_cast<size_t>(table.length);
  for (size_t i = 0; i < source_of_column_.size(); ++i) {
    Column& column = out->batch.column(i);
    if (!source_of_column_[i]) {
      for (size_t r = 0; r < rows; ++r) column.AppendNull();
      continue;
    }
    const ArrowSchema& column_schema = *schema.children[*source_of_column_[i]];
    const std::string& name = out->batch.schema().field(i).name;
    Result<ArrowCells> cells =
        ArrowCells::Open(column_schema, *table.children[*source_of_column_[i]], table.offset, table.length);
    if (!cells.ok()) return AtColumn(name, std::move(cells).error());
    if (memory == Memory::kBorrow) out->borrowed[i] = CellsInPlace(*cells, column.type());
    if (out->borrowed[i] != nullptr) continue;
    Status appended = AppendColumn(*cells, rows, &column);
    if (!appended.ok()) {
      Error error = std::move(appended).error();
      error.place += (error.place.empty() ? "column " : ", column ") + Quoted(name);
      return error;
    }
  }
  out->count += rows;
  return {};
}

}  // namespace scoreway::c_api
