#include "databases/database_grant.h"

#include <algorithm>

#include "databases/postgres/postgres_options.h"

namespace scoreway {
namespace {

constexpr std::string_view kTableOption = "table=";

const char* NoEnvironment(const char*) { return nullptr; }

struct Parts {
  std::string database, table, options;  // the options of a grant, with their '?'
};

Parts PartsOfGrant(const std::string& grant) {
  const size_t question = std::min(grant.find('?'), grant.size());
  return {.database = grant.substr(0, question), .table = {}, .options = grant.substr(question)};
}

// Of a URL that CheckTableName has passed.
Parts PartsOfTable(const std::string& url) {
  if (!IsPostgresUrl(url)) {
    const size_t dot = url.rfind('.');
    return {.database = url.substr(0, dot), .table = url.substr(dot + 1), .options = {}};
  }
  const size_t question = url.find('?');
  return {.database = url.substr(0, question), .table = url.substr(question + 1 + kTableOption.size()), .options = {}};
}

std::string Joined(const Parts& grant, const std::string& table) {
  if (!IsPostgresUrl(grant.database)) return grant.database + "." + table + grant.options;
  return grant.database + (grant.options.empty() ? "?" : grant.options + "&") + std::string(kTableOption) + table;
}

}  // namespace

Status CheckDatabaseGrant(const std::string& grant, Environment environment) {
  if (!IsDatabaseUrl(grant)) {
    return Status(Code::kInvalidArgument, "neither cassandra://HOST/KEYSPACE nor postgresql://HOST/DATABASE", grant);
  }
  if (IsPostgresUrl(grant) && CheckDatabaseUrl(grant, environment).ok()) {
    return Status(Code::kInvalidArgument, "names a table; whoever asks for something to be written does", grant);
  }
  return CheckDatabaseUrl(Joined(PartsOfGrant(grant), "t"), environment);
}

Status CheckTableName(const std::string& table) {
  const size_t question = table.find('?');
  const std::string options = question == std::string::npos ? "" : table.substr(question + 1);
  const bool is_plain = IsPostgresUrl(table)
                            ? options.starts_with(kTableOption) && options.find('&') == std::string::npos
                            : question == std::string::npos;
  if (!is_plain) {
    return Status(
        Code::kInvalidArgument,
        "a table alone, as cassandra://HOST/KEYSPACE.TABLE or postgresql://HOST/DATABASE?table=TABLE; how the "
        "database is spoken to the server says",
        DatabasePlace(table));
  }
  return CheckDatabaseUrl(table, NoEnvironment);
}

Result<std::string> GrantedTable(std::span<const std::string> grants, const std::string& table) {
  SCOREWAY_RETURN_IF_ERROR(CheckTableName(table));
  const Parts wanted = PartsOfTable(table);
  for (const std::string& grant : grants) {
    const Parts parts = PartsOfGrant(grant);
    if (parts.database == wanted.database) return Joined(parts, wanted.table);
  }
  return Error{Code::kPermissionDenied, "this server may not write to that database", DatabasePlace(table)};
}

}  // namespace scoreway
