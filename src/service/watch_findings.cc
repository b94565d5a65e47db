#include "service/watch_findings.h"

#include <algorithm>
#include <cmath>

#include "base/number_text.h"

namespace scoreway {
namespace {

constexpr size_t kReasonsMax = 20;
constexpr int64_t kMicrosOfSecond = 1'000'000;

std::vector<std::pair<std::string, double>> IndicesOf(const DriftReport& report) {
  std::vector<std::pair<std::string, double>> indices;
  for (const ColumnDrift* drift : ByGravity(report)) {
    if (indices.size() < kReasonsMax && !std::isnan(drift->psi)) indices.emplace_back(drift->name, drift->psi);
  }
  return indices;
}

void AddReason(std::string reason, WatchFindings* findings) {
  if (findings->reasons.size() < kReasonsMax) findings->reasons.push_back(std::move(reason));
}

std::string ShortText(double number) {
  std::string text;
  AppendShortest(std::round(number * 1e6) / 1e6, &text);
  return text;
}

// `sign` is 1 where less than the bound is wrong, and -1 where more is.
void JudgeMetric(const std::string& name, double bound, double sign, const Performance& performance,
                 WatchFindings* findings) {
  const Measure* const measure = FindMeasure(performance, name);
  if (measure == nullptr || std::isnan(measure->value) || sign * measure->value >= sign * bound) return;
  const double nearest = sign > 0 ? measure->interval.high : measure->interval.low;
  const bool is_shown = sign * nearest < sign * bound;
  findings->metric = std::max(findings->metric, is_shown ? Severity::kAlarm : Severity::kWarning);
  AddReason(name + " is " + ShortText(measure->value) + " (" + ShortText(measure->interval.low) + " to " +
                ShortText(measure->interval.high) + ") of " + std::to_string(performance.labelled) +
                " labelled rows, " + (sign > 0 ? "below " : "above ") + ShortText(bound),
            findings);
}

WatchNotice NewNotice(bool is_wanted, int64_t now_micros, const WatchState& state) {
  if (!is_wanted) return {.outcome = "nobody to tell"};
  if (now_micros < state.silent_until_micros) return {.outcome = "silenced"};
  return {.next_try_micros = now_micros};
}

// What the findings are about; of a window that found nothing, what was wrong before.
WatchEvent EventOf(const WatchFindings& findings, const WatchState& before) {
  if (std::max(findings.drift, findings.metric) > Severity::kQuiet) {
    return findings.metric >= findings.drift ? WatchEvent::kMetric : WatchEvent::kDrift;
  }
  return before.alerts.empty() ? WatchEvent::kDrift : before.alerts.back().event;
}

void AddAlert(const Watch& watch, Severity from, WatchEvent event, int64_t now_micros, WatchState* state) {
  WatchAlert alert;
  alert.number = ++state->alert_count;
  alert.time_micros = now_micros;
  alert.version = state->version;
  alert.event = event;
  alert.from = from;
  alert.to = state->alarm.severity;
  alert.reasons = state->reasons;
  alert.webhook = NewNotice(!watch.webhook.empty(), now_micros, *state);
  alert.mail = NewNotice(!watch.mail.empty(), now_micros, *state);
  state->alerts.push_back(std::move(alert));
  if (state->alerts.size() > WatchState::kAlertsMax) state->alerts.erase(state->alerts.begin());
}

void SetLooked(const Watch& watch, int64_t now_micros, WatchState* state) {
  state->looked_micros = now_micros;
  state->next_look_micros = now_micros + watch.interval_seconds * kMicrosOfSecond;
}

}  // namespace

void AddDrift(const ModelDrift& drift, WatchFindings* findings) {
  findings->version = drift.version;
  findings->rows = drift.report.rows;
  if (!drift.report.has_enough_rows) return;
  findings->has_enough_rows = true;
  findings->drift = drift.report.severity;
  findings->psi = IndicesOf(drift.report);
  for (std::string& reason : ReasonsOf(drift.report)) AddReason(std::move(reason), findings);
}

void AddMetrics(const Watch& watch, const Performance& performance, WatchFindings* findings) {
  findings->version = performance.version;
  findings->predictions = performance.predictions;
  findings->labelled = performance.labelled;
  if (performance.labelled > 0) {
    for (const auto& [name, measure] : MeasuresOf(performance)) {
      if (!std::isnan(measure->value)) findings->metrics.emplace(name, *measure);
    }
  }
  if (performance.labelled < watch.bounds.rows_min) return;
  findings->has_enough_rows = true;
  for (const auto& [name, bound] : watch.below) JudgeMetric(name, bound, 1, performance, findings);
  for (const auto& [name, bound] : watch.above) JudgeMetric(name, bound, -1, performance, findings);
}

void AddFault(const Error& error, WatchFindings* findings) {
  if (!findings->fault.empty()) findings->fault += "; ";
  findings->fault += error.ToString();
}

WatchState AfterLook(const Watch& watch, WatchState state, const WatchFindings& findings, int64_t now_micros) {
  SetLooked(watch, now_micros, &state);
  state.fault = findings.fault;
  if (findings.version == 0) return state;
  state.rows = findings.rows;
  state.predictions = findings.predictions;
  state.labelled = findings.labelled;
  state.metrics = findings.metrics;
  const bool is_other_version = state.version != findings.version;
  state.version = findings.version;
  if (is_other_version) {
    state.alarm = {};
    state.since_micros = now_micros;
    state.acknowledged_by.clear();
  }
  if (!findings.has_enough_rows) return state;
  state.reasons = findings.reasons;
  state.psi = findings.psi;
  const Severity before = state.alarm.severity;
  state.alarm = NextState(state.alarm, std::max(findings.drift, findings.metric), watch.rule);
  if (state.alarm.severity == before) return state;
  state.since_micros = now_micros;
  state.acknowledged_by.clear();
  AddAlert(watch, before, EventOf(findings, state), now_micros, &state);
  return state;
}

}  // namespace scoreway
