// CqlRowsWriter: a PartEncoder that writes rows to a table of Cassandra, many requests at once. What it gives has no
// bytes; when it gives it, the rows are there.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "databases/cassandra/cql_cell.h"
#include "store/cassandra/cql_session.h"
#include "tables/table_writer.h"

namespace scoreway::cassandra {

struct WrittenColumn {
  std::string name;
  CqlType type = CqlType::kText;
  bool is_key = false;
};

struct WrittenTable {
  std::string place;                   // of errors
  std::string insert;                  // a statement with a marker for each column
  std::vector<WrittenColumn> columns;  // those of the batches, in their order
  // The statement ends with a marker for the time of writing, by which a row is later than those before it; else the
  // cluster gives rows their times as they come.
  bool has_times = false;
};

// Both must outlive it.
std::unique_ptr<PartEncoder> MakeCqlRowsWriter(CqlSession& session, const WrittenTable& table);

}  // namespace scoreway::cassandra
