#include "databases/database_table.h"

#include "databases/cassandra/cassandra_sink.h"
#include "databases/cassandra/cassandra_table.h"
#include "databases/cassandra/cql_table_url.h"
#include "databases/postgres/postgres_options.h"
#include "databases/postgres/postgres_sink.h"
#include "databases/postgres/postgres_table.h"

namespace scoreway {

bool IsDatabaseUrl(std::string_view text) { return IsCassandraUrl(text) || IsPostgresUrl(text); }

std::string DatabasePlace(const std::string& text) {
  if (IsPostgresUrl(text)) {
    const auto options = ParsePostgresUrl(text, [](const char*) -> const char* { return nullptr; });
    if (options.ok()) return PostgresPlace(*options);
  }
  return IsDatabaseUrl(text) ? text.substr(0, text.find('?')) : text;
}

Status CheckDatabaseUrl(const std::string& url, Environment environment) {
  if (IsPostgresUrl(url)) return ParsePostgresUrl(url, environment).status();
  return cassandra::ParseCqlTableUrl(url, environment).status();
}

Result<DatabaseTable> OpenDatabaseTable(const std::string& url, Environment environment) {
  return IsPostgresUrl(url) ? OpenPostgresTable(url, environment) : OpenCassandraTable(url, environment);
}

Result<std::unique_ptr<TableSink>> OpenDatabaseSink(const std::string& url, Environment environment,
                                                    const SinkColumns& columns) {
  return IsPostgresUrl(url) ? OpenPostgresSink(url, environment, columns)
                            : OpenCassandraSink(url, environment, columns);
}

}  // namespace scoreway
