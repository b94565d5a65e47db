#include "gateways/http/challenge_metrics.h"

#include <cmath>
#include <map>
#include <utility>
#include <vector>

#include "challenge/decide.h"
#include "gateways/http/metrics_text.h"

namespace scoreway::http {
namespace {

// Each takes two reads of the store.
constexpr size_t kModelsMax = 1000;
constexpr ChallengePhase kPhases[] = {
    ChallengePhase::kTesting,    ChallengePhase::kCanary,      ChallengePhase::kPromoting,
    ChallengePhase::kWatching,   ChallengePhase::kRollingBack, ChallengePhase::kKept,
    ChallengePhase::kRolledBack, ChallengePhase::kRejected,    ChallengePhase::kStopped};

void AppendPhases(const std::vector<Challenge>& all, MetricsText* text) {
  text->Describe("scoreway_challenge_phase", "gauge", "1 of the phase that a challenge is in, or ended with; else 0.");
  for (const Challenge& one : all) {
    for (const ChallengePhase phase : kPhases) {
      text->Value({{"model", one.model}, {"challenger", one.alias}, {"phase", PhaseName(phase)}},
                  uint64_t{one.phase == phase});
    }
  }
}

// Of challenges that have not ended. What is not known yet is left out.
void AppendEvidence(const std::vector<Challenge>& open, MetricsText* text) {
  const auto each = [&](std::string_view name, std::string_view help, auto value) {
    text->Describe(name, "gauge", help);
    for (const Challenge& one : open) text->Value({{"model", one.model}, {"challenger", one.alias}}, value(one));
  };
  // With the names of the two as values of a label.
  const auto each_of_two = [&](std::string_view name, std::string_view help, std::string_view label,
                               std::pair<std::string_view, std::string_view> names, auto values) {
    text->Describe(name, "gauge", help);
    for (const Challenge& one : open) {
      const auto [first, second] = values(one);
      for (const auto& [word, value] : {std::pair(names.first, first), std::pair(names.second, second)}) {
        if (std::isnan(value)) continue;
        text->Value({{"model", one.model}, {"challenger", one.alias}, {label, word}}, value);
      }
    }
  };
  const auto of_roles = [&](std::string_view name, std::string_view help, auto values) {
    each_of_two(name, help, "role", {"champion", "challenger"}, values);
  };
  const auto of_tests = [&](std::string_view name, std::string_view help, auto values) {
    each_of_two(name, help, "than_champion", {"better", "worse"}, values);
  };

  of_roles("scoreway_challenge_version", "The version that had this role when the challenge began.",
           [](const Challenge& c) {
             return std::pair(static_cast<double>(c.champion_version), static_cast<double>(c.challenger_version));
           });
  each("scoreway_challenge_labels", "Labelled rows in the evidence, which begins anew with each phase.",
       [](const Challenge& c) { return c.evidence.labels(); });
  each("scoreway_challenge_unlabelled", "Rows that both scored and whose label did not come in time.",
       [](const Challenge& c) { return c.evidence.unlabelled(); });
  each("scoreway_challenge_seen_seconds", "Until when predictions are in the evidence, in seconds since 1970.",
       [](const Challenge& c) { return static_cast<double>(c.cursor_micros) * 1e-6; });
  of_roles("scoreway_challenge_loss", "The mean loss, by the metric of the policy.",
           [](const Challenge& c) { return std::pair(c.evidence.champion_loss(), c.evidence.challenger_loss()); });
  each("scoreway_challenge_lead_low", "The lower bound of the champion's mean loss less the challenger's.",
       [](const Challenge& c) { return c.evidence.lead().low(); });
  each("scoreway_challenge_lead_high", "Its upper bound; both hold with the probability 1 - alpha, at all times.",
       [](const Challenge& c) { return c.evidence.lead().high(); });
  of_tests("scoreway_challenge_log_evidence",
           "Natural logarithm of the evidence to 1 that the challenger is better, or worse, than the champion.",
           [](const Challenge& c) {
             return std::pair(c.evidence.better().log_capital(), c.evidence.worse().log_capital());
           });
  of_tests("scoreway_challenge_log_evidence_wanted", "How much of it the policy wants.", [](const Challenge& c) {
    const bool is_watched = c.phase == ChallengePhase::kWatching || c.phase == ChallengePhase::kRollingBack;
    return std::pair(-std::log(c.policy.alpha), -std::log(is_watched ? c.policy.rollback_alpha : c.policy.alpha));
  });
  of_roles("scoreway_challenge_p99_seconds", "In how long 99 % of the rows were scored.", [](const Challenge& c) {
    return std::pair(c.evidence.champion_p99_micros() * 1e-6, c.evidence.challenger_p99_micros() * 1e-6);
  });
  each("scoreway_challenge_canary_ratio", "The share of the requests that the challenger answers in the canary.",
       [](const Challenge& c) { return c.phase == ChallengePhase::kCanary ? CanaryPercent(c) / 100 : 0.0; });
}

}  // namespace

void AppendChallengeMetrics(Challenges& challenges, std::string* out) {
  const auto models = challenges.Models();
  if (!models.ok() || models->empty()) return;
  std::vector<Challenge> all, open;
  std::map<std::string, std::map<std::string, uint64_t>> events;
  for (const std::string& model : *models) {
    if (events.size() == kModelsMax) break;
    const auto listed = challenges.List(model);
    auto counted = challenges.EventCounts(model);
    if (!listed.ok() || !counted.ok()) continue;
    for (const Challenge& one : *listed) {
      all.push_back(one);
      if (!IsEnd(one.phase)) open.push_back(one);
    }
    events.emplace(model, std::move(*counted));
  }
  MetricsText text(out);
  AppendPhases(all, &text);
  AppendEvidence(open, &text);
  text.Describe("scoreway_challenge_events_total", "counter",
                "What has happened in challenges: begun, promoted, rolled_back and so on.");
  for (const auto& [model, counts] : events) {
    for (const auto& [kind, count] : counts) text.Value({{"model", model}, {"kind", kind}}, count);
  }
}

}  // namespace scoreway::http
