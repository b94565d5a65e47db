// The tables of a keyspace: making them, their version, and bringing them forward. schema.cql is the newest form.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "store/cassandra/cassandra_options.h"
#include "store/cassandra/cql_session.h"

namespace scoreway::cassandra {

constexpr int32_t kSchemaVersion = 1;

// The text of schema.cql.
std::string_view SchemaCql();
// Its statements, without comments.
std::vector<std::string> Statements(std::string_view cql);
// CREATE KEYSPACE as the options want it.
std::string KeyspaceCql(const CassandraOptions& options);

// kNotFound if the keyspace has no tables of ours, kUnavailable if they want a migration, kUnsupported if they are
// newer than this program. `place` is for the message.
Status CheckSchema(CqlSession& session, const std::string& place);

}  // namespace scoreway::cassandra
