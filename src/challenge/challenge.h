// Challenge: a challenger that is being compared with the champion of a model, and how far that has come. A value.
//
//     kTesting ──> kCanary ──> kPromoting ──> kWatching ──> kKept
//        │            │                           └──> kRollingBack ──> kRolledBack
//        ├────────────┴──> kRejected
//        └──> kStopped (also from kCanary and kWatching)
//
// kCanary is left out where the policy has none. It, kPromoting and kRollingBack are written down before traffic or an
// alias moves, with the evidence, so that whoever comes after a crash knows what to finish.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "challenge/challenge_policy.h"
#include "challenge/evidence.h"
#include "data/codec/json_writer.h"

namespace scoreway {

enum class ChallengePhase : uint8_t {
  kTesting,      // both score the same rows
  kCanary,       // the challenger answers a part of the requests, and the champion scores these besides
  kPromoting,    // the aliases are about to change places
  kWatching,     // the challenger is champion; the former champion scores beside it
  kRollingBack,  // the aliases are about to change places again
  kKept,         // the end: the challenger stays champion
  kRolledBack,   // the end: it was champion, and fared worse
  kRejected,     // the end: it was not promoted
  kStopped,      // the end: somebody said so, or moved an alias by hand
};

std::string_view PhaseName(ChallengePhase phase);  // "testing", ..., "rolled_back"
bool IsEnd(ChallengePhase phase);

struct Challenge {
  std::string model;
  std::string alias;  // the challenger's
  ChallengePolicy policy;
  ChallengePhase phase = ChallengePhase::kTesting;
  // At the beginning; a promotion makes them change their aliases, not their places here.
  int64_t champion_version = 0, challenger_version = 0;
  int64_t started_micros = 0;
  int64_t phase_micros = 0;              // since when it is in this phase
  int64_t cursor_micros = 0;             // predictions before it are in the evidence, or will never be
  int64_t canary_step = 0;               // of kCanary: which percentage of the policy, from 0
  Evidence evidence{ChallengePolicy()};  // of this phase, and of this step of kCanary
  int64_t revision = 0;
  std::string who, why;
};

// {"model","challenger","phase","champion_version",...,"policy":{...},"evidence":{...}}
void WriteJson(const Challenge& challenge, JsonWriter* json);
// kCorrupt if the text is none.
Result<Challenge> ParseChallenge(std::string_view json);

}  // namespace scoreway
