// scoreway watch: that a server looks at a model again and again, what it found, and what people say to it.

#include "base/duration_text.h"
#include "commands.h"
#include "flag_duration.h"
#include "open_records.h"
#include "printing.h"
#include "service/set_watch.h"
#include "service/watch_store.h"
#include "table.h"

namespace scoreway {
namespace {

Result<int64_t> Seconds(const std::string& flag, const std::string& text) {
  const auto micros = ParseDuration(text);
  if (micros) return *micros / 1'000'000;
  return Error{Code::kInvalidArgument, "'" + text + "' is no time such as 1m or 12h", flag};
}

Result<Watch> WatchOf(const WatchOptions& options) {
  Watch watch;
  watch.model = options.model;
  watch.window = options.window;
  watch.against = options.against;
  SCOREWAY_ASSIGN_OR_RETURN(watch.interval_seconds, Seconds("--every", options.every));
  watch.learn_rows = options.learn;
  watch.bounds.level = options.level;
  watch.bounds.psi_warning = options.psi_warning;
  watch.bounds.psi_alarm = options.psi_alarm;
  watch.bounds.rows_min = options.rows_min;
  watch.below = options.below;
  watch.above = options.above;
  watch.metric_window = options.metric_window;
  watch.rule.rise_after = options.rise_after;
  watch.rule.fall_after = options.fall_after;
  watch.webhook = options.webhook;
  watch.mail = options.mail;
  return watch;
}

std::string StateText(const WatchState& state) {
  std::string text(SeverityName(state.alarm.severity));
  if (state.since_micros != 0) text += " since " + TimeText(state.since_micros);
  if (!state.acknowledged_by.empty()) text += ", acknowledged by " + state.acknowledged_by;
  if (state.silent_until_micros > SystemClock().NowMicros())
    text += ", silent until " + TimeText(state.silent_until_micros);
  return text;
}

// What is out of order: "accuracy below 0.9, rmse above 12"; empty without bounds.
std::string BoundsText(const Watch& watch) {
  std::string text;
  const auto add = [&](const std::string& metric, const char* side, double bound) {
    text += (text.empty() ? "" : ", ") + metric + side + NumberText(bound);
  };
  for (const auto& [metric, bound] : watch.below) add(metric, " below ", bound);
  for (const auto& [metric, bound] : watch.above) add(metric, " above ", bound);
  return text;
}

void PrintWatch(const Watch& watch, const WatchState& state) {
  Table table({"model", watch.model});
  table.Add({"state", StateText(state)});
  table.Add({"looked", state.looked_micros == 0 ? "not yet"
                                                : TimeText(state.looked_micros) + ", " + std::to_string(state.rows) +
                                                      " rows of version " + std::to_string(state.version)});
  if (!state.fault.empty()) table.Add({"fault", state.fault});
  if (!state.note.empty()) table.Add({"note", state.note});
  for (const std::string& reason : state.reasons) table.Add({"reason", reason});
  for (const auto& [name, measure] : state.metrics) {
    table.Add({name, NumberText(measure.value) + " (" + NumberText(measure.interval.low) + " to " +
                         NumberText(measure.interval.high) + ") of " + std::to_string(state.labelled) +
                         " labelled of " + std::to_string(state.predictions) + " rows"});
  }
  table.Add({"window", watch.window + ", every " + DurationText(watch.interval_seconds)});
  table.Add(
      {"against", watch.against.empty() ? "the version's reference" : "the same window " + watch.against + " before"});
  if (const std::string bounds = BoundsText(watch); !bounds.empty()) {
    table.Add({"metrics", bounds + ", window " + watch.metric_window});
  }
  table.Add({"webhook", watch.webhook.empty() ? "none" : watch.webhook});
  std::string mail;
  for (const std::string& address : watch.mail) mail += (mail.empty() ? "" : ", ") + address;
  table.Add({"mail", mail.empty() ? "none" : mail});
  Print(table.ToString());
  const auto outcome = [](const WatchNotice& notice) {
    return notice.outcome.empty() ? std::string("to be sent") : notice.outcome;
  };
  Table alerts({"ALERT", "TIME (UTC)", "VERSION", "EVENT", "FROM", "TO", "WEBHOOK", "MAIL"});
  for (const WatchAlert& alert : state.alerts) {
    alerts.Add({std::to_string(alert.number), TimeText(alert.time_micros), std::to_string(alert.version),
                std::string(WatchEventName(alert.event)), std::string(SeverityName(alert.from)),
                std::string(SeverityName(alert.to)), outcome(alert.webhook), outcome(alert.mail)});
  }
  if (!alerts.empty()) Print(alerts.ToString());
}

Status ListWatches(WatchStore& watches, bool json) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<Watch> all, watches.List());
  Table table({"MODEL", "STATE", "VERSION", "LOOKED (UTC)", "FAULT"});
  for (const Watch& watch : all) {
    if (json) {
      PrintAsJson(watch);
      continue;
    }
    SCOREWAY_ASSIGN_OR_RETURN(const WatchState state, watches.GetState(watch.model));
    table.Add({watch.model, StateText(state), std::to_string(state.version),
               state.looked_micros == 0 ? "" : TimeText(state.looked_micros), state.fault});
  }
  if (!json) Print(table.empty() ? "no model is watched\n" : table.ToString());
  return {};
}

}  // namespace

Status RunWatch(const WatchOptions& options) {
  using Action = WatchOptions::Action;
  SCOREWAY_ASSIGN_OR_RETURN(const OpenedRecords opened,
                            OpenRecords(options.registry, options.place, WhenMissing::kMake));
  WatchStore watches(*opened.records);
  if (options.action == Action::kList) return ListWatches(watches, options.json);
  if (options.action == Action::kRemove) return watches.Remove(options.model);
  Watch watch;
  if (options.action == Action::kSet) {
    SCOREWAY_ASSIGN_OR_RETURN(const Watch wish, WatchOf(options));
    SCOREWAY_ASSIGN_OR_RETURN(watch, SetWatch(opened.service(), wish, CurrentUser()));
  } else {
    SCOREWAY_ASSIGN_OR_RETURN(watch, watches.Get(options.model));
  }
  WatchState state;
  if (options.action == Action::kSilence) {
    SCOREWAY_ASSIGN_OR_RETURN(const int64_t seconds, Seconds("--for", options.silence));
    const int64_t until = seconds == 0 ? 0 : SystemClock().NowMicros() + seconds * 1'000'000;
    SCOREWAY_ASSIGN_OR_RETURN(state, watches.Update(watch.model, [&](WatchState* current) -> Status {
      Silence(until, CurrentUser(), options.note, current);
      return {};
    }));
  } else if (options.action == Action::kAcknowledge) {
    SCOREWAY_ASSIGN_OR_RETURN(state, watches.Update(watch.model, [&](WatchState* current) {
      return Acknowledge(CurrentUser(), options.note, current);
    }));
  } else {
    SCOREWAY_ASSIGN_OR_RETURN(state, watches.GetState(watch.model));
  }
  if (!options.json) {
    PrintWatch(watch, state);
    return {};
  }
  std::string text;
  JsonWriter json(&text);
  std::string watch_text, state_text;
  JsonWriter watch_json(&watch_text), state_json(&state_text);
  WriteJson(watch, &watch_json);
  WriteJson(state, &state_json);
  json.BeginObject();
  json.RawField("watch", watch_text);
  json.RawField("status", state_text);
  json.EndObject();
  Print(text + "\n");
  return {};
}

}  // namespace scoreway
