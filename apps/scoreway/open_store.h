// The store that --registry names.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "options.h"
#include "store/cassandra/cassandra_options.h"
#include "store/sqlite/sqlite_store.h"
#include "store/store.h"

namespace scoreway {

enum class WhenMissing {
  kFail,  // kNotFound
  kMake,  // a file and its folder; the tables of Cassandra are made by `store init` alone
};

Result<std::unique_ptr<Store>> OpenStore(const RegistryOptions& registry, WhenMissing when_missing,
                                         const SqliteOptions& of_file = {});

// Of a registry that is a Cassandra URL: what the URL and the environment say.
Result<CassandraOptions> CassandraOptionsOf(const RegistryOptions& registry);

// The name of the registry for messages: the file, or the URL without its options.
std::string StorePlace(const RegistryOptions& registry);

}  // namespace scoreway
