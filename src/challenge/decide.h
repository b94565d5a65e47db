// Decide: what the evidence and the clock ask for, by the policy. A pure function.
//
// While testing, in this order: nothing before the policy's minimum of labels and time; a challenger that is shown to
// be worse, as a whole or for one value of a segment's input, is rejected; one that is shown to be better is promoted,
// unless it is too slow or the model's last promotion was too short ago; after the most labels it is rejected. With a
// canary it is first sent into that. In each step of the canary, of the requests that the challenger answered: one that
// is shown to be worse, as a whole or for a value, is rejected; after the step's labels and time it goes on to the next
// step, and after the last it is promoted. So a canary only ever prevents promotions. While watching, the two have
// changed places: the new champion is rolled back once it is shown to be worse than the former one, and kept when the
// time of watching is over. Errors: that a challenger which is no better is promoted has at most the probability alpha,
// whenever and however often this is asked; for one of the values of segments alpha is shared out among the values.
#pragma once

#include <string>
#include <string_view>

#include "challenge/challenge.h"

namespace scoreway {

// kCanary: into the first step of the canary, or the next one.
enum class Verdict : uint8_t { kWait, kCanary, kPromote, kReject, kKeep, kRollBack };

std::string_view VerdictName(Verdict verdict);  // "wait", "canary", ..., "roll_back"

struct Decision {
  Verdict verdict = Verdict::kWait;
  std::string reason;  // for people
};

// `promoted_micros`: when the champion of the model was last changed by a challenge; 0: never.
Decision Decide(const Challenge& challenge, int64_t promoted_micros, int64_t now_micros);

// During the canary: how many percent of the requests the challenger answers.
double CanaryPercent(const Challenge& challenge);

}  // namespace scoreway
