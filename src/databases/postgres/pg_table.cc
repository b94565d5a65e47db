#include "databases/postgres/pg_table.h"

#include <charconv>
#include <utility>

namespace scoreway::postgres {
namespace {

constexpr char kColumnsSql[] =
    "SELECT a.attname, format_type(a.atttypid, a.atttypmod), format_type(a.atttypid, NULL), t.typcategory, "
    "a.attnotnull AND NOT a.atthasdef AND a.attidentity = '', a.attgenerated <> '' OR a.attidentity = 'a' "
    "FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid "
    "WHERE a.attrelid = $1::oid AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum";
constexpr char kKeySql[] =
    "SELECT a.attname FROM pg_index i CROSS JOIN LATERAL unnest(i.indkey) WITH ORDINALITY AS k(attnum, place) "
    "JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum "
    "WHERE i.indrelid = $1::oid AND i.indisprimary AND k.place <= i.indnkeyatts ORDER BY k.place";

PgKind KindOf(std::string_view type, std::string_view category) {
  if (type == "smallint" || type == "integer" || type == "bigint") return PgKind::kInteger;
  if (type == "real") return PgKind::kFloat4;
  if (type == "double precision") return PgKind::kFloat8;
  if (type == "numeric") return PgKind::kNumeric;
  if (type == "boolean") return PgKind::kBoolean;
  if (type == "json" || type == "jsonb") return PgKind::kJson;
  if (type == "uuid") return PgKind::kText;
  // Texts, times, spans of time, enumerations, addresses.
  if (category == "S" || category == "D" || category == "T" || category == "E" || category == "I") return PgKind::kText;
  return PgKind::kOther;
}

}  // namespace

Result<PgTable> DescribePgTable(PgSession& session, const PostgresOptions& options) {
  PgTable table;
  std::string schema = options.schema;
  if (schema.empty()) {
    SCOREWAY_ASSIGN_OR_RETURN(const PgRows path, session.Run("SELECT current_schema()"));
    schema = path.TextAt(0, 0);
    if (schema.empty()) return Error{Code::kNotFound, "the search path has no schema", {}};
  }
  table.name = QuotedPgName(schema) + "." + QuotedPgName(options.table);
  SCOREWAY_ASSIGN_OR_RETURN(
      const PgRows ids,
      session.Run("SELECT c.oid, c.reltuples::bigint FROM pg_class c WHERE c.oid = to_regclass($1)", {table.name}));
  if (ids.size() == 0) return table;
  table.id = ids.TextAt(0, 0);
  const std::string rows = ids.TextAt(0, 1);
  (void)std::from_chars(rows.data(), rows.data() + rows.size(), table.rows);

  SCOREWAY_ASSIGN_OR_RETURN(const PgRows columns, session.Run(kColumnsSql, {table.id}));
  for (size_t row = 0; row < columns.size(); ++row) {
    table.columns.push_back({.name = columns.TextAt(row, 0),
                             .type_name = columns.TextAt(row, 1),
                             .kind = KindOf(columns.TextAt(row, 2), columns.TextAt(row, 3)),
                             .is_required = columns.FlagAt(row, 4),
                             .is_computed = columns.FlagAt(row, 5)});
  }
  SCOREWAY_ASSIGN_OR_RETURN(const PgRows key, session.Run(kKeySql, {table.id}));
  for (size_t row = 0; row < key.size(); ++row) table.key.push_back(key.TextAt(row, 0));
  return table;
}

std::string_view NewPgType(Type type) {
  switch (type) {
    case Type::kFloat32: return "real";
    case Type::kFloat64: return "double precision";
    case Type::kInt64: return "bigint";
    case Type::kBool: return "boolean";
    case Type::kString: return "text";
    case Type::kList: return "jsonb";
  }
  return "text";
}

Type CellTypeOf(PgKind kind) {
  switch (kind) {
    case PgKind::kInteger: return Type::kInt64;
    case PgKind::kFloat4: return Type::kFloat32;
    case PgKind::kFloat8: return Type::kFloat64;
    case PgKind::kBoolean: return Type::kBool;
    case PgKind::kNumeric:  // all its digits
    case PgKind::kText:
    case PgKind::kJson:
    case PgKind::kOther: return Type::kString;
  }
  return Type::kString;
}

bool CanRead(PgKind from, Type to) {
  switch (from) {
    case PgKind::kInteger:
    case PgKind::kBoolean: return !IsText(to);
    case PgKind::kFloat4:
    case PgKind::kFloat8: return !IsText(to) && to != Type::kInt64;
    case PgKind::kNumeric: return to != Type::kInt64 && to != Type::kList;
    case PgKind::kText:
    case PgKind::kJson: return IsText(to);
    case PgKind::kOther: return false;
  }
  return false;
}

bool CanWrite(Type from, const PgColumn& to) {
  if (to.is_computed) return false;
  switch (to.kind) {
    case PgKind::kInteger: return from == Type::kInt64;
    case PgKind::kFloat4: return from == Type::kFloat32;
    case PgKind::kFloat8: return from == Type::kFloat32 || from == Type::kFloat64;
    case PgKind::kNumeric: return !IsText(from) ? from != Type::kBool : from == Type::kString;
    case PgKind::kBoolean: return from == Type::kBool;
    case PgKind::kText: return IsText(from);
    case PgKind::kJson: return IsText(from);
    case PgKind::kOther: return false;
  }
  return false;
}

}  // namespace scoreway::postgres
