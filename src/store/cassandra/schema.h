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

constexpr int32_t kSchemaVersion =
    4;  // 2 added feature, 3 record, record_minute and label, 4 the tables of jobs and their queue

// The text of schema.cql.
std::string_view SchemaCql();
// Its statements, without comments.
std::vector<std::string> Statements(std::string_view cql);
// CREATE KEYSPACE as the options want it.
std::string KeyspaceCql(const CassandraOptions& options);

// The version of the keyspace's tables. kNotFound if it has none of ours, kUnsupported if they are newer than this
// program. `place` is for the message.
Result<int32_t> ReadSchemaVersion(CqlSession& session, const std::string& place);
// The statement that notes the newest version.
std::string VersionCql();
// kNotFound if the keyspace has no tables of ours, kUnavailable if they want a migration, kUnsupported if they are
// newer than this program.
Status CheckSchema(CqlSession& session, const std::string& place);

}  // namespace scoreway::cassandra
