#include "service/evaluate_challenge.h"

#include <functional>
#include <utility>

#include "challenge/challenges.h"
#include "service/challenge_traffic.h"
#include "service/logged_pairs.h"
#include "service/measure_drift.h"
#include "service/promote.h"
#include "service/watch_store.h"

namespace scoreway {
namespace {

constexpr int64_t kSettleMicros = 5'000'000;  // until a prediction and its shadow are in the log
constexpr char kWho[] = "challenge";

Result<Challenge> FindActive(const Service& service, const std::string& model, const std::string& alias) {
  SCOREWAY_ASSIGN_OR_RETURN(auto found, service.challenges->Find(model, alias));
  if (!found) return Error{Code::kNotFound, "no challenge of '" + alias + "'", "model '" + model + "'"};
  return *std::move(found);
}

// What keeps a challenger that is better from its promotion: it sees, or says, something else than what it was trained
// on.
Result<Decision> GuardByDrift(const Service& service, const Challenge& challenge, Decision decision) {
  const std::string& drift_max = challenge.policy.drift_max;
  if (drift_max.empty()) return decision;
  DriftQuery query{.exact_p_values = false, .shadow = true};
  if (auto watch = WatchStore(*service.records).Get(challenge.model); watch.ok()) query.bounds = watch->bounds;
  const auto drift = MeasureDrift(service, {challenge.model, {}, challenge.challenger_version}, query);
  if (drift.code() == Code::kNotFound) {
    return Decision{Verdict::kWait, "is better, but has no reference by which to see whether it drifts"};
  }
  if (!drift.ok()) return drift.error();
  const DriftReport& report = drift->report;
  if (!report.has_enough_rows) return Decision{Verdict::kWait, "is better, but too few copies tell whether it drifts"};
  if (report.severity <= (drift_max == "warning" ? Severity::kWarning : Severity::kQuiet)) return decision;
  return Decision{Verdict::kWait, "is better, but drifts (" + std::string(SeverityName(report.severity)) +
                                      "): " + ReasonsOf(report).front()};
}

// One step of one challenge.
class Evaluation {
 public:
  Evaluation(const Service& service, Challenge challenge)
      : service_(service), now_(service.records->clock.NowMicros()), challenge_(std::move(challenge)) {}

  Result<ChallengeStep> Run() {
    if (IsEnd(challenge_.phase)) return Done({});
    SCOREWAY_ASSIGN_OR_RETURN(const ModelInfo model, service_.registry->GetModel(challenge_.model));
    const auto version = [&](const std::string& alias) {
      const auto at = model.aliases.find(alias);
      return at == model.aliases.end() ? 0 : at->second;
    };
    const int64_t champion = version(challenge_.policy.champion), challenger = version(challenge_.alias);
    switch (challenge_.phase) {
      case ChallengePhase::kPromoting: return Finish(kPromotion, champion, {});
      case ChallengePhase::kRollingBack: return Finish(kRollback, champion, {});
      default: break;
    }
    const bool before_promotion = challenge_.phase != ChallengePhase::kWatching;
    if (champion != (before_promotion ? challenge_.champion_version : challenge_.challenger_version)) {
      return Stop("'" + challenge_.policy.champion + "' was moved by somebody else");
    }
    if (before_promotion && challenger != challenge_.challenger_version) return Restart(challenger);
    const Evidence before = challenge_.evidence;
    SCOREWAY_RETURN_IF_ERROR(TakeEvidence());
    SCOREWAY_ASSIGN_OR_RETURN(const int64_t promoted, service_.challenges->LastPromotion(challenge_.model));
    Decision decision = Decide(challenge_, promoted, now_);
    const bool testing = challenge_.phase == ChallengePhase::kTesting;
    if (decision.verdict == Verdict::kPromote || (testing && decision.verdict == Verdict::kCanary)) {
      SCOREWAY_ASSIGN_OR_RETURN(decision, GuardByDrift(service_, challenge_, std::move(decision)));
    }
    switch (decision.verdict) {
      case Verdict::kWait: break;
      case Verdict::kCanary: return EnterCanary(testing ? 0 : challenge_.canary_step + 1, std::move(decision));
      case Verdict::kPromote: return Begin(kPromotion, champion, std::move(decision));
      case Verdict::kReject: return End(ChallengePhase::kRejected, "rejected", std::move(decision));
      case Verdict::kKeep: return End(ChallengePhase::kKept, "kept", std::move(decision));
      case Verdict::kRollBack: return Begin(kRollback, champion, std::move(decision));
    }
    if (challenge_.phase == ChallengePhase::kCanary) {
      SCOREWAY_ASSIGN_OR_RETURN(const bool led, LeadRequests());
      if (!led) return Stop("the requests were split by somebody else during the canary");
    }
    if (challenge_.evidence.labels() != before.labels() || challenge_.evidence.unlabelled() != before.unlabelled()) {
      SCOREWAY_RETURN_IF_ERROR(Write("", ""));
    }
    return Done(std::move(decision));
  }

