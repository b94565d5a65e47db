// LoggedPairs: rows that two versions scored at the same moment, one for the answer and one as its shadow, with their
// labels, out of the prediction log.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "base/result.h"
#include "challenge/challenge_policy.h"
#include "challenge/evidence.h"
#include "service/service.h"

namespace scoreway {

struct PairQuery {
  std::string model;
  // The version that answered, and the one that scored copies.
  int64_t answering = 0, shadow = 0;
  // The predictions' times: from (inclusive), to (exclusive).
  int64_t from_micros = 0, to_micros = 0;
  uint64_t rows_max = 0;  // at most so many answers are read, the oldest first; 0: all
};

struct LoggedPair {
  int64_t time_micros = 0;
  bool has_label = false;  // else the losses mean nothing
  // The answering version in the champion's place.
  Pair pair;
};

struct PairsRead {
  uint64_t rows = 0;     // answers that were read, with a shadow or without
  bool is_whole = true;  // false: it ended by rows_max, or as `use` wanted no more
};

// In the order of the answers' times, within a minute as they were written, until `use` gives false. A shadow that was
// written more than a minute after its answer is not found. kInvalidArgument if one of the two has no such output as
// the policy names.
Result<PairsRead> ForEachPair(const Service& service, const ChallengePolicy& policy, const PairQuery& query,
                              const std::function<bool(const LoggedPair&)>& use);

}  // namespace scoreway
