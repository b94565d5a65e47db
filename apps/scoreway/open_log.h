// The store of the prediction log and of labels.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "open_store.h"
#include "options.h"
#include "store/store.h"

namespace scoreway {

// Where the record lies: the place asked for; else the registry's keyspace in Cassandra, or beside the registry's file
// a file of its own, whose writing holds up nobody: "registry.db" has "registry-log.db".
RegistryOptions LogPlace(const RegistryOptions& registry, const std::string& asked);

// A Store of its own, or null where the record lies in the registry's store.
Result<std::unique_ptr<Store>> OpenLogStore(const RegistryOptions& registry, const std::string& asked,
                                            WhenMissing when_missing);

}  // namespace scoreway
