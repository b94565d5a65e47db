// scoreway store: looking after the place where the registry is kept.

#include <cstdio>

#include "commands.h"
#include "open_store.h"
#include "store/cassandra/cassandra_admin.h"

namespace scoreway {
namespace {

void PrintStep(const std::string& step) { std::printf("%s\n", step.c_str()); }

// Opening a file makes it and brings it forward.
Status OpenFile(const RegistryOptions& registry, WhenMissing when_missing) {
  SCOREWAY_RETURN_IF_ERROR(OpenStore(registry, when_missing).status());
  PrintStep("file " + registry.path + " is ready");
  return {};
}

Status Init(const StoreOptions& options) {
  if (!IsCassandraUrl(options.registry.path)) {
    if (!options.print) return OpenFile(options.registry, WhenMissing::kMake);
    return Status(Code::kInvalidArgument, "a file needs no CQL; --print is for a Cassandra URL", options.registry.path);
  }
  SCOREWAY_ASSIGN_OR_RETURN(const CassandraOptions cassandra, CassandraOptionsOf(options.registry));
  if (!options.print) return InitCassandra(cassandra, PrintStep);
  SCOREWAY_ASSIGN_OR_RETURN(const std::string cql, CassandraInitCql(cassandra));
  std::fputs(cql.c_str(), stdout);
  return {};
}

Status Migrate(const StoreOptions& options) {
  if (!IsCassandraUrl(options.registry.path)) return OpenFile(options.registry, WhenMissing::kFail);
  SCOREWAY_ASSIGN_OR_RETURN(const CassandraOptions cassandra, CassandraOptionsOf(options.registry));
  return MigrateCassandra(cassandra, PrintStep);
}

}  // namespace

Status RunStore(const StoreOptions& options) {
  switch (options.action) {
    case StoreOptions::Action::kInit: return Init(options);
    case StoreOptions::Action::kMigrate: return Migrate(options);
  }
  return {};
}

}  // namespace scoreway
