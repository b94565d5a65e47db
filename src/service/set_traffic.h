// SetTraffic: how the requests for a model are shared among its aliases from now on.
#pragma once

#include <cstdint>
#include <optional>

#include "base/result.h"
#include "service/service.h"

namespace scoreway {

// kNotFound if there is no such model or it has not got an alias that the policy names; else as TrafficPolicies::Set.
// This process sees it at once.
Result<TrafficPolicy> SetTraffic(const Service& service, const TrafficPolicy& policy, std::optional<int64_t> expected,
                                 const Change& change);

}  // namespace scoreway
