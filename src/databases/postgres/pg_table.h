// PgTable: a user's table of PostgreSQL, as the server describes it, and which of its cells a Column can hold.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "data/type.h"
#include "databases/postgres/pg_session.h"

namespace scoreway::postgres {

// What the cells of a type are like.
enum class PgKind : uint8_t {
  kInteger,
  kFloat4,
  kFloat8,
  kNumeric,
  kBoolean,
  kText,  // and all that is read as a text: times, uuid, enumerations
  kJson,
  kOther,  // neither read nor written
};

struct PgColumn {
  std::string name;
  std::string type_name;  // as "numeric(10,2)"
  PgKind kind = PgKind::kOther;
  bool is_required = false;  // no null, and no value of its own
  bool is_computed = false;  // always
};

struct PgTable {
  std::string name;  // "schema"."table"
  std::string id;    // another table of the same name has another; empty: there is no such table
  std::vector<PgColumn> columns;
  std::vector<std::string> key;  // the primary one, in order
  int64_t rows = -1;             // about; -1: not known
};

// The schema of the options, or the first of the search path.
Result<PgTable> DescribePgTable(PgSession& session, const PostgresOptions& options);

// The type of a new column for such cells.
std::string_view NewPgType(Type type);
// What cells of the kind are read as where nobody wants them otherwise.
Type CellTypeOf(PgKind kind);
// Whether cells of the kind can be read as the type, and every cell of the type written as the kind, and are the same.
bool CanRead(PgKind from, Type to);
bool CanWrite(Type from, const PgColumn& to);

}  // namespace scoreway::postgres
