#include "databases/cassandra/answers_table.h"

#include <algorithm>

#include "data/codec/column_names.h"
#include "databases/key_of_answers.h"

namespace scoreway::cassandra {
namespace {

std::string NewTypeOf(const SinkColumns& columns, size_t index) {
  if (index < columns.kept.size() && columns.stored_types == "cassandra") return columns.kept[index].stored_type;
  return std::string(NewCqlType(columns.schema->field(index).type));
}

TableKey KeyOf(const CqlTable& table) {
  TableKey key;
  for (const CqlColumn& column : table.columns) {
    if (column.is_key()) key.columns.push_back(column.name);
  }
  return key;
}

}  // namespace

Result<std::string> CreateAnswersCql(const CqlTableName& name, const SinkColumns& columns) {
  SCOREWAY_ASSIGN_OR_RETURN(const TableKey key, KeyOfAnswers(columns));
  std::string cql = "CREATE TABLE IF NOT EXISTS " + name.Quoted() + " (";
  for (size_t i = 0; i < columns.schema->size(); ++i) {
    cql += QuotedCqlName(columns.schema->field(i).name) + " " + NewTypeOf(columns, i) + ", ";
  }
  cql += "PRIMARY KEY (";
  for (size_t i = 0; i < key.columns.size(); ++i) {
    cql += i == 0 ? "(" : ", ";
    cql += QuotedCqlName(key.columns[i]);
    if (i + 1 == key.partition_columns) cql += ")";
  }
  return cql + "))";
}

Result<WrittenTable> FitAnswers(const CqlTableName& name, const CqlTable& table, const SinkColumns& columns) {
  WrittenTable written;
  written.place = CassandraPlace(name.cluster) + "." + name.table;
  std::string names, marks;
  for (const Field& field : columns.schema->fields()) {
    const auto at = std::ranges::find(table.columns, field.name, &CqlColumn::name);
    const std::string place = "column " + Quoted(field.name);
    if (at == table.columns.end()) return Error{Code::kInvalidArgument, "is missing in the table", place};
    if (!at->type || !CanWrite(field.type, *at->type)) {
      return Error{Code::kInvalidArgument,
                   "is of the type " + at->type_name + ", which cannot hold every " + std::string(TypeName(field.type)),
                   place};
    }
    written.columns.push_back({.name = field.name, .type = *at->type, .is_key = at->is_key()});
    names += (names.empty() ? "" : ", ") + QuotedCqlName(field.name);
    marks += marks.empty() ? "?" : ", ?";
  }
  for (const CqlColumn& column : table.columns) {
    if (!column.is_key() || columns.schema->Find(column.name)) continue;
    return Error{Code::kInvalidArgument, "is part of the key of the answers, but neither kept nor an output",
                 "column " + Quoted(column.name)};
  }
  SCOREWAY_RETURN_IF_ERROR(CheckKeepsApart(columns.input_key, KeyOf(table)));
  written.insert = "INSERT INTO " + name.Quoted() + " (" + names + ") VALUES (" + marks + ")";
  if (columns.keeps_last) {
    written.insert += " USING TIMESTAMP ?";
    written.has_times = true;
  }
  return written;
}

}  // namespace scoreway::cassandra
