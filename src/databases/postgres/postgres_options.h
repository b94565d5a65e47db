// PostgresOptions: which table of which database, how the server is spoken to, and the URL that says so.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "databases/database_table.h"

namespace scoreway {

// What is empty is left to the client library: its variables of the environment (PGHOST, PGUSER, ...) and defaults.
struct PostgresOptions {
  std::string hosts, ports;  // of each a list with commas; a host that begins with '/' is the folder of a socket
  std::string database;
  std::string schema, table;  // the schema may be empty: the first of the search path
  std::string user;
  std::string password;  // never printed
  bool is_tls = false;   // with the server's certificate and name checked
  std::string tls_authority;
  std::string tls_certificate;
  std::string tls_key;
  uint32_t connect_ms = 10'000;
};

bool IsPostgresUrl(std::string_view text);

// postgresql://[HOST[:PORT][,HOST[:PORT]...]]/DATABASE?table=[SCHEMA.]TABLE[&KEY=VALUE...] with the keys of
// kPostgresUrlHelp. A password comes from the file that `password_file` names, or from the environment, never from the
// URL. kInvalidArgument names the part.
Result<PostgresOptions> ParsePostgresUrl(std::string_view url, Environment environment);

// The URL with its table and without the other options: for messages.
std::string PostgresPlace(const PostgresOptions& options);

// The keys of the URL, a line each.
inline constexpr char kPostgresUrlHelp[] =
    "table=NAME         the table, or SCHEMA.NAME\n"
    "user=NAME          with password_file=FILE; also: environment SCOREWAY_POSTGRES_USER, "
    "SCOREWAY_POSTGRES_PASSWORD,\n"
    "                   and the client library's own (PGUSER, PGPASSFILE, ...)\n"
    "tls=true           with ca=FILE, cert=FILE, key=FILE (PEM)\n"
    "connect_ms=N       of connecting (default 10000)\n"
    "socket=FOLDER      the server's socket is there, rather than at a host";

}  // namespace scoreway
