// Settings of estimators that their library does not save with the model, or that may change from run to run.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "learn/learner_state.h"

namespace scoreway::learn {

struct LearnerSetting {
  std::string_view name;
  double low = 0, high = 0;  // both allowed
};

// Of a kind of estimator; none for one that goes on with the settings it was saved with.
std::span<const LearnerSetting> SettingsOf(std::string_view kind);

// Into the state. INVALID_ARGUMENT names a setting that the kind does not have, and those that it has, or a number out
// of its range.
Status ApplySettings(const std::map<std::string, double>& settings, LearnerState* state);

}  // namespace scoreway::learn