 private:
  // Answers and shadows until a moment ago, or until as long ago as labels are waited for.
  Status TakeEvidence() {
    const int64_t to = now_ - challenge_.policy.label_wait_micros - kSettleMicros;
    if (to <= challenge_.cursor_micros) return {};
    const bool testing = challenge_.phase == ChallengePhase::kTesting;
    PairQuery query{.model = challenge_.model,
                    .answering = testing ? challenge_.champion_version : challenge_.challenger_version,
                    .shadow = testing ? challenge_.challenger_version : challenge_.champion_version,
                    .from_micros = challenge_.cursor_micros,
                    .to_micros = to};
    const auto take = [&](LoggedPair pair) {
      if (!pair.has_label) {
        challenge_.evidence.AddUnlabelled();
        return true;
      }
      if (!testing) {
        std::swap(pair.pair.champion_loss, pair.pair.challenger_loss);
        std::swap(pair.pair.champion_micros, pair.pair.challenger_micros);
      }
      challenge_.evidence.Add(pair.pair);
      return true;
    };
    SCOREWAY_RETURN_IF_ERROR(ForEachPair(service_, challenge_.policy, query, take).status());
    challenge_.cursor_micros = to;
    return {};
  }

  // That the two change places, or change them back.
  struct Exchange {
    ChallengePhase under_way, done;
    std::string_view name, event_before, event_after, event_of_dry_run;
  };
  static constexpr Exchange kPromotion{
      ChallengePhase::kPromoting, ChallengePhase::kWatching, "promotion", "promoting", "promoted", "would_promote"};
  static constexpr Exchange kRollback{ChallengePhase::kRollingBack,
                                      ChallengePhase::kRolledBack,
                                      "rollback",
                                      "rolling_back",
                                      "rolled_back",
                                      "would_roll_back"};

  Result<ChallengeStep> Begin(const Exchange& exchange, int64_t champion, Decision decision) {
    if (challenge_.policy.dry_run) {
      return End(ChallengePhase::kStopped, exchange.event_of_dry_run, std::move(decision));
    }
    SCOREWAY_RETURN_IF_ERROR(Enter(exchange.under_way, exchange.event_before, decision.reason));
    return Finish(exchange, champion, std::move(decision));
  }

  Result<ChallengeStep> Finish(const Exchange& exchange, int64_t champion, Decision decision) {
    int64_t from = challenge_.champion_version, to = challenge_.challenger_version;
    if (exchange.done == ChallengePhase::kRolledBack) std::swap(from, to);
    SCOREWAY_ASSIGN_OR_RETURN(const bool moved, ChangePlaces(champion, from, to, decision.reason));
    // After a canary all requests go to the champion again, whichever that is now.
    if (exchange.done == ChallengePhase::kWatching && !challenge_.policy.canary.empty()) {
      SCOREWAY_RETURN_IF_ERROR(EndShare(service_, challenge_, {kWho, "the canary is over"}));
    }
    if (!moved) return Stop("an alias was moved by somebody else during the " + std::string(exchange.name));
    if (!IsEnd(exchange.done)) Forget();
    SCOREWAY_RETURN_IF_ERROR(Enter(exchange.done, exchange.event_after, decision.reason));
    return Done(std::move(decision));
  }

  Result<ChallengeStep> EnterCanary(int64_t step, Decision decision) {
    if (challenge_.policy.dry_run) return End(ChallengePhase::kStopped, "would_promote", std::move(decision));
    if (step == 0) {
      SCOREWAY_ASSIGN_OR_RETURN(const bool is_split, IsSplit(service_, challenge_.model));
      if (is_split) return Done({Verdict::kWait, "is better, but its requests are split by somebody else"});
    }
    // The event keeps the evidence that led to it; the step begins with none.
    const Evidence shown = challenge_.evidence;
    challenge_.canary_step = step;
    challenge_.phase = ChallengePhase::kCanary;
    challenge_.phase_micros = now_;
    Forget();
    SCOREWAY_ASSIGN_OR_RETURN(
        challenge_, service_.challenges->Write(std::move(challenge_), "canary", decision.reason, now_, &shown));
    SCOREWAY_RETURN_IF_ERROR(LeadRequests().status());
    return Done(std::move(decision));
  }

