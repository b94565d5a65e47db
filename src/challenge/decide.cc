#include "challenge/decide.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "challenge/thompson_share.h"

namespace scoreway {
namespace {

std::string Short(double number) {
  char text[32];
  std::snprintf(text, sizeof text, "%.4g", number);
  return text;
}

std::string Losses(const Challenge& challenge) {
  const Evidence& evidence = challenge.evidence;
  return std::string(LossKindName(challenge.policy.metric)) + " " + Short(evidence.challenger_loss()) + " against " +
         Short(evidence.champion_loss()) + " of version " + std::to_string(challenge.champion_version) + " over " +
         std::to_string(evidence.labels()) + " labels";
}

// The capital of a test as what it stands for.
std::string Odds(double log_capital) { return "evidence " + Short(std::exp(log_capital)) + " to 1"; }

// The value of a segment's input for which the challenger is shown to be worse; empty if there is none.
std::string HarmedSegment(const Evidence& evidence, double alpha) {
  const double share = alpha / static_cast<double>(std::max<size_t>(evidence.segments().size(), 1));
  for (const auto& [name, segment] : evidence.segments()) {
    if (BettingTest(0, Evidence::kWorseMemory, segment.worse).IsShown(share)) return name;
  }
  return {};
}

// How many times as long the challenger takes, where that is more than the policy allows; else 0.
double ExcessLatency(const Challenge& challenge) {
  const double most = challenge.policy.latency_ratio_max;
  const Evidence& evidence = challenge.evidence;
  const double ratio = evidence.challenger_p99_micros() / std::max(evidence.champion_p99_micros(), 1.0);
  return most > 0 && ratio > most ? ratio : 0;
}

Decision DecideTesting(const Challenge& challenge, int64_t promoted_micros, int64_t now_micros) {
  const ChallengePolicy& policy = challenge.policy;
  const Evidence& evidence = challenge.evidence;
  const auto labels = static_cast<int64_t>(evidence.labels());
  if (labels < policy.labels_min) {
    return {Verdict::kWait, std::to_string(labels) + " of at least " + std::to_string(policy.labels_min) + " labels"};
  }
  if (now_micros - challenge.started_micros < policy.time_min_micros) {
    return {Verdict::kWait, "the shortest time of testing is not over"};
  }
  if (evidence.worse().IsShown(policy.alpha)) {
    return {Verdict::kReject, "is worse: " + Losses(challenge) + ", " + Odds(evidence.worse().log_capital())};
  }
  if (const std::string harmed = HarmedSegment(evidence, policy.alpha); !harmed.empty()) {
    return {Verdict::kReject, "is worse where " + harmed + ", though " + Losses(challenge)};
  }
  if (!evidence.better().IsShown(policy.alpha)) {
    if (policy.labels_max > 0 && labels >= policy.labels_max) {
      return {Verdict::kReject, "is not shown to be better: " + Losses(challenge)};
    }
    return {Verdict::kWait, "undecided: " + Losses(challenge) + ", " + Odds(evidence.better().log_capital()) + " of " +
                                Short(1 / policy.alpha)};
  }
  if (const double ratio = ExcessLatency(challenge); ratio > 0) {
    return {Verdict::kWait, "is better, but takes " + Short(ratio) + " times as long (p99), " +
                                Short(policy.latency_ratio_max) + " at most are allowed"};
  }
  if (promoted_micros > 0 && now_micros - promoted_micros < policy.cool_down_micros) {
    return {Verdict::kWait, "is better, and waits until the last promotion has cooled down"};
  }
  return {policy.canary.empty() ? Verdict::kPromote : Verdict::kCanary,
          "is better: " + Losses(challenge) + ", " + Odds(evidence.better().log_capital())};
}

Decision DecideCanary(const Challenge& challenge, int64_t now_micros) {
  const ChallengePolicy& policy = challenge.policy;
  const Evidence& evidence = challenge.evidence;
  const std::string share = Short(CanaryPercent(challenge)) + " % of the requests";
  if (evidence.worse().IsShown(policy.alpha)) {
    return {Verdict::kReject,
            "is worse with " + share + ": " + Losses(challenge) + ", " + Odds(evidence.worse().log_capital())};
  }
  if (const std::string harmed = HarmedSegment(evidence, policy.alpha); !harmed.empty()) {
    return {Verdict::kReject, "is worse with " + share + " where " + harmed};
  }
  const auto labels = static_cast<int64_t>(evidence.labels());
  if (labels < policy.canary_labels_min) {
    return {Verdict::kWait, "answers " + share + ": " + std::to_string(labels) + " of at least " +
                                std::to_string(policy.canary_labels_min) + " labels"};
  }
  if (now_micros - challenge.phase_micros < policy.canary_time_micros) {
    return {Verdict::kWait, "answers " + share + ": the shortest time of this step is not over"};
  }
  if (const double ratio = ExcessLatency(challenge); ratio > 0) {
    return {Verdict::kWait, "answers " + share + ", but takes " + Short(ratio) + " times as long (p99)"};
  }
  const bool is_last = policy.allocation == Allocation::kThompson ||
                       challenge.canary_step + 1 == static_cast<int64_t>(policy.canary.size());
  return {is_last ? Verdict::kPromote : Verdict::kCanary,
          "was not shown to be worse with " + share + ": " + Losses(challenge)};
}

Decision DecideWatching(const Challenge& challenge, int64_t now_micros) {
  const ChallengePolicy& policy = challenge.policy;
  const Evidence& evidence = challenge.evidence;
  if (static_cast<int64_t>(evidence.labels()) >= policy.labels_min) {
    if (evidence.worse().IsShown(policy.rollback_alpha)) {
      return {Verdict::kRollBack,
              "is worse since its promotion: " + Losses(challenge) + ", " + Odds(evidence.worse().log_capital())};
    }
    if (const std::string harmed = HarmedSegment(evidence, policy.rollback_alpha); !harmed.empty()) {
      return {Verdict::kRollBack, "is worse since its promotion where " + harmed};
    }
  }
  if (now_micros - challenge.phase_micros < policy.watch_micros) return {Verdict::kWait, "is being watched"};
  const std::string told = evidence.labels() == 0 ? "no labels came" : Losses(challenge);
  return {Verdict::kKeep, "was not shown to be worse since its promotion: " + told};
}

}  // namespace

std::string_view VerdictName(Verdict verdict) {
  switch (verdict) {
    case Verdict::kWait: return "wait";
    case Verdict::kCanary: return "canary";
    case Verdict::kPromote: return "promote";
    case Verdict::kReject: return "reject";
    case Verdict::kKeep: return "keep";
    case Verdict::kRollBack: return "roll_back";
  }
  return "unknown";
}

double CanaryPercent(const Challenge& challenge) {
  const std::vector<double>& canary = challenge.policy.canary;
  if (challenge.policy.allocation == Allocation::kSteps) return canary[static_cast<size_t>(challenge.canary_step)];
  const Evidence& evidence = challenge.evidence;
  const auto rows = static_cast<double>(evidence.labels());
  // Without labels the losses are not known, and the share is the least.
  if (rows == 0) return canary.front();
  const double share =
      ThompsonShare(evidence.labels(), rows * evidence.champion_loss(), rows * evidence.challenger_loss());
  return std::clamp(std::round(100 * share), canary.front(), canary.back());
}

Decision Decide(const Challenge& challenge, int64_t promoted_micros, int64_t now_micros) {
  switch (challenge.phase) {
    case ChallengePhase::kTesting: return DecideTesting(challenge, promoted_micros, now_micros);
    case ChallengePhase::kCanary: return DecideCanary(challenge, now_micros);
    case ChallengePhase::kWatching: return DecideWatching(challenge, now_micros);
    default: return {};
  }
}

}  // namespace scoreway
