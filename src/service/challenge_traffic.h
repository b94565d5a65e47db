// ChallengeTraffic: what a challenge asks of the traffic of its model: that the challenger scores copies, and during
// its canary that it answers a part of the requests itself, while the champion scores copies of these.
//
// By compare-and-set on the traffic policy, so that what somebody else sets meanwhile is not lost. Each may be called
// again: what is so already is left as it is. Errors: those of SetTraffic.
#pragma once

#include <string>

#include "base/result.h"
#include "challenge/challenge.h"
#include "service/service.h"

namespace scoreway {

// From the beginning on copies of the requests go to the alias.
Status AddShadow(const Service& service, const std::string& model, const std::string& alias, const Change& change);

// Whether the requests for the model alone are shared among aliases.
Result<bool> IsSplit(const Service& service, const std::string& model);

// So many percent of the requests for the model alone go to the challenger, the others to the champion. False, and
// nothing is done, where they are split in another way, by somebody else.
Result<bool> LeadShare(const Service& service, const Challenge& challenge, double percent, const Change& change);

// Again all of them go to the champion; a split of somebody else's stays.
Status EndShare(const Service& service, const Challenge& challenge, const Change& change);

}  // namespace scoreway
