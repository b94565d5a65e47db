// The functions of this folder in a program that was built without the driver.
#include "store/cassandra/cassandra_admin.h"
#include "store/cassandra/cassandra_store.h"

namespace scoreway {
namespace {

Status Absent(const CassandraOptions& options) {
  return Status(Code::kUnsupported,
                "this scoreway was built without the Cassandra driver: it needs cargo and rustc 1.88 when it is built",
                CassandraPlace(options));
}

}  // namespace

Result<std::unique_ptr<Store>> OpenCassandraStore(const CassandraOptions& options, const Clock&) {
  return Absent(options);
}

Result<std::string> CassandraInitCql(const CassandraOptions& options) { return Absent(options); }

Status InitCassandra(const CassandraOptions& options, const CassandraSteps&) { return Absent(options); }

Status MigrateCassandra(const CassandraOptions& options, const CassandraSteps&) { return Absent(options); }

Status EmptyCassandra(const CassandraOptions& options, std::span<const std::string>) { return Absent(options); }

}  // namespace scoreway
