#include "service/watch.h"

#include <algorithm>

#include "base/duration_text.h"
#include "base/utc_time.h"
#include "data/codec/json_members.h"
#include "data/codec/json_times.h"
#include "registry/model_names.h"
#include "registry/named_values.h"
#include "registry/trainer_triggers.h"
#include "service/log_window.h"

namespace scoreway {
namespace {

constexpr int64_t kIntervalSecondsMax = 30 * 86'400;
constexpr uint64_t kLearnRowsMax = 10'000'000;
constexpr uint32_t kWindowsInARowMax = 1000;
constexpr size_t kUrlBytesMax = 2048;
constexpr size_t kNoteBytesMax = 2000;

void TextsField(std::string_view key, const std::vector<std::string>& texts, JsonWriter* json) {
  json->Key(key);
  json->BeginArray();
  for (const std::string& text : texts) json->String(text);
  json->EndArray();
}

Severity SeverityOf(std::string_view name) {
  for (const Severity severity : {Severity::kWarning, Severity::kAlarm}) {
    if (SeverityName(severity) == name) return severity;
  }
  return Severity::kQuiet;
}

// Readers of members that JsonMembers has none for; an absent one leaves the value.
void ReadSeverity(std::string_view key, JsonMembers* members, Severity* severity) {
  std::string text;
  members->Read(key, &text);
  if (!text.empty()) *severity = SeverityOf(text);
}

void ReadCount(std::string_view key, JsonMembers* members, uint32_t* value) {
  uint64_t count = *value;
  members->Read(key, &count);
  if (count > kWindowsInARowMax) members->Fail(key, "a number of windows");
  *value = static_cast<uint32_t>(std::min<uint64_t>(count, kWindowsInARowMax));
}

void ReadNotice(JsonMembers* members, WatchNotice* notice) {
  members->Read("attempts", &notice->attempts);
  members->Read("outcome", &notice->outcome);
  ReadTime(*members, "next_try", &notice->next_try_micros);
}

void WriteNotice(const WatchNotice& notice, JsonWriter* json) {
  json->IntField("attempts", notice.attempts);
  WriteTime("next_try", notice.next_try_micros, json);
  json->StringField("outcome", notice.outcome);
}

WatchAlert ParseAlert(simdjson::dom::object object) {
  WatchAlert alert;
  JsonMembers members(object);
  members.Read("number", &alert.number);
  members.Read("version", &alert.version);
  std::string event;
  members.Read("event", &event);
  if (event == WatchEventName(WatchEvent::kMetric)) alert.event = WatchEvent::kMetric;
  ReadNotice(&members, &alert.webhook);
  ReadTime(members, "time", &alert.time_micros);
  simdjson::dom::element mail;
  simdjson::dom::object notice;
  if (members.Find("mail", &mail) && !mail.get(notice)) {
    JsonMembers of_mail(notice);
    ReadNotice(&of_mail, &alert.mail);
  }
  ReadSeverity("from", &members, &alert.from);
  ReadSeverity("to", &members, &alert.to);
  members.Read("reasons", &alert.reasons);
  return alert;
}

void WriteMetrics(const std::map<std::string, Measure>& metrics, JsonWriter* json) {
  json->Key("metrics");
  json->BeginObject();
  for (const auto& [name, measure] : metrics) {
    json->Key(name);
    json->BeginObject();
    json->DoubleField("value", measure.value);
    json->DoubleField("low", measure.interval.low);
    json->DoubleField("high", measure.interval.high);
    json->EndObject();
  }
  json->EndObject();
}

void ReadMetrics(JsonMembers* members, std::map<std::string, Measure>* metrics) {
  simdjson::dom::element element;
  simdjson::dom::object by_name;
  if (!members->Find("metrics", &element) || element.get(by_name)) return;
  for (const auto [name, item] : by_name) {
    simdjson::dom::object object;
    if (item.get(object)) continue;
    Measure& measure = (*metrics)[std::string(name)];
    JsonMembers of_measure(object);
    of_measure.Read("value", &measure.value);
    of_measure.Read("low", &measure.interval.low);
    of_measure.Read("high", &measure.interval.high);
  }
}

void WriteAlert(const WatchAlert& alert, JsonWriter* json) {
  json->BeginObject();
  json->IntField("number", alert.number);
  WriteTime("time", alert.time_micros, json);
  json->IntField("version", alert.version);
  json->StringField("event", WatchEventName(alert.event));
  json->StringField("from", SeverityName(alert.from));
  json->StringField("to", SeverityName(alert.to));
  TextsField("reasons", alert.reasons, json);
  WriteNotice(alert.webhook, json);
  json->Key("mail");
  json->BeginObject();
  WriteNotice(alert.mail, json);
  json->EndObject();
  json->EndObject();
}

}  // namespace

std::string_view WatchEventName(WatchEvent event) { return event == WatchEvent::kMetric ? "metric" : "drift"; }

Status CheckWatch(const Watch& watch) {
  SCOREWAY_RETURN_IF_ERROR(CheckModelName(watch.model));
  SCOREWAY_RETURN_IF_ERROR(CheckBounds(watch.bounds));
  if (auto window = ReadWindow(watch.window, 0); !window.ok()) return std::move(window).error();
  if (!watch.against.empty() && !ParseDuration(watch.against)) {
    return Status(Code::kInvalidArgument, "no time such as 7d", "against");
  }
  if (watch.interval_seconds < Watch::kIntervalSecondsMin || watch.interval_seconds > kIntervalSecondsMax) {
    return Status(Code::kInvalidArgument, "from 1 second to 30 days", "interval_seconds");
  }
  if (watch.learn_rows > kLearnRowsMax) return Status(Code::kInvalidArgument, "at most 10,000,000", "learn_rows");
  SCOREWAY_RETURN_IF_ERROR(CheckMetricBounds("below", watch.below));
  SCOREWAY_RETURN_IF_ERROR(CheckMetricBounds("above", watch.above));
  if (auto window = ReadWindow(watch.metric_window, 0); !window.ok()) {
    return Status(Code::kInvalidArgument, "no rows or time such as 10000 or 7d", "metric_window");
  }
  if (watch.rule.rise_after == 0 || watch.rule.fall_after == 0) {
    return Status(Code::kInvalidArgument, "a state changes after one window at least", "rise_after or fall_after");
  }
  const bool is_url = watch.webhook.starts_with("http://") || watch.webhook.starts_with("https://");
  if (!watch.webhook.empty() && (!is_url || watch.webhook.size() > kUrlBytesMax)) {
    return Status(Code::kInvalidArgument, "not a URL that begins with http:// or https://", "webhook");
  }
  if (watch.mail.size() > Mail::kRecipientsMax) return Status(Code::kInvalidArgument, "at most 20 addresses", "mail");
  for (const std::string& address : watch.mail) {
    if (Status status = CheckMailAddress(address); !status.ok()) return AtPlace("mail", std::move(status).error());
  }
  return {};
}

void Silence(int64_t until_micros, const std::string& who, const std::string& note, WatchState* state) {
  state->silent_until_micros = until_micros;
  state->silenced_by = until_micros == 0 ? std::string() : who;
  state->note = note.substr(0, kNoteBytesMax);
}

Status Acknowledge(const std::string& who, const std::string& note, WatchState* state) {
  if (state->alarm.severity == Severity::kQuiet) {
    return Status(Code::kConflict, "the state is quiet: there is nothing to acknowledge");
  }
  state->acknowledged_by = who;
  state->note = note.substr(0, kNoteBytesMax);
  for (WatchAlert& alert : state->alerts) {
    for (WatchNotice* const notice : {&alert.webhook, &alert.mail}) {
      if (notice->next_try_micros == 0) continue;
      notice->next_try_micros = 0;
      notice->outcome = "acknowledged";
    }
  }
  return {};
}

std::string AlertJson(std::string_view model, const WatchAlert& alert) {
  std::string text;
  JsonWriter json(&text);
  json.BeginObject();
  json.StringField("event", WatchEventName(alert.event));
  json.StringField("model", model);
  json.Key("alert");
  json.BeginObject();
  json.IntField("number", alert.number);
  WriteTime("time", alert.time_micros, &json);
  json.IntField("version", alert.version);
  json.StringField("from", SeverityName(alert.from));
  json.StringField("to", SeverityName(alert.to));
  TextsField("reasons", alert.reasons, &json);
  json.EndObject();
  json.EndObject();
  return text;
}

Mail AlertMail(const Watch& watch, const WatchAlert& alert) {
  const std::string event(WatchEventName(alert.event));
  Mail mail{
      .to = watch.mail,
      .subject = "[Scoreway] " + watch.model + ": " + std::string(SeverityName(alert.to)) + ", was " +
                 std::string(SeverityName(alert.from)) + " (" + event + ")",
      .body = "The state of " + watch.model + " is " + std::string(SeverityName(alert.to)) + " since " +
              FormatUtc(alert.time_micros) + " (version " + std::to_string(alert.version) + ", " + event + ").\n",
      .id = event + "." + watch.model + "." + std::to_string(alert.number) + "." + std::to_string(alert.time_micros)};
  if (!alert.reasons.empty()) mail.body += "\nWhy:\n";
  for (const std::string& reason : alert.reasons) mail.body += "  - " + reason + "\n";
  mail.body += "\nIt is looked at every " + std::to_string(watch.interval_seconds) + " s, window " +
               (alert.event == WatchEvent::kMetric ? watch.metric_window : watch.window) + ". Alert number " +
               std::to_string(alert.number) + ".\n\n  scoreway watch show " + watch.model +
               "\n  scoreway watch acknowledge " + watch.model + "\n  scoreway watch silence " + watch.model +
               " --for 2h\n";
  return mail;
}

void WriteJson(const Watch& watch, JsonWriter* json) {
  json->BeginObject();
  json->StringField("model", watch.model);
  json->StringField("window", watch.window);
  json->StringField("against", watch.against);
  json->IntField("interval_seconds", watch.interval_seconds);
  json->UintField("learn_rows", watch.learn_rows);
  json->DoubleField("level", watch.bounds.level);
  json->DoubleField("psi_warning", watch.bounds.psi_warning);
  json->DoubleField("psi_alarm", watch.bounds.psi_alarm);
  json->DoubleField("missing_warning", watch.bounds.missing_warning);
  json->DoubleField("missing_alarm", watch.bounds.missing_alarm);
  json->DoubleField("outside_warning", watch.bounds.outside_warning);
  json->DoubleField("outside_alarm", watch.bounds.outside_alarm);
  json->UintField("rows_min", watch.bounds.rows_min);
  WriteNamedValues("below", watch.below, json);
  WriteNamedValues("above", watch.above, json);
  json->StringField("metric_window", watch.metric_window);
  json->UintField("rise_after", watch.rule.rise_after);
  json->UintField("fall_after", watch.rule.fall_after);
  json->StringField("webhook", watch.webhook);
  TextsField("mail", watch.mail, json);
  json->IntField("revision", watch.revision);
  WriteTime("changed", watch.changed_micros, json);
  json->StringField("who", watch.who);
  json->EndObject();
}

Result<Watch> ParseWatch(std::string_view model, std::string_view text) {
  Watch watch;
  watch.model = model;
  JsonMembers members(text);
  members.Read("window", &watch.window);
  members.Read("against", &watch.against);
  members.Read("interval_seconds", &watch.interval_seconds);
  members.Read("learn_rows", &watch.learn_rows);
  members.Read("level", &watch.bounds.level);
  members.Read("psi_warning", &watch.bounds.psi_warning);
  members.Read("psi_alarm", &watch.bounds.psi_alarm);
  members.Read("missing_warning", &watch.bounds.missing_warning);
  members.Read("missing_alarm", &watch.bounds.missing_alarm);
  members.Read("outside_warning", &watch.bounds.outside_warning);
  members.Read("outside_alarm", &watch.bounds.outside_alarm);
  members.Read("rows_min", &watch.bounds.rows_min);
  members.Read("below", &watch.below);
  members.Read("above", &watch.above);
  members.Read("metric_window", &watch.metric_window);
  ReadCount("rise_after", &members, &watch.rule.rise_after);
  ReadCount("fall_after", &members, &watch.rule.fall_after);
  members.Read("webhook", &watch.webhook);
  members.Read("mail", &watch.mail);
  members.Read("revision", &watch.revision);
  ReadTime(members, "changed", &watch.changed_micros);
  members.Read("who", &watch.who);
  SCOREWAY_RETURN_IF_ERROR(members.status());
  return watch;
}

void WriteJson(const WatchState& state, JsonWriter* json) {
  json->BeginObject();
  json->StringField("state", SeverityName(state.alarm.severity));
  WriteTime("since", state.since_micros, json);
  json->IntField("version", state.version);
  WriteTime("looked", state.looked_micros, json);
  WriteTime("next_look", state.next_look_micros, json);
  json->UintField("rows", state.rows);
  json->StringField("fault", state.fault);
  TextsField("reasons", state.reasons, json);
  json->Key("psi");
  json->BeginObject();
  for (const auto& [column, psi] : state.psi) json->DoubleField(column, psi);
  json->EndObject();
  json->UintField("predictions", state.predictions);
  json->UintField("labelled", state.labelled);
  WriteMetrics(state.metrics, json);
  json->UintField("windows_graver", state.alarm.graver);
  json->StringField("rises_to", SeverityName(state.alarm.rise_to));
  json->UintField("windows_milder", state.alarm.milder);
  json->StringField("falls_to", SeverityName(state.alarm.fall_to));
  WriteTime("silent_until", state.silent_until_micros, json);
  json->StringField("silenced_by", state.silenced_by);
  json->StringField("acknowledged_by", state.acknowledged_by);
  json->StringField("note", state.note);
  json->IntField("alert_count", state.alert_count);
  json->Key("alerts");
  json->BeginArray();
  for (const WatchAlert& alert : state.alerts) WriteAlert(alert, json);
  json->EndArray();
  json->EndObject();
}

Result<WatchState> ParseWatchState(std::string_view text) {
  WatchState state;
  JsonMembers members(text);
  ReadSeverity("state", &members, &state.alarm.severity);
  ReadTime(members, "since", &state.since_micros);
  members.Read("version", &state.version);
  ReadTime(members, "looked", &state.looked_micros);
  ReadTime(members, "next_look", &state.next_look_micros);
  members.Read("rows", &state.rows);
  members.Read("fault", &state.fault);
  members.Read("reasons", &state.reasons);
  std::map<std::string, double> psi;
  members.Read("psi", &psi);
  state.psi.assign(psi.begin(), psi.end());
  members.Read("predictions", &state.predictions);
  members.Read("labelled", &state.labelled);
  ReadMetrics(&members, &state.metrics);
  ReadCount("windows_graver", &members, &state.alarm.graver);
  ReadSeverity("rises_to", &members, &state.alarm.rise_to);
  ReadCount("windows_milder", &members, &state.alarm.milder);
  ReadSeverity("falls_to", &members, &state.alarm.fall_to);
  ReadTime(members, "silent_until", &state.silent_until_micros);
  members.Read("silenced_by", &state.silenced_by);
  members.Read("acknowledged_by", &state.acknowledged_by);
  members.Read("note", &state.note);
  members.Read("alert_count", &state.alert_count);
  simdjson::dom::element element;
  simdjson::dom::array alerts;
  if (members.Find("alerts", &element) && !element.get(alerts)) {
    for (const simdjson::dom::element item : alerts) {
      simdjson::dom::object object;
      if (!item.get(object)) state.alerts.push_back(ParseAlert(object));
    }
  }
  SCOREWAY_RETURN_IF_ERROR(members.status());
  return state;
}

}  // namespace scoreway
