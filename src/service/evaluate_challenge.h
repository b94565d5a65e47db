// EvaluateChallenge: one look at a challenge: what the log has learned is taken into its evidence, and what that asks
// for is done.
//
// It may be called by several processes at once, and be cut off anywhere: what was decided is written down before an
// alias moves, so that the next call finishes it; and every change is made by compare-and-set.
#pragma once

#include <string>

#include "base/result.h"
#include "challenge/challenge.h"
#include "challenge/decide.h"
#include "service/service.h"

namespace scoreway {

struct ChallengeStep {
  Challenge challenge;  // as it is then
  Decision decision;
};

// kConflict: another process was faster; nothing is lost.
Result<ChallengeStep> EvaluateChallenge(const Service& service, const std::string& model, const std::string& alias);

// Every challenge that has not ended. `tell` hears of what was decided, and of errors, each time.
void EvaluateChallenges(const Service& service, const std::function<void(const std::string&)>& tell);

}  // namespace scoreway
