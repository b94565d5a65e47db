#include "databases/key_of_answers.h"

#include <algorithm>

#include "data/codec/column_names.h"

namespace scoreway {

Result<TableKey> KeyOfAnswers(const SinkColumns& columns) {
  TableKey key = columns.input_key;
  for (const std::string& name : key.columns) {
    if (std::ranges::find(columns.kept, name, &TableColumn::name) != columns.kept.end()) continue;
    return Error{
        Code::kInvalidArgument,
        "is part of the key of the input and has to be kept (--keep), so that each row has an answer of its own",
        "column " + Quoted(name)};
  }
  if (!key.columns.empty()) return key;
  for (const TableColumn& column : columns.kept) key.columns.push_back(column.name);
  key.partition_columns = key.columns.size();
  if (!key.columns.empty()) return key;
  return Error{Code::kInvalidArgument,
               "a table of answers needs a key: columns of the input that tell its rows apart, named by --keep",
               {}};
}

Status CheckKeepsApart(const TableKey& input, const TableKey& table) {
  for (const std::string& name : input.columns) {
    if (std::ranges::find(table.columns, name) != table.columns.end()) continue;
    return Status(Code::kInvalidArgument,
                  "is part of the key of the input, but not of the key of the answers: rows would take each other's "
                  "place",
                  "column " + Quoted(name));
  }
  return {};
}

}  // namespace scoreway
