#include "service/set_traffic.h"

namespace scoreway {
namespace {

Status CheckAlias(const ModelInfo& model, const std::string& alias) {
  if (model.aliases.contains(alias)) return {};
  return Status(Code::kNotFound, "no alias '" + alias + "'", "model '" + model.name + "'");
}

}  // namespace

Result<TrafficPolicy> SetTraffic(const Service& service, const TrafficPolicy& policy, std::optional<int64_t> expected,
                                 const Change& change) {
  SCOREWAY_RETURN_IF_ERROR(CheckPolicy(policy));
  SCOREWAY_ASSIGN_OR_RETURN(const ModelInfo model, service.registry->GetModel(policy.model));
  for (const TrafficShare& share : policy.split) SCOREWAY_RETURN_IF_ERROR(CheckAlias(model, share.alias));
  for (const std::string& alias : policy.shadow) SCOREWAY_RETURN_IF_ERROR(CheckAlias(model, alias));
  SCOREWAY_ASSIGN_OR_RETURN(TrafficPolicy set, service.traffic->store.Set(policy, expected, change));
  SCOREWAY_RETURN_IF_ERROR(service.traffic->policies.Refresh());
  return set;
}

}  // namespace scoreway
