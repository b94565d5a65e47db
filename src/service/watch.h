// Watch: that a model's predictions shall be looked at again and again, by which bounds, and whom to tell. And its
// state: what was found, and what people have said to it. Values and pure functions.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "data/codec/json_writer.h"
#include "drift/alarm_state.h"
#include "drift/interval.h"
#include "service/mail.h"
#include "service/measure_drift.h"

namespace scoreway {

struct Watch {
  static constexpr int64_t kIntervalSecondsMin = 1;

  std::string model;
  std::string window = "10000";  // ReadWindow (log_window.h)
  std::string against = {};      // as DriftQuery
  int64_t interval_seconds = 60;
  uint64_t learn_rows = 0;  // the first so many rows become the reference of a version without one; 0: not
  DriftBounds bounds = {};
  // Of metrics of the labelled predictions, such as {"accuracy": 0.9}, and of which of these: as `window`.
  std::map<std::string, double> below = {}, above = {};
  std::string metric_window = "10000";
  AlarmRule rule = {};
  std::string webhook = {};            // called when the state changes; empty: none is
  std::vector<std::string> mail = {};  // addresses that are written to when the state changes
  int64_t revision = 0;
  int64_t changed_micros = 0;
  std::string who = {};
};

// kInvalidArgument names what is wrong.
Status CheckWatch(const Watch& watch);

// That somebody is to be told: how often it was tried, and when it is next; 0: it is not, as it was taken or given up,
// or nobody is to be told.
struct WatchNotice {
  int64_t attempts = 0, next_try_micros = 0;
  std::string outcome = {};  // "sent", "silenced", "nobody to tell", or why it was given up or is tried again
};

// What is out of order: the rows, or how well they are answered.
enum class WatchEvent : uint8_t { kDrift, kMetric };

std::string_view WatchEventName(WatchEvent event);  // "drift", "metric"

// A change of the state, for those who are to be told.
struct WatchAlert {
  int64_t number = 0;  // of the model, from 1
  int64_t time_micros = 0;
  int64_t version = 0;
  WatchEvent event = WatchEvent::kDrift;  // the graver one, a metric where both are alike; or what is over
  Severity from = Severity::kQuiet, to = Severity::kQuiet;
  std::vector<std::string> reasons = {};  // at most 20
  WatchNotice webhook, mail;
};

struct WatchState {
  static constexpr size_t kAlertsMax = 20;
  static constexpr int64_t kSilenceSecondsMax = 366 * 86'400;

  int64_t version = 0;  // that was looked at last
  AlarmState alarm = {};
  int64_t since_micros = 0;                              // of the state
  int64_t looked_micros = 0;                             // last; 0: never
  int64_t next_look_micros = 0;                          // 0: now
  uint64_t rows = 0;                                     // of the last window
  std::string fault = {};                                // what could not be looked at and why, if so
  std::vector<std::string> reasons = {};                 // of the last window
  std::vector<std::pair<std::string, double>> psi = {};  // of its 20 gravest columns
  // Of the watch's metric_window, where bounds of metrics are watched: its predictions, those of them with a label, and
  // what these tell, by the metric's name.
  uint64_t predictions = 0, labelled = 0;
  std::map<std::string, Measure> metrics = {};
  int64_t silent_until_micros = 0;
  std::string silenced_by = {};
  std::string acknowledged_by = {};  // the state as it stands; empty: by nobody
  std::string note = {};             // of whoever silenced or acknowledged
  int64_t alert_count = 0;
  std::vector<WatchAlert> alerts = {};  // the last ones, the newest last
};

// Nobody is told of changes until then; 0 ends the silence. An acknowledgement is of the state as it stands: calls that
// were still to be made are not made any more, and the next change is told again. kConflict where the state is quiet.
void Silence(int64_t until_micros, const std::string& who, const std::string& note, WatchState* state);
Status Acknowledge(const std::string& who, const std::string& note, WatchState* state);

// The body of the webhook.
std::string AlertJson(std::string_view model, const WatchAlert& alert);
// The letter to the watch's addresses.
Mail AlertMail(const Watch& watch, const WatchAlert& alert);

// {"model":...,"window":...,"against":...,"interval_seconds":...,"learn_rows":...,"level",...,"below","above",
// "metric_window","rise_after","fall_after","webhook","mail":[...],"revision","changed","who"}
void WriteJson(const Watch& watch, JsonWriter* json);
void WriteJson(const WatchState& state, JsonWriter* json);

// Of texts that WriteJson wrote; kInvalidArgument names a member of a wrong type.
Result<Watch> ParseWatch(std::string_view model, std::string_view json);
Result<WatchState> ParseWatchState(std::string_view json);

}  // namespace scoreway
