#include "service/challenge_traffic.h"

#include <algorithm>
#include <cmath>

#include "service/set_traffic.h"

namespace scoreway {
namespace {

// Shares that differ by less are the same.
constexpr double kPercentStep = 0.5;

// Between the two aliases of the challenge and nobody else.
bool IsOurs(const TrafficPolicy& traffic, const Challenge& challenge) {
  return traffic.split.size() == 2 && traffic.split[0].alias == challenge.policy.champion &&
         traffic.split[1].alias == challenge.alias;
}

bool Contains(const std::vector<std::string>& aliases, const std::string& alias) {
  return std::ranges::find(aliases, alias) != aliases.end();
}

}  // namespace

Status AddShadow(const Service& service, const std::string& model, const std::string& alias, const Change& change) {
  SCOREWAY_ASSIGN_OR_RETURN(TrafficPolicy traffic, service.traffic->store.Get(model));
  if (Contains(traffic.shadow, alias)) return {};
  traffic.shadow.push_back(alias);
  return SetTraffic(service, traffic, traffic.revision, change).status();
}

Result<bool> IsSplit(const Service& service, const std::string& model) {
  SCOREWAY_ASSIGN_OR_RETURN(const TrafficPolicy traffic, service.traffic->store.Get(model));
  return !traffic.split.empty();
}

Result<bool> LeadShare(const Service& service, const Challenge& challenge, double percent, const Change& change) {
  SCOREWAY_ASSIGN_OR_RETURN(TrafficPolicy traffic, service.traffic->store.Get(challenge.model));
  const bool is_ours = IsOurs(traffic, challenge);
  if (!traffic.split.empty() && !is_ours) return false;
  if (is_ours && std::abs(traffic.split[1].percent - percent) < kPercentStep) return true;
  traffic.split = {{challenge.policy.champion, 100 - percent}, {challenge.alias, percent}};
  for (const std::string& alias : {challenge.alias, challenge.policy.champion}) {
    if (!Contains(traffic.shadow, alias)) traffic.shadow.push_back(alias);
  }
  SCOREWAY_RETURN_IF_ERROR(SetTraffic(service, traffic, traffic.revision, change).status());
  return true;
}

Status EndShare(const Service& service, const Challenge& challenge, const Change& change) {
  SCOREWAY_ASSIGN_OR_RETURN(TrafficPolicy traffic, service.traffic->store.Get(challenge.model));
  if (!IsOurs(traffic, challenge)) return {};
  traffic.split.clear();
  std::erase(traffic.shadow, challenge.policy.champion);
  return SetTraffic(service, traffic, traffic.revision, change).status();
}

}  // namespace scoreway
