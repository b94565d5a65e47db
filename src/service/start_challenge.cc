#include "service/start_challenge.h"

#include "challenge/challenges.h"
#include "service/challenge_traffic.h"

namespace scoreway {
namespace {

Result<int64_t> VersionOf(const ModelInfo& model, const std::string& alias) {
  const auto found = model.aliases.find(alias);
  if (found == model.aliases.end())
    return Error{Code::kNotFound, "no alias '" + alias + "'", "model '" + model.name + "'"};
  return found->second;
}

}  // namespace

Challenge NewChallenge(const std::string& model, const std::string& alias, const ChallengePolicy& policy,
                       int64_t champion_version, int64_t challenger_version, int64_t now_micros) {
  Challenge challenge;
  challenge.model = model;
  challenge.alias = alias;
  challenge.policy = policy;
  challenge.champion_version = champion_version;
  challenge.challenger_version = challenger_version;
  challenge.started_micros = challenge.phase_micros = challenge.cursor_micros = now_micros;
  challenge.evidence = Evidence(policy);
  return challenge;
}

Result<Challenge> StartChallenge(const Service& service, const std::string& model, const std::string& alias,
                                 const ChallengePolicy& policy, const Change& change) {
  SCOREWAY_RETURN_IF_ERROR(CheckPolicy(policy));
  SCOREWAY_ASSIGN_OR_RETURN(const ModelInfo info, service.registry->GetModel(model));
  // A name without it serves its newest version, which may be the challenger itself.
  if (!info.aliases.contains(policy.champion)) {
    return Error{Code::kNotFound, "the version that serves has no alias '" + policy.champion + "': give it one first",
                 "model '" + model + "'"};
  }
  SCOREWAY_ASSIGN_OR_RETURN(const int64_t champion, VersionOf(info, policy.champion));
  SCOREWAY_ASSIGN_OR_RETURN(const int64_t challenger, VersionOf(info, alias));
  if (champion == challenger) {
    return Error{Code::kConflict,
                 "'" + alias + "' and '" + policy.champion + "' both point at version " + std::to_string(champion),
                 "model '" + model + "'"};
  }
  SCOREWAY_ASSIGN_OR_RETURN(const auto before, service.challenges->Find(model, alias));
  if (before && !IsEnd(before->phase)) {
    return Error{Code::kConflict, "the challenge of '" + alias + "' is under way; stop it first",
                 "model '" + model + "'"};
  }
  SCOREWAY_RETURN_IF_ERROR(AddShadow(service, model, alias, change));
  const int64_t now = service.records->clock.NowMicros();
  Challenge challenge = NewChallenge(model, alias, policy, champion, challenger, now);
  challenge.revision = before ? before->revision : 0;
  challenge.who = change.who;
  challenge.why = change.why;
  return service.challenges->Write(std::move(challenge), "begun", change.why, now);
}

Result<Challenge> StopChallenge(const Service& service, const std::string& model, const std::string& alias,
                                const Change& change) {
  SCOREWAY_ASSIGN_OR_RETURN(auto found, service.challenges->Find(model, alias));
  if (!found) return Error{Code::kNotFound, "no challenge of '" + alias + "'", "model '" + model + "'"};
  if (IsEnd(found->phase)) {
    // Again, should an earlier call have been cut off.
    SCOREWAY_RETURN_IF_ERROR(EndShare(service, *found, change));
    return *std::move(found);
  }
  const bool is_canary = found->phase == ChallengePhase::kCanary;
  if (found->phase != ChallengePhase::kTesting && !is_canary && found->phase != ChallengePhase::kWatching) {
    return Error{Code::kConflict, "the aliases are just changing places", "model '" + model + "'"};
  }
  const int64_t now = service.records->clock.NowMicros();
  found->phase = ChallengePhase::kStopped;
  found->phase_micros = now;
  SCOREWAY_ASSIGN_OR_RETURN(
      Challenge stopped,
      service.challenges->Write(*std::move(found), "stopped",
                                "by " + change.who + (change.why.empty() ? "" : ": " + change.why), now));
  if (is_canary) SCOREWAY_RETURN_IF_ERROR(EndShare(service, stopped, change));
  return stopped;
}

}  // namespace scoreway
