// The table of Cassandra that answers go to: what it must have, and how it is made.
#pragma once

#include "databases/cassandra/cql_rows_writer.h"
#include "databases/cassandra/cql_table.h"
#include "tables/table_sink.h"

namespace scoreway::cassandra {

// The statement that makes the table: its key is the input's, or else all that is kept. kInvalidArgument if part of the
// input's key, or everything, is not kept.
Result<std::string> CreateAnswersCql(const CqlTableName& name, const SinkColumns& columns);

// How rows are written to a table that is there. kInvalidArgument names a column that is missing, of another type, or
// part of a key by which rows would take each other's place.
Result<WrittenTable> FitAnswers(const CqlTableName& name, const CqlTable& table, const SinkColumns& columns);

}  // namespace scoreway::cassandra
