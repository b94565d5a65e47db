#include "open_store.h"

#include <cstdlib>
#include <filesystem>
#include <system_error>

#include "base/clock.h"
#include "store/cassandra/cassandra_store.h"
#include "store/sqlite/sqlite_store.h"

namespace scoreway {
namespace {

Status MakeFolderOf(const std::string& path) {
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  std::error_code error;
  if (!folder.empty()) std::filesystem::create_directories(folder, error);
  if (!error) return {};
  return Status(Code::kInvalidArgument, "cannot make the registry's folder: " + error.message(), folder.string());
}

}  // namespace

Result<CassandraOptions> CassandraOptionsOf(const RegistryOptions& registry) {
  return ParseCassandraUrl(registry.path, [](const char* name) -> const char* { return std::getenv(name); });
}

Result<std::unique_ptr<Store>> OpenStore(const RegistryOptions& registry, WhenMissing when_missing,
                                         const SqliteOptions& of_file) {
  if (IsCassandraUrl(registry.path)) {
    SCOREWAY_ASSIGN_OR_RETURN(const CassandraOptions options, CassandraOptionsOf(registry));
    return OpenCassandraStore(options, SystemClock());
  }
  std::error_code error;
  if (when_missing == WhenMissing::kMake) {
    SCOREWAY_RETURN_IF_ERROR(MakeFolderOf(registry.path));
  } else if (!std::filesystem::exists(registry.path, error)) {
    return Error{Code::kNotFound, "no registry is here yet; 'scoreway push' makes one", registry.path};
  }
  return OpenSqliteStore(registry.path, SystemClock(), of_file);
}

std::string StorePlace(const RegistryOptions& registry) {
  return IsCassandraUrl(registry.path) ? registry.path.substr(0, registry.path.find('?')) : registry.path;
}

}  // namespace scoreway
