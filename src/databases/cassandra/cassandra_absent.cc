// The functions of this folder in a program that was built without the driver.
#include "databases/cassandra/cassandra_sink.h"
#include "databases/cassandra/cassandra_table.h"

namespace scoreway {
namespace {

Error Absent() {
  return {Code::kUnsupported,
          "this scoreway was built without the Cassandra driver: it needs cargo and rustc 1.88 when it is built",
          {}};
}

}  // namespace

Result<DatabaseTable> OpenCassandraTable(const std::string&, Environment) { return Absent(); }

Result<std::unique_ptr<TableSink>> OpenCassandraSink(const std::string&, Environment, const SinkColumns&) {
  return Absent();
}

}  // namespace scoreway
