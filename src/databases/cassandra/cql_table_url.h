// CqlTableName: a user's table of Cassandra, and the URL that names it.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "databases/database_table.h"
#include "store/cassandra/cassandra_options.h"

namespace scoreway::cassandra {

struct CqlTableName {
  CassandraOptions cluster;  // with the keyspace
  std::string table;

  // "keyspace"."table"
  std::string Quoted() const;
};

// Of cassandra://HOST/KEYSPACE.TABLE?...; kInvalidArgument names the part that is wrong.
Result<CqlTableName> ParseCqlTableUrl(const std::string& url, Environment environment);

// "name", so that case and reserved words do not matter.
std::string QuotedCqlName(std::string_view name);

}  // namespace scoreway::cassandra
