// The registry of the command line: a SQLite file or a Cassandra keyspace, opened for one command.
#pragma once

#include <memory>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "engines/engines.h"
#include "model/model.h"
#include "options.h"
#include "registry/registry.h"
#include "registry/runs.h"
#include "store/store.h"

namespace scoreway {

struct OpenedRegistry {
  std::unique_ptr<Store> store;
  std::unique_ptr<Registry> registry;
  std::unique_ptr<Runs> runs;

  Registry* operator->() const { return registry.get(); }
};

// Makes a file and its folder if need be.
Result<OpenedRegistry> OpenOrCreateRegistry(const RegistryOptions& options);
// NOT_FOUND if nothing was ever pushed.
Result<OpenedRegistry> OpenRegistry(const RegistryOptions& options);

// A version of the registry that a text on the command line means.
struct FoundVersion {
  std::string name;
  int64_t number = 0;
};
Result<FoundVersion> FindVersion(Registry& registry, const std::string& reference);

// A model named on the command line: a file, or a reference into the registry.
struct OpenedModel {
  std::shared_ptr<const std::string> artifact;
  std::shared_ptr<const Model> model;
  std::shared_ptr<const Engines> engines;  // those that may score it
  std::string place;                       // the path, or "wine/3"
  FoundVersion version;                    // no name for a file
};

// A path that exists is a file, whatever the registry holds; "./wine" is always one. NOT_FOUND if it is neither.
Result<OpenedModel> OpenModel(const RegistryOptions& registry, const EngineOptions& engines,
                              const ReadingOptions& reading, const std::string& text);

// The model of a reference into the registry, whatever paths there are.
Result<OpenedModel> OpenVersion(const RegistryOptions& registry, const EngineOptions& engines,
                                const std::string& reference);

// Of this machine.
std::string HostName();
// Whoever runs the command, for the registry's records: "user@host".
std::string CurrentUser();

}  // namespace scoreway
