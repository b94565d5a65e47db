#include "open_registry.h"

#include <pwd.h>
#include <unistd.h>

#include <filesystem>
#include <system_error>

#include "files.h"
#include "files/model_file.h"
#include "open_engines.h"
#include "open_store.h"

namespace scoreway {
namespace {

Result<OpenedRegistry> Open(const RegistryOptions& options, WhenMissing when_missing) {
  SCOREWAY_ASSIGN_OR_RETURN(std::unique_ptr<Store> store, OpenStore(options, when_missing));
  auto registry = std::make_unique<Registry>(*store, SystemClock());
  auto runs = std::make_unique<Runs>(*store, SystemClock());
  return OpenedRegistry{std::move(store), std::move(registry), std::move(runs)};
}

bool LooksLikePath(const std::string& text) {
  return text.starts_with("./") || text.starts_with("../") || text.starts_with("/") || text == "-";
}

}  // namespace

Result<OpenedRegistry> OpenOrCreateRegistry(const RegistryOptions& options) {
  return Open(options, WhenMissing::kMake);
}

Result<OpenedRegistry> OpenRegistry(const RegistryOptions& options) { return Open(options, WhenMissing::kFail); }

Result<FoundVersion> FindVersion(Registry& registry, const std::string& text) {
  SCOREWAY_ASSIGN_OR_RETURN(const Reference reference, ParseReference(text));
  SCOREWAY_ASSIGN_OR_RETURN(const int64_t number, registry.Resolve(reference));
  return FoundVersion{reference.name, number};
}

namespace {

// An artifact that was read, as a model.
Result<OpenedModel> AsModel(OpenedModel opened, const std::map<std::string, std::string>& import_options) {
  ImportOptions read_as;
  SCOREWAY_RETURN_IF_ERROR(SetImportOptions(import_options, &read_as));
  Result<std::shared_ptr<const Model>> model = opened.engines->ReadModel(opened.artifact, read_as);
  if (!model.ok()) return AtPlace(opened.place, std::move(model).error());
  opened.model = std::move(*model);
  return opened;
}

Result<OpenedModel> ReadVersion(const OpenedRegistry& registry, const EngineOptions& engines,
                                const FoundVersion& found) {
  OpenedModel opened;
  SCOREWAY_ASSIGN_OR_RETURN(opened.engines, OpenEngines(engines));
  opened.version = found;
  opened.place = found.name + "/" + std::to_string(found.number);
  SCOREWAY_ASSIGN_OR_RETURN(std::string bytes, registry->ReadArtifact(found.name, found.number, kModelFileBytesMax));
  opened.artifact = std::make_shared<const std::string>(std::move(bytes));
  SCOREWAY_ASSIGN_OR_RETURN(const VersionInfo info, registry->GetVersion(found.name, found.number));
  return AsModel(std::move(opened), info.metadata.import_options);
}

}  // namespace

Result<OpenedModel> OpenVersion(const RegistryOptions& options, const EngineOptions& engines,
                                const std::string& reference) {
  SCOREWAY_ASSIGN_OR_RETURN(const OpenedRegistry registry, OpenRegistry(options));
  SCOREWAY_ASSIGN_OR_RETURN(const FoundVersion found, FindVersion(*registry.registry, reference));
  return ReadVersion(registry, engines, found);
}

Result<OpenedModel> OpenModel(const RegistryOptions& options, const EngineOptions& engines,
                              const ReadingOptions& reading, const std::string& text) {
  std::error_code error;
  if (LooksLikePath(text) || std::filesystem::exists(text, error)) {
    OpenedModel opened;
    SCOREWAY_ASSIGN_OR_RETURN(opened.engines, OpenEngines(engines));
    SCOREWAY_ASSIGN_OR_RETURN(opened.artifact, ReadModelFile(text));
    SCOREWAY_ASSIGN_OR_RETURN(const auto import_options,
                              ImportOptionsOfFile(text, *opened.artifact, reading.recommend));
    opened.place = text;
    return AsModel(std::move(opened), import_options);
  }
  const Result<OpenedRegistry> registry = OpenRegistry(options);
  if (registry.code() == Code::kNotFound) {
    return Error{Code::kNotFound, "there is no such file, and no registry at " + StorePlace(options), text};
  }
  if (!registry.ok()) return registry.error();
  const Result<FoundVersion> found = FindVersion(*(*registry).registry, text);
  if (found.code() == Code::kNotFound || found.code() == Code::kInvalidArgument) {
    return Error{found.code(), found.error().message + " (and there is no such file)", found.error().place};
  }
  if (!found.ok()) return found.error();
  if (reading.recommend != 0) {
    return Error{Code::kInvalidArgument, "--recommend is for files: a version is read as it was pushed", text};
  }
  return ReadVersion(*registry, engines, *found);
}

std::string HostName() {
  char host[256] = "";
  ::gethostname(host, sizeof host - 1);
  return host;
}

std::string CurrentUser() {
  const passwd* user = ::getpwuid(::getuid());
  return (user != nullptr ? std::string(user->pw_name) : std::to_string(::getuid())) + "@" + HostName();
}

}  // namespace scoreway
