#include "store/cassandra/schema.h"

#include "store/cassandra/cql_value.h"

namespace scoreway::cassandra {
namespace {

std::string Quoted(std::string_view text) {
  std::string quoted = "'";
  for (const char c : text) quoted += c == '\'' ? std::string("''") : std::string(1, c);
  return quoted + "'";
}

}  // namespace

std::vector<std::string> Statements(std::string_view cql) {
  std::vector<std::string> statements;
  std::string statement;
  while (!cql.empty()) {
    std::string_view line = cql.substr(0, cql.find('\n'));
    cql.remove_prefix(std::min(line.size() + 1, cql.size()));
    line = line.substr(0, line.find("--"));
    if (line.empty()) continue;
    statement += (statement.empty() ? "" : " ") + std::string(line);
    if (!statement.ends_with(';')) continue;
    statement.pop_back();
    statements.push_back(std::move(statement));
    statement.clear();
  }
  return statements;
}

std::string KeyspaceCql(const CassandraOptions& options) {
  const std::string copies = std::to_string(options.replication_factor);
  const std::string replication =
      options.data_centre.empty()
          ? "'class': 'SimpleStrategy', 'replication_factor': " + copies
          : "'class': 'NetworkTopologyStrategy', " + Quoted(options.data_centre) + ": " + copies;
  return "CREATE KEYSPACE IF NOT EXISTS " + options.keyspace + " WITH replication = {" + replication + "}";
}

std::string VersionCql() {
  return "INSERT INTO schema_version (part, version) VALUES ('schema', " + std::to_string(kSchemaVersion) + ")";
}

Result<int32_t> ReadSchemaVersion(CqlSession& session, const std::string& place) {
  auto rows = session.Run(CqlCall("SELECT version FROM schema_version WHERE part = 'schema'"));
  if (rows.code() == Code::kNotFound || (rows.ok() && rows->size() == 0)) {
    return Error{Code::kNotFound, "the keyspace has no registry; 'scoreway store init' makes one", place};
  }
  if (!rows.ok()) return std::move(rows).error();
  const int32_t version = DecodeInt(rows->Cell(0, "version").value_or(""));
  if (version <= kSchemaVersion) return version;
  return Error{Code::kUnsupported,
               "the tables have version " + std::to_string(version) + ", this program knows up to " +
                   std::to_string(kSchemaVersion) + ": use the newer program that made them",
               place};
}

Status CheckSchema(CqlSession& session, const std::string& place) {
  SCOREWAY_ASSIGN_OR_RETURN(const int32_t version, ReadSchemaVersion(session, place));
  if (version == kSchemaVersion) return {};
  return Status(Code::kUnavailable,
                "the tables have version " + std::to_string(version) + " and this program wants " +
                    std::to_string(kSchemaVersion) + "; 'scoreway store migrate' brings them forward",
                place);
}

}  // namespace scoreway::cassandra
