#include "drift/alarm_state.h"

#include <algorithm>

namespace scoreway {

AlarmState NextState(const AlarmState& before, Severity window, const AlarmRule& rule) {
  AlarmState state{.severity = before.severity};
  if (window > before.severity) {
    state.graver = before.graver + 1;
    state.rise_to = before.graver == 0 ? window : std::min(before.rise_to, window);
    if (state.graver >= rule.rise_after) return {.severity = state.rise_to};
  } else if (window < before.severity) {
    state.milder = before.milder + 1;
    state.fall_to = before.milder == 0 ? window : std::max(before.fall_to, window);
    if (state.milder >= rule.fall_after) return {.severity = state.fall_to};
  }
  return state;
}

}  // namespace scoreway
