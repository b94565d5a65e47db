// scoreway_challenge_*: where each challenge stands and how often what has happened, as the last look left it in the
// store.
#pragma once

#include <string>

#include "challenge/challenges.h"

namespace scoreway::http {

// Of at most 1000 models. Nothing where none has a challenge, or the store does not answer.
void AppendChallengeMetrics(Challenges& challenges, std::string* out);

}  // namespace scoreway::http
