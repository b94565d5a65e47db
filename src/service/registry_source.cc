#include "service/registry_source.h"

namespace scoreway {

Result<NameState> RegistrySource::Describe(const std::string& name, std::span<const int64_t> versions) {
  SCOREWAY_ASSIGN_OR_RETURN(const ModelInfo info, registry_->GetModel(name));
  NameState state;
  state.aliases.insert(info.aliases.begin(), info.aliases.end());
  state.newest = info.latest_version;
  for (const int64_t version : versions) {
    const Result<int64_t> found = registry_->Resolve(Reference{name, {}, version});
    if (found.ok()) continue;
    if (found.code() != Code::kNotFound) return found.error();
    state.gone.push_back(version);
  }
  return state;
}

Result<PushedModel> RegistrySource::ReadPushed(const std::string& name, int64_t version) {
  SCOREWAY_ASSIGN_OR_RETURN(VersionInfo info, registry_->GetVersion(name, version));
  SCOREWAY_ASSIGN_OR_RETURN(std::string bytes, registry_->ReadArtifact(name, version));
  return PushedModel{std::make_shared<const std::string>(std::move(bytes)), std::move(info.metadata.import_options)};
}

}  // namespace scoreway
