// AlarmState: quiet, warning or alarm, as it stands after a number of windows; a pure function with hysteresis.
//
// A state rises only after `rise_after` windows in a row that are graver than it, to the least grave of them, and falls
// after `fall_after` windows in a row that are less grave, to the gravest of them: one odd window changes nothing.
#pragma once

#include <cstdint>

#include "drift/column_drift.h"

namespace scoreway {

struct AlarmRule {
  uint32_t rise_after = 2;  // at least 1
  uint32_t fall_after = 3;  // at least 1
};

struct AlarmState {
  Severity severity = Severity::kQuiet;
  // Windows in a row that were graver, or less grave, than the state.
  uint32_t graver = 0, milder = 0;
  // The least grave of the graver ones, the gravest of the milder ones.
  Severity rise_to = Severity::kQuiet, fall_to = Severity::kQuiet;

  bool operator==(const AlarmState&) const = default;
};

// The state after one more window.
AlarmState NextState(const AlarmState& before, Severity window, const AlarmRule& rule);

}  // namespace scoreway
