#include "databases/cassandra/cql_table.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "store/cassandra/cql_value.h"

namespace scoreway::cassandra {
namespace {

CqlColumn::Kind KindOf(std::string_view text) {
  if (text == "partition_key") return CqlColumn::Kind::kPartition;
  if (text == "clustering") return CqlColumn::Kind::kClustering;
  return text == "static" ? CqlColumn::Kind::kStatic : CqlColumn::Kind::kRegular;
}

}  // namespace

Result<CqlTable> DescribeCqlTable(CqlSession& session, const CqlTableName& name) {
  CqlCall ids("SELECT id FROM system_schema.tables WHERE keyspace_name = ? AND table_name = ?");
  ids.View(name.cluster.keyspace).View(name.table);
  SCOREWAY_ASSIGN_OR_RETURN(const CqlRows tables, session.Run(std::move(ids)));
  CqlCall columns(
      "SELECT column_name, type, kind, position FROM system_schema.columns WHERE keyspace_name = ? AND table_name = ?");
  columns.View(name.cluster.keyspace).View(name.table);
  SCOREWAY_ASSIGN_OR_RETURN(const CqlRows rows, session.Run(std::move(columns)));

  CqlTable table;
  if (tables.size() > 0) table.id = tables.Cell(0, "id").value_or("");
  std::vector<std::pair<int32_t, CqlColumn>> found;
  for (size_t row = 0; row < rows.size(); ++row) {
    const auto text = [&](std::string_view column) { return std::string(rows.Cell(row, column).value_or("")); };
    CqlColumn column{.name = text("column_name"), .type_name = text("type"), .type = {}, .kind = KindOf(text("kind"))};
    column.type = CqlTypeOf(column.type_name);
    found.emplace_back(DecodeInt(rows.Cell(row, "position").value_or("")), std::move(column));
  }
  std::ranges::stable_sort(found, [](const auto& a, const auto& b) {
    return std::tuple(a.second.kind, a.first) < std::tuple(b.second.kind, b.first);
  });
  for (auto& [position, column] : found) table.columns.push_back(std::move(column));
  return table;
}

}  // namespace scoreway::cassandra
