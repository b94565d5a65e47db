// TrainerTriggers: when a trainer fires by itself, and whether its time has come. Values and pure functions.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "base/result.h"
#include "data/codec/json_writer.h"

namespace scoreway {

// Any of them; none: a person fires it.
struct TrainerTriggers {
  bool on_alarm = false;                                 // the model's watch is in alarm
  std::map<std::string, double> below = {}, above = {};  // a metric is shown to be below or above: {"accuracy": 0.9}
  std::string metric_window = "10000";                   // of predictions that it is measured on
  int64_t labels = 0;                                    // so many came since the last training; 0: not
  int64_t every_seconds = 0;                             // since the last training; 0: not
  // The first two hold until another model serves: from training to training at least so long.
  int64_t pause_seconds = 86'400;
  std::string since = "30d";   // how old the predictions of the log may be that it trains on
  std::string challenge = {};  // a challenge policy, as JSON: the candidate becomes a challenger; empty: it does not

  bool has_any() const { return on_alarm || !below.empty() || !above.empty() || labels > 0 || every_seconds > 0; }
  bool operator==(const TrainerTriggers&) const = default;
};

// kInvalidArgument, at the name of these bounds: a metric that is not measured, or no number.
Status CheckMetricBounds(const char* name, const std::map<std::string, double>& bounds);
// kInvalidArgument names what is wrong.
Status CheckTriggers(const TrainerTriggers& triggers);

void WriteJson(const TrainerTriggers& triggers, JsonWriter* json);
Result<TrainerTriggers> ParseTriggers(std::string_view json);

// How far a trainer has come.
struct TrainerState {
  int64_t started_micros = 0, ended_micros = 0;  // of the last training that was not cut off; 0: there was none
  std::string reason = {};                       // why it was fired
  std::string outcome = {};                      // "version 7", or why there is none
  int64_t version = 0;                           // that it made; 0: none
  int64_t claimed_until_micros = 0;              // one server trains until then; 0: none does
  std::string asked = {};                        // who wants it fired and why; empty: nobody does
};

void WriteJson(const TrainerState& state, JsonWriter* json);
Result<TrainerState> ParseTrainerState(std::string_view json);

// What is asked for as it is needed, the cheap ones first.
struct TrainerFacts {
  struct Range {
    double low = 0, high = 0;  // NaN where it is not known
  };

  int64_t now_micros = 0;
  std::function<Result<bool>()> is_in_alarm;
  std::function<Result<Range>(const std::string& metric)> metric;               // its interval at 95 %
  std::function<Result<bool>(int64_t count, int64_t since_micros)> has_labels;  // at least so many since then
};

// Why the trainer is to be fired now, for people; empty: it is not. `set_micros`: when the trainer was stored, from
// which on time and labels count before the first training. Errors are those of the facts.
Result<std::string> DueReason(const TrainerTriggers& triggers, const TrainerState& state, int64_t set_micros,
                              const TrainerFacts& facts);

}  // namespace scoreway
