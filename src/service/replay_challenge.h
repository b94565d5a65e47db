// ReplayChallenge: what a policy would have decided on what was logged already. Nothing is written.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "challenge/challenge.h"
#include "challenge/decide.h"
#include "service/service.h"

namespace scoreway {

struct ChallengeReplayRequest {
  std::string model;
  std::string alias;  // the challenger's
  ChallengePolicy policy = {};
  // The version that answered, and the one that scored copies; 0: the one that its alias points at now.
  int64_t champion_version = 0, challenger_version = 0;
  // The predictions' times: from (inclusive; 0: the first pair), to (exclusive; 0: now).
  int64_t from_micros = 0, to_micros = 0;
  uint64_t rows_max = 0;  // at most so many of the champion's answers are read, the oldest first; 0: all
};

struct ChallengeReplayAnswer {
  Challenge challenge;  // as it would be then
  Decision decision;
  int64_t decided_micros = 0;  // the time of the prediction after which it was; 0: there was none
  uint64_t rows = 0;           // the champion's answers that were read
  bool is_whole = true;        // false: rows_max were read, and neither a decision nor the end of the time was found
};

// kNotFound: no such model, version or alias; kInvalidArgument if both are the same version, or one has no such output
// as the policy names.
Result<ChallengeReplayAnswer> ReplayChallenge(const Service& service, const ChallengeReplayRequest& request);

// {"verdict","reason","decided","rows","whole","challenge":{...}}
void WriteJson(const ChallengeReplayAnswer& answer, JsonWriter* json);

}  // namespace scoreway
