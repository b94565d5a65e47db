#include "databases/cassandra/cql_table_url.h"

#include <algorithm>

namespace scoreway::cassandra {
namespace {

constexpr size_t kTableBytesMax = 48;  // Cassandra's own limit
constexpr std::string_view kForm = "it is not of the form cassandra://HOST/KEYSPACE.TABLE";

}  // namespace

std::string QuotedCqlName(std::string_view name) {
  std::string text = "\"";
  for (const char c : name) text += c == '"' ? "\"\"" : std::string(1, c);
  return text + "\"";
}

std::string CqlTableName::Quoted() const { return QuotedCqlName(cluster.keyspace) + "." + QuotedCqlName(table); }

Result<CqlTableName> ParseCqlTableUrl(const std::string& url, Environment environment) {
  const size_t question = std::min(url.find('?'), url.size());
  const std::string before = url.substr(0, question);
  const size_t dot = before.rfind('.');
  if (dot == std::string::npos || before.find('/', dot) != std::string::npos) {
    return Error{Code::kInvalidArgument, std::string(kForm), before};
  }
  CqlTableName name;
  name.table = before.substr(dot + 1);
  const auto is_fine = [](unsigned char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  };
  if (name.table.empty() || name.table.size() > kTableBytesMax || !std::ranges::all_of(name.table, is_fine)) {
    return Error{Code::kInvalidArgument, "'" + name.table + "' is no name of a table", before};
  }
  SCOREWAY_ASSIGN_OR_RETURN(name.cluster, ParseCassandraUrl(before.substr(0, dot) + url.substr(question), environment));
  return name;
}

}  // namespace scoreway::cassandra
