#include "registry/trainer_triggers.h"

#include <algorithm>
#include <cmath>

#include "base/duration_text.h"
#include "base/number_text.h"
#include "base/utc_time.h"
#include "data/codec/json_members.h"
#include "data/codec/json_times.h"
#include "registry/named_values.h"

namespace scoreway {
namespace {

constexpr int64_t kSecondMicros = 1'000'000;
constexpr int64_t kSecondsMin = 1, kSecondsMax = int64_t{366} * 86'400;
constexpr int64_t kLabelsMax = 1'000'000'000;
constexpr const char* kMetrics[] = {"accuracy", "log_loss", "brier", "auc", "rmse", "mae", "bias"};

Error Wrong(std::string place, std::string what) { return {Code::kInvalidArgument, std::move(what), std::move(place)}; }

std::string ShortText(double number) {
  std::string text;
  AppendShortest(number, &text);
  return text;
}

}  // namespace

Status CheckMetricBounds(const char* name, const std::map<std::string, double>& bounds) {
  for (const auto& [metric, bound] : bounds) {
    const bool is_known = std::ranges::any_of(kMetrics, [&](const char* each) { return metric == each; });
    if (!is_known) {
      return Wrong(name, "no metric '" + metric + "'; there are accuracy, log_loss, brier, auc, rmse, mae and bias");
    }
    if (!std::isfinite(bound)) return Wrong(name, "the bound of '" + metric + "' is no number");
  }
  return {};
}

Status CheckTriggers(const TrainerTriggers& triggers) {
  SCOREWAY_RETURN_IF_ERROR(CheckMetricBounds("below", triggers.below));
  SCOREWAY_RETURN_IF_ERROR(CheckMetricBounds("above", triggers.above));
  if (triggers.labels < 0 || triggers.labels > kLabelsMax) return Wrong("labels", "from 0 to 1,000,000,000");
  if (triggers.every_seconds < 0 || triggers.every_seconds > kSecondsMax) return Wrong("every", "at most a year");
  if (triggers.pause_seconds < kSecondsMin || triggers.pause_seconds > kSecondsMax) {
    return Wrong("pause", "from a second to a year");
  }
  if (!ParseDuration(triggers.since)) return Wrong("since", "no time such as 30d");
  return {};
}

void WriteJson(const TrainerTriggers& triggers, JsonWriter* json) {
  json->BeginObject();
  json->BoolField("on_alarm", triggers.on_alarm);
  WriteNamedValues("below", triggers.below, json);
  WriteNamedValues("above", triggers.above, json);
  json->StringField("metric_window", triggers.metric_window);
  json->IntField("labels", triggers.labels);
  json->IntField("every_seconds", triggers.every_seconds);
  json->IntField("pause_seconds", triggers.pause_seconds);
  json->StringField("since", triggers.since);
  json->RawField("challenge", triggers.challenge);
  json->EndObject();
}

Result<TrainerTriggers> ParseTriggers(std::string_view json) {
  TrainerTriggers triggers;
  JsonMembers members(json);
  members.Read("on_alarm", &triggers.on_alarm);
  members.Read("below", &triggers.below);
  members.Read("above", &triggers.above);
  members.Read("metric_window", &triggers.metric_window);
  members.Read("labels", &triggers.labels);
  members.Read("every_seconds", &triggers.every_seconds);
  members.Read("pause_seconds", &triggers.pause_seconds);
  members.Read("since", &triggers.since);
  simdjson::dom::element challenge;
  if (members.Find("challenge", &challenge)) triggers.challenge = simdjson::minify(challenge);
  SCOREWAY_RETURN_IF_ERROR(members.status());
  SCOREWAY_RETURN_IF_ERROR(CheckTriggers(triggers));
  return triggers;
}

void WriteJson(const TrainerState& state, JsonWriter* json) {
  json->BeginObject();
  WriteTime("started", state.started_micros, json);
  WriteTime("ended", state.ended_micros, json);
  json->StringField("reason", state.reason);
  json->StringField("outcome", state.outcome);
  json->IntField("version", state.version);
  WriteTime("claimed_until", state.claimed_until_micros, json);
  json->StringField("asked", state.asked);
  json->EndObject();
}

Result<TrainerState> ParseTrainerState(std::string_view json) {
  TrainerState state;
  JsonMembers members(json);
  ReadTime(members, "started", &state.started_micros);
  ReadTime(members, "ended", &state.ended_micros);
  members.Read("reason", &state.reason);
  members.Read("outcome", &state.outcome);
  members.Read("version", &state.version);
  ReadTime(members, "claimed_until", &state.claimed_until_micros);
  members.Read("asked", &state.asked);
  SCOREWAY_RETURN_IF_ERROR(members.status());
  return state;
}

Result<std::string> DueReason(const TrainerTriggers& triggers, const TrainerState& state, int64_t set_micros,
                              const TrainerFacts& facts) {
  if (!state.asked.empty()) return state.asked;
  const int64_t since_micros = std::max(state.started_micros, set_micros);
  if (triggers.every_seconds > 0 && facts.now_micros - since_micros >= triggers.every_seconds * kSecondMicros) {
    return "every " + std::to_string(triggers.every_seconds) + " s";
  }
  if (triggers.labels > 0) {
    SCOREWAY_ASSIGN_OR_RETURN(const bool has_labels, facts.has_labels(triggers.labels, since_micros));
    if (has_labels) return std::to_string(triggers.labels) + " labels came since " + FormatUtc(since_micros);
  }
  if (state.started_micros > 0 && facts.now_micros - state.started_micros < triggers.pause_seconds * kSecondMicros) {
    return std::string();
  }
  if (triggers.on_alarm) {
    SCOREWAY_ASSIGN_OR_RETURN(const bool is_in_alarm, facts.is_in_alarm());
    if (is_in_alarm) return std::string("the watch is in alarm");
  }
  for (const auto& [metric, bound] : triggers.below) {
    SCOREWAY_ASSIGN_OR_RETURN(const TrainerFacts::Range range, facts.metric(metric));
    if (range.high < bound) return metric + " is at most " + ShortText(range.high) + ", below " + ShortText(bound);
  }
  for (const auto& [metric, bound] : triggers.above) {
    SCOREWAY_ASSIGN_OR_RETURN(const TrainerFacts::Range range, facts.metric(metric));
    if (range.low > bound) return metric + " is at least " + ShortText(range.low) + ", above " + ShortText(bound);
  }
  return std::string();
}

}  // namespace scoreway
