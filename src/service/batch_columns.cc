#include "service/batch_columns.h"

#include <algorithm>
#include <utility>

#include "data/codec/column_names.h"

namespace scoreway {
namespace {

const TableColumn* FindColumn(std::span<const TableColumn> table, std::string_view name) {
  const auto at = std::find_if(table.begin(), table.end(), [&](const TableColumn& c) { return c.name == name; });
  return at == table.end() ? nullptr : &*at;
}

// The names under which the table has the inputs of a model that knows them by position.
std::vector<std::string> NamesByPosition(std::span<const TableColumn> table, std::span<const std::string> keep) {
  std::vector<std::string> names;
  for (const TableColumn& column : table) {
    if (std::find(keep.begin(), keep.end(), column.name) == keep.end()) names.push_back(column.name);
  }
  return names;
}

}  // namespace

Result<BatchColumns> BindBatchColumns(std::span<const TableColumn> table, const Schema& wanted,
                                      const std::vector<bool>& may_be_absent, bool inputs_named, const Schema& answers,
                                      std::span<const std::string> keep) {
  std::vector<Field> read = wanted.fields();
  const bool has_a_name =
      std::any_of(read.begin(), read.end(), [&](const Field& f) { return FindColumn(table, f.name) != nullptr; });
  if (!inputs_named && !has_a_name) {
    std::vector<std::string> names = NamesByPosition(table, keep);
    if (names.size() == read.size()) {
      for (size_t i = 0; i < read.size(); ++i) read[i].name = std::move(names[i]);
    } else if (!table.empty()) {
      return Error{Code::kInvalidArgument,
                   "columns are taken by position: " + std::to_string(read.size()) + " wanted, " +
                       std::to_string(names.size()) + " found",
                   {}};
    }
  }
  BatchColumns columns;
  columns.wanted = read.size();
  columns.may_be_absent = may_be_absent;
  columns.may_be_absent.resize(read.size());
  std::vector<Field> written;
  for (const std::string& name : keep) {
    const TableColumn* column = FindColumn(table, name);
    if (column == nullptr) {
      std::vector<std::string_view> names;
      for (const TableColumn& c : table) names.push_back(c.name);
      return Error{Code::kInvalidArgument, "has no column " + Quoted(name) + " to keep" + DidYouMean(name, names), {}};
    }
    const auto at = std::find_if(read.begin(), read.end(), [&](const Field& f) { return f.name == name; });
    columns.kept.push_back(static_cast<size_t>(at - read.begin()));
    if (at == read.end()) {
      if (!column->is_readable) return Error{Code::kUnsupported, column->fault, "column " + Quoted(name)};
      read.push_back({name, column->type});
    }
    written.push_back(read[columns.kept.back()]);
  }
  columns.may_be_absent.resize(read.size());
  written.insert(written.end(), answers.fields().begin(), answers.fields().end());
  SCOREWAY_ASSIGN_OR_RETURN(columns.read, Schema::Make(std::move(read)));
  SCOREWAY_ASSIGN_OR_RETURN(columns.written, Schema::Make(std::move(written)));
  for (const TableColumn& column : table) {
    if (!columns.read->Find(column.name) && !columns.read->FindRun(column.name)) columns.ignored.push_back(column.name);
  }
  return columns;
}

}  // namespace scoreway
