// Tables of databases, to be read and written as files are, named by URLs:
//
//     cassandra://HOST[:PORT][,HOST[:PORT]...]/KEYSPACE.TABLE[?KEY=VALUE&...]
//     postgresql://[HOST[:PORT]]/DATABASE?table=[SCHEMA.]TABLE[&KEY=VALUE...]
//
// with the keys of kCassandraUrlHelp and kPostgresUrlHelp. UNSUPPORTED where this program was built without the client
// of the database.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "tables/table_reader.h"
#include "tables/table_sink.h"

namespace scoreway {

// Gives a variable of the environment, or null.
using Environment = const char* (*)(const char* name);

// Whether a table is named by such a URL rather than by a path.
bool IsDatabaseUrl(std::string_view text);
// For messages: the URL without the options that say how the database is spoken to; other texts as they are.
std::string DatabasePlace(const std::string& text);
// INVALID_ARGUMENT names the part that is wrong.
Status CheckDatabaseUrl(const std::string& url, Environment environment);

struct DatabaseTable {
  std::unique_ptr<TableReader> reader;
  std::string identity;  // tells it from another table that came to have its name
};

// NOT_FOUND if there is no such table.
Result<DatabaseTable> OpenDatabaseTable(const std::string& url, Environment environment);

// The table is made if need be. A row of it is told from others by its key: the input's key, or else all columns that
// are kept. What comes under a key that is there takes its place. INVALID_ARGUMENT if the table has no such key, or
// names a column that it lacks or that is of a type which cannot hold the cells.
Result<std::unique_ptr<TableSink>> OpenDatabaseSink(const std::string& url, Environment environment,
                                                    const SinkColumns& columns);

}  // namespace scoreway
