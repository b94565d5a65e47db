// StartChallenge: a challenger is compared with the champion from now on; and no more.
#pragma once

#include <string>

#include "base/result.h"
#include "challenge/challenge.h"
#include "service/service.h"

namespace scoreway {

// The challenger's alias scores copies of the model's requests from now on (its traffic policy gets it as a shadow),
// and EvaluateChallenge compares. kNotFound: no such model or alias; kConflict: both point at the same version, or the
// challenge is under way; kInvalidArgument for the policy.
Result<Challenge> StartChallenge(const Service& service, const std::string& model, const std::string& alias,
                                 const ChallengePolicy& policy, const Change& change);

// The aliases stay where they are. kNotFound if there is none; kConflict while the aliases are just changing places.
Result<Challenge> StopChallenge(const Service& service, const std::string& model, const std::string& alias,
                                const Change& change);

// A challenge of these versions as it would begin now, which is not stored.
Challenge NewChallenge(const std::string& model, const std::string& alias, const ChallengePolicy& policy,
                       int64_t champion_version, int64_t challenger_version, int64_t now_micros);

}  // namespace scoreway
