// CqlTable: what a cluster knows of a user's table.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "databases/cassandra/cql_cell.h"
#include "databases/cassandra/cql_table_url.h"
#include "store/cassandra/cql_session.h"

namespace scoreway::cassandra {

struct CqlColumn {
  std::string name;
  std::string type_name;
  std::optional<CqlType> type;  // nothing: neither read nor written
  enum class Kind : uint8_t { kPartition, kClustering, kStatic, kRegular } kind = Kind::kRegular;

  bool is_key() const { return kind == Kind::kPartition || kind == Kind::kClustering; }
};

struct CqlTable {
  std::string id;                  // another table of the same name has another
  std::vector<CqlColumn> columns;  // those of the key first, in its order; none: there is no such table
};

Result<CqlTable> DescribeCqlTable(CqlSession& session, const CqlTableName& name);

}  // namespace scoreway::cassandra