  // What the step asks for; also where an earlier look was cut off before it was done. False: somebody else splits the
  // requests.
  Result<bool> LeadRequests() {
    const double percent = CanaryPercent(challenge_);
    SCOREWAY_ASSIGN_OR_RETURN(const bool led,
                              LeadShare(service_, challenge_, percent, {kWho, "canary of '" + challenge_.alias + "'"}));
    // Stopped meanwhile, by somebody who took the share away before this gave it again.
    SCOREWAY_ASSIGN_OR_RETURN(const Challenge now, FindActive(service_, challenge_.model, challenge_.alias));
    if (IsEnd(now.phase)) SCOREWAY_RETURN_IF_ERROR(EndShare(service_, challenge_, {kWho, "the canary is over"}));
    return led;
  }

  // Evidence begins anew.
  void Forget() {
    challenge_.evidence = Evidence(challenge_.policy);
    challenge_.cursor_micros = now_;
  }

  // The aliases of champion and challenger, which change in one step. True if they have, now or before a crash.
  Result<bool> ChangePlaces(int64_t champion, int64_t from, int64_t to, const std::string& reason) {
    if (champion == to) return true;
    if (champion != from) return false;
    const AliasMove moves[] = {{.alias = challenge_.policy.champion, .to = to, .expected = from},
                               {.alias = challenge_.alias, .to = from, .expected = to}};
    const std::string why = reason.empty() ? "goes on after an interruption" : reason;
    const auto moved = MoveAliases(service_, challenge_.model, moves, {kWho, why});
    if (moved.ok()) return true;
    if (moved.code() == Code::kConflict || moved.code() == Code::kNotFound) return false;
    return moved.status().error();
  }

  // The challenger's alias points at another version: that is compared from now on.
  Result<ChallengeStep> Restart(int64_t challenger) {
    if (challenger == 0 || challenger == challenge_.champion_version) {
      return Stop("'" + challenge_.alias + "' does not point at a challenger any more");
    }
    if (challenge_.phase == ChallengePhase::kCanary) {
      SCOREWAY_RETURN_IF_ERROR(EndShare(service_, challenge_, {kWho, "another challenger"}));
    }
    challenge_.challenger_version = challenger;
    challenge_.started_micros = now_;
    Forget();
    Decision decision{Verdict::kWait, "'" + challenge_.alias + "' points at another version, which is compared anew"};
    SCOREWAY_RETURN_IF_ERROR(Enter(ChallengePhase::kTesting, "begun", decision.reason));
    return Done(std::move(decision));
  }

  Result<ChallengeStep> Stop(std::string reason) {
    return End(ChallengePhase::kStopped, "stopped", {Verdict::kWait, std::move(reason)});
  }

  // The requests go to the champion before the end is written, so that no canary outlives its challenge.
  Result<ChallengeStep> End(ChallengePhase phase, std::string_view kind, Decision decision) {
    if (challenge_.phase == ChallengePhase::kCanary) {
      SCOREWAY_RETURN_IF_ERROR(EndShare(service_, challenge_, {kWho, decision.reason}));
    }
    SCOREWAY_RETURN_IF_ERROR(Enter(phase, kind, decision.reason));
    return Done(std::move(decision));
  }

  Status Enter(ChallengePhase phase, std::string_view kind, const std::string& reason) {
    challenge_.phase = phase;
    challenge_.phase_micros = now_;
    return Write(kind, reason);
  }

  Status Write(std::string_view kind, const std::string& reason) {
    SCOREWAY_ASSIGN_OR_RETURN(challenge_, service_.challenges->Write(std::move(challenge_), kind, reason, now_));
    return {};
  }

  ChallengeStep Done(Decision decision) { return {std::move(challenge_), std::move(decision)}; }

  const Service& service_;
  const int64_t now_;
  Challenge challenge_;
};

}  // namespace

Result<ChallengeStep> EvaluateChallenge(const Service& service, const std::string& model, const std::string& alias) {
  SCOREWAY_ASSIGN_OR_RETURN(Challenge challenge, FindActive(service, model, alias));
  return Evaluation(service, std::move(challenge)).Run();
}

void EvaluateChallenges(const Service& service, const std::function<void(const std::string&)>& tell) {
  const auto models = service.challenges->Models();
  if (!models.ok()) return tell("challenges: " + models.status().ToString());
  for (const std::string& model : *models) {
    const auto challenges = service.challenges->List(model);
    if (!challenges.ok()) {
      tell("challenges: " + challenges.status().ToString());
      continue;
    }
    for (const Challenge& challenge : *challenges) {
      if (IsEnd(challenge.phase)) continue;
      const std::string name = "model '" + model + "', challenger '" + challenge.alias + "': ";
      const auto step = EvaluateChallenge(service, model, challenge.alias);
      if (!step.ok() && step.code() != Code::kConflict) tell(name + step.status().ToString());
      if (step.ok() && step->challenge.phase != challenge.phase) {
        tell(name + std::string(PhaseName(step->challenge.phase)) + ": " + step->decision.reason);
      }
    }
  }
}

}  // namespace scoreway
