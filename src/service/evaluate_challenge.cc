#include "service/evaluate_challenge.h"

#include <functional>
#include <utility>

#include "challenge/challenges.h"
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
  const std::vector<const ColumnDrift*> gravest = ByGravity(report);
  return Decision{Verdict::kWait, "is better, but drifts (" + std::string(SeverityName(report.severity)) +
                                      "): " + gravest.front()->reasons.front()};
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
      case ChallengePhase::kPromoting: return FinishPromotion(champion, {});
      case ChallengePhase::kRollingBack: return FinishRollback(champion, {});
      default: break;
    }
    const bool testing = challenge_.phase == ChallengePhase::kTesting;
    if (champion != (testing ? challenge_.champion_version : challenge_.challenger_version)) {
      return End(ChallengePhase::kStopped, "stopped",
                 {Verdict::kWait, "'" + challenge_.policy.champion + "' was moved by somebody else"});
    }
    if (testing && challenger != challenge_.challenger_version) return Restart(challenger);
    const Evidence before = challenge_.evidence;
    SCOREWAY_RETURN_IF_ERROR(TakeEvidence());
    SCOREWAY_ASSIGN_OR_RETURN(const int64_t promoted, service_.challenges->LastPromotion(challenge_.model));
    Decision decision = Decide(challenge_, promoted, now_);
    if (decision.verdict == Verdict::kPromote) {
      SCOREWAY_ASSIGN_OR_RETURN(decision, GuardByDrift(service_, challenge_, std::move(decision)));
    }
    switch (decision.verdict) {
      case Verdict::kWait: break;
      case Verdict::kPromote: return Promote(champion, std::move(decision));
      case Verdict::kReject: return End(ChallengePhase::kRejected, "rejected", std::move(decision));
      case Verdict::kKeep: return End(ChallengePhase::kKept, "kept", std::move(decision));
      case Verdict::kRollBack: return RollBack(champion, std::move(decision));
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
    SCOREWAY_RETURN_IF_ERROR(ForEachPair(service_, challenge_.policy, query, [&](LoggedPair pair) {
      if (!pair.has_label) return challenge_.evidence.AddUnlabelled();
      if (!testing) {
        std::swap(pair.pair.champion_loss, pair.pair.challenger_loss);
        std::swap(pair.pair.champion_micros, pair.pair.challenger_micros);
      }
      challenge_.evidence.Add(pair.pair);
    }));
    challenge_.cursor_micros = to;
    return {};
  }

  Result<ChallengeStep> Promote(int64_t champion, Decision decision) {
    if (challenge_.policy.dry_run) return End(ChallengePhase::kStopped, "would_promote", std::move(decision));
    SCOREWAY_RETURN_IF_ERROR(Enter(ChallengePhase::kPromoting, "promoting", decision.reason));
    return FinishPromotion(champion, std::move(decision));
  }

  Result<ChallengeStep> FinishPromotion(int64_t champion, Decision decision) {
    const std::string reason = decision.reason;
    SCOREWAY_ASSIGN_OR_RETURN(
        const bool moved, ChangePlaces(champion, challenge_.champion_version, challenge_.challenger_version, reason));
    if (!moved) {
      return End(ChallengePhase::kStopped, "stopped",
                 {Verdict::kWait, "an alias was moved by somebody else during the promotion"});
    }
    challenge_.evidence = Evidence(challenge_.policy);
    challenge_.cursor_micros = now_;
    SCOREWAY_RETURN_IF_ERROR(Enter(ChallengePhase::kWatching, "promoted", reason));
    return Done(std::move(decision));
  }

  Result<ChallengeStep> RollBack(int64_t champion, Decision decision) {
    if (challenge_.policy.dry_run) return End(ChallengePhase::kStopped, "would_roll_back", std::move(decision));
    SCOREWAY_RETURN_IF_ERROR(Enter(ChallengePhase::kRollingBack, "rolling_back", decision.reason));
    return FinishRollback(champion, std::move(decision));
  }

  Result<ChallengeStep> FinishRollback(int64_t champion, Decision decision) {
    const std::string reason = decision.reason;
    SCOREWAY_ASSIGN_OR_RETURN(
        const bool moved, ChangePlaces(champion, challenge_.challenger_version, challenge_.champion_version, reason));
    if (!moved) {
      return End(ChallengePhase::kStopped, "stopped",
                 {Verdict::kWait, "an alias was moved by somebody else during the rollback"});
    }
    return End(ChallengePhase::kRolledBack, "rolled_back", std::move(decision));
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
      return End(ChallengePhase::kStopped, "stopped",
                 {Verdict::kWait, "'" + challenge_.alias + "' does not point at a challenger any more"});
    }
    challenge_.challenger_version = challenger;
    challenge_.started_micros = challenge_.cursor_micros = now_;
    challenge_.evidence = Evidence(challenge_.policy);
    Decision decision{Verdict::kWait, "'" + challenge_.alias + "' points at another version, which is compared anew"};
    SCOREWAY_RETURN_IF_ERROR(Enter(ChallengePhase::kTesting, "begun", decision.reason));
    return Done(std::move(decision));
  }

  Result<ChallengeStep> End(ChallengePhase phase, std::string_view kind, Decision decision) {
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

Result<ReplayAnswer> ReplayChallenge(const Service& service, Challenge challenge, int64_t from_micros,
                                     int64_t to_micros) {
  challenge.started_micros = challenge.phase_micros = from_micros;
  challenge.phase = ChallengePhase::kTesting;
  challenge.evidence = Evidence(challenge.policy);
  ReplayAnswer answer;
  const PairQuery query{.model = challenge.model,
                        .answering = challenge.champion_version,
                        .shadow = challenge.challenger_version,
                        .from_micros = from_micros,
                        .to_micros = to_micros};
  SCOREWAY_RETURN_IF_ERROR(ForEachPair(service, challenge.policy, query, [&](const LoggedPair& pair) {
    if (answer.decided_micros != 0) return;
    challenge.cursor_micros = pair.time_micros;
    if (!pair.has_label) return challenge.evidence.AddUnlabelled();
    challenge.evidence.Add(pair.pair);
    answer.decision = Decide(challenge, 0, pair.time_micros);
    if (answer.decision.verdict != Verdict::kWait) answer.decided_micros = pair.time_micros;
  }));
  if (answer.decision.reason.empty()) answer.decision = Decide(challenge, 0, to_micros);
  answer.challenge = std::move(challenge);
  return answer;
}

}  // namespace scoreway
