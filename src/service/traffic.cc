#include "service/traffic.h"

namespace scoreway {

bool Traffic::MayLoad(std::string_view model, std::string_view alias) {
  constexpr std::chrono::seconds kPause{5};
  constexpr size_t kTriesMax = 1000;
  const auto now = std::chrono::steady_clock::now();
  const std::lock_guard lock(mutex_);
  if (tries_.size() >= kTriesMax) std::erase_if(tries_, [&](const auto& item) { return now - item.second >= kPause; });
  auto& last = tries_[std::string(model).append("@").append(alias)];
  if (last != std::chrono::steady_clock::time_point() && now - last < kPause) return false;
  last = now;
  return true;
}

TrafficReader::TrafficReader(const Traffic* traffic, uint64_t seed)
    : has_policies_(traffic != nullptr), reader_(traffic == nullptr ? nullptr : &traffic->policies), chance_(seed) {}

const TrafficPolicy* TrafficReader::Find(std::string_view model) {
  if (!has_policies_) return nullptr;
  reader_.Follow();
  const TrafficPolicySet& policies = reader_.value();
  if (policies.empty()) return nullptr;
  const auto found = policies.find(model);
  if (found == policies.end() || (found->second.split.empty() && found->second.shadow.empty())) return nullptr;
  return &found->second;
}

std::string_view TrafficReader::Choose(const TrafficPolicy& policy, std::string_view key) {
  if (policy.sticky && !key.empty()) return AliasAt(policy, PointOfKey(policy.model, key));
  return AliasAt(policy, 100 * chance_.Next());
}

}  // namespace scoreway
