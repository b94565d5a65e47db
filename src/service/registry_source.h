// RegistrySource: the registry as the serving set sees it.
#pragma once

#include "registry/registry.h"
#include "service/model_source.h"

namespace scoreway {

class RegistrySource final : public ModelSource {
 public:
  // The registry must outlive the source.
  explicit RegistrySource(Registry* registry) : registry_(registry) {}

  Result<uint64_t> ChangeCount() override { return registry_->ChangeCount(); }
  Result<NameState> Describe(const std::string& name, std::span<const int64_t> versions) override;
  Result<PushedModel> ReadPushed(const std::string& name, int64_t version) override;

 private:
  Registry* const registry_;
};

}  // namespace scoreway
