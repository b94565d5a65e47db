#include "store/cassandra/cassandra_admin.h"

#include <algorithm>
#include <chrono>

#include "store/cassandra/cql_session.h"
#include "store/cassandra/cql_value.h"
#include "store/cassandra/schema.h"

namespace scoreway {

using cassandra::CqlCall;
using cassandra::CqlRows;
using cassandra::CqlSession;

namespace {

// Changing a schema takes the nodes much longer than a request.
constexpr std::chrono::minutes kSchemaChangeMax{2};

Result<size_t> CountNodes(CqlSession& session, const std::string& data_centre) {
  size_t count = 0;
  for (const char* table : {"system.local", "system.peers_v2"}) {
    const std::string cql = "SELECT data_center FROM " + std::string(table);
    SCOREWAY_ASSIGN_OR_RETURN(const CqlRows rows, session.RunText(cql, kSchemaChangeMax));
    for (size_t row = 0; row < rows.size(); ++row) {
      if (data_centre.empty() || rows.Cell(row, "data_center") == data_centre) ++count;
    }
  }
  return count;
}

Result<bool> HasKeyspace(CqlSession& session, const std::string& keyspace) {
  CqlCall call("SELECT keyspace_name FROM system_schema.keyspaces WHERE keyspace_name = ?");
  call.View(keyspace);
  SCOREWAY_ASSIGN_OR_RETURN(const CqlRows rows, session.Run(std::move(call)));
  return rows.size() > 0;
}

Status CheckReplication(CqlSession& session, const CassandraOptions& options) {
  SCOREWAY_ASSIGN_OR_RETURN(const size_t nodes, CountNodes(session, options.data_centre));
  if (nodes >= static_cast<size_t>(options.replication_factor)) return {};
  const std::string where = options.data_centre.empty() ? "the cluster" : "data centre '" + options.data_centre + "'";
  return Status(Code::kInvalidArgument,
                "rf=" + std::to_string(options.replication_factor) + " copies of each row are wanted, but " + where +
                    " has " + std::to_string(nodes) + " node(s): give a smaller rf",
                CassandraPlace(options));
}

Status MakeKeyspace(const CassandraOptions& options, const CassandraSteps& on_step) {
  SCOREWAY_ASSIGN_OR_RETURN(const auto session, CqlSession::Connect(options, {}));
  SCOREWAY_ASSIGN_OR_RETURN(const bool has_keyspace, HasKeyspace(*session, options.keyspace));
  if (has_keyspace) {
    on_step("keyspace " + options.keyspace + " is there");
    return {};
  }
  SCOREWAY_RETURN_IF_ERROR(CheckReplication(*session, options));
  const std::string cql = cassandra::KeyspaceCql(options);
  SCOREWAY_RETURN_IF_ERROR(session->RunText(cql, kSchemaChangeMax).status());
  on_step(cql);
  return {};
}

// The name after CREATE TABLE IF NOT EXISTS.
std::string TableName(std::string_view statement) {
  constexpr std::string_view kBefore = "CREATE TABLE IF NOT EXISTS ";
  statement.remove_prefix(kBefore.size());
  return std::string(statement.substr(0, statement.find(' ')));
}

Result<bool> HasTable(CqlSession& session, const std::string& keyspace, const std::string& table) {
  CqlCall call("SELECT table_name FROM system_schema.tables WHERE keyspace_name = ? AND table_name = ?");
  call.View(keyspace).View(table);
  SCOREWAY_ASSIGN_OR_RETURN(const CqlRows rows, session.Run(std::move(call)));
  return rows.size() > 0;
}

// Those that are not there.
Status MakeTables(CqlSession& session, const CassandraOptions& options, const CassandraSteps& on_step) {
  for (const std::string& statement : cassandra::Statements(cassandra::SchemaCql())) {
    const std::string table = TableName(statement);
    SCOREWAY_ASSIGN_OR_RETURN(const bool has_table, HasTable(session, options.keyspace, table));
    if (!has_table) SCOREWAY_RETURN_IF_ERROR(session.RunText(statement, kSchemaChangeMax).status());
    on_step("table " + options.keyspace + "." + table + (has_table ? " is there" : " made"));
  }
  return {};
}

}  // namespace

Result<std::string> CassandraInitCql(const CassandraOptions& options) {
  return cassandra::KeyspaceCql(options) + ";\nUSE " + options.keyspace + ";\n\n" +
         std::string(cassandra::SchemaCql()) + "\n" + cassandra::VersionCql() + ";\n";
}

Status InitCassandra(const CassandraOptions& options, const CassandraSteps& on_step) {
  SCOREWAY_RETURN_IF_ERROR(MakeKeyspace(options, on_step));
  SCOREWAY_ASSIGN_OR_RETURN(const auto session, CqlSession::Connect(options, options.keyspace));
  Status status = cassandra::CheckSchema(*session, CassandraPlace(options));
  if (!status.ok() && status.code() != Code::kNotFound) return status;
  const bool was_complete = status.ok();
  SCOREWAY_RETURN_IF_ERROR(MakeTables(*session, options, on_step));
  // Last, so that a broken off init is not taken for a whole one.
  if (!was_complete) SCOREWAY_RETURN_IF_ERROR(session->Run(CqlCall(cassandra::VersionCql())).status());
  on_step("schema version " + std::to_string(cassandra::kSchemaVersion));
  return {};
}

// So far versions have only added tables.
Status MigrateCassandra(const CassandraOptions& options, const CassandraSteps& on_step) {
  SCOREWAY_ASSIGN_OR_RETURN(const auto session, CqlSession::Connect(options, options.keyspace));
  SCOREWAY_ASSIGN_OR_RETURN(const int32_t version, cassandra::ReadSchemaVersion(*session, CassandraPlace(options)));
  const std::string newest = "schema version " + std::to_string(cassandra::kSchemaVersion);
  if (version == cassandra::kSchemaVersion) {
    on_step(newest + " is the newest: nothing to do");
    return {};
  }
  SCOREWAY_RETURN_IF_ERROR(MakeTables(*session, options, on_step));
  SCOREWAY_RETURN_IF_ERROR(session->Run(CqlCall(cassandra::VersionCql())).status());
  on_step(newest + ", from " + std::to_string(version));
  return {};
}

Status EmptyCassandra(const CassandraOptions& options, std::span<const std::string> tables) {
  SCOREWAY_ASSIGN_OR_RETURN(const auto session, CqlSession::Connect(options, options.keyspace));
  for (const std::string& statement : cassandra::Statements(cassandra::SchemaCql())) {
    const std::string table = TableName(statement);
    if (table == "schema_version" || (!tables.empty() && std::ranges::find(tables, table) == tables.end())) continue;
    SCOREWAY_RETURN_IF_ERROR(session->RunText("TRUNCATE " + table, kSchemaChangeMax).status());
  }
  return {};
}

}  // namespace scoreway
