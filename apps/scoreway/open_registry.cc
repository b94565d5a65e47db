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

Result<OpenedModel> OpenModel(const RegistryOptions& options, const EngineOptions& engines,
                              const ReadingOptions& reading, const std::string& text) {
  std::error_code error;
  OpenedModel opened;
  SCOREWAY_ASSIGN_OR_RETURN(opened.engines, OpenEngines(engines));
  std::shared_ptr<const std::string> artifact;
  std::map<std::string, std::string> import_options;
  if (LooksLikePath(text) || std::filesystem::exists(text, error)) {
    SCOREWAY_ASSIGN_OR_RETURN(artifact, ReadModelFile(text));
    SCOREWAY_ASSIGN_OR_RETURN(import_options, ImportOptionsOfFile(text, *artifact, reading.recommend));
    opened.place = text;
  } else {
    Result<OpenedRegistry> registry = OpenRegistry(options);
    if (!registry.ok() && registry.code() == Code::kNotFound) {
      return Error{Code::kNotFound, "there is no such file, and no registry at " + StorePlace(options), text};
    }
    if (!registry.ok()) return std::move(registry).error();
    Result<FoundVersion> found = FindVersion(*registry->registry, text);
    if (!found.ok()) {
      Error reason = std::move(found).error();
      if (reason.code == Code::kNotFound || reason.code == Code::kInvalidArgument) {
        reason.message += " (and there is no such file)";
      }
      return reason;
    }
    if (reading.recommend != 0) {
      return Error{Code::kInvalidArgument, "--recommend is for files: a version is read as it was pushed", text};
    }
    opened.version = *found;
    opened.place = found->name + "/" + std::to_string(found->number);
    SCOREWAY_ASSIGN_OR_RETURN(std::string bytes,
                              (*registry)->ReadArtifact(found->name, found->number, kModelFileBytesMax));
    artifact = std::make_shared<const std::string>(std::move(bytes));
    SCOREWAY_ASSIGN_OR_RETURN(VersionInfo info, (*registry)->GetVersion(found->name, found->number));
    import_options = std::move(info.metadata.import_options);
  }
  opened.artifact = artifact;
  ImportOptions read_as;
  SCOREWAY_RETURN_IF_ERROR(SetImportOptions(import_options, &read_as));
  Result<std::shared_ptr<const Model>> model = opened.engines->ReadModel(std::move(artifact), read_as);
  if (!model.ok()) return AtPlace(opened.place, std::move(model).error());
  opened.model = std::move(*model);
  return opened;
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
