// The functions of this folder in a program that was built without PostgreSQL's client library.
#include "databases/postgres/postgres_sink.h"
#include "databases/postgres/postgres_table.h"

namespace scoreway {
namespace {

Error Absent() {
  return {Code::kUnsupported,
          "this scoreway was built without PostgreSQL's client library: it needs libpq-dev when it is built",
          {}};
}

}  // namespace

Result<DatabaseTable> OpenPostgresTable(const std::string&, Environment) { return Absent(); }

Result<std::unique_ptr<TableSink>> OpenPostgresSink(const std::string&, Environment, const SinkColumns&) {
  return Absent();
}

}  // namespace scoreway
