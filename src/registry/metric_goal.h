// MetricGoal: whether more or less of a metric is better.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/result.h"

namespace scoreway {

enum class MetricGoal : uint8_t { kMax, kMin };

// "max", "min".
std::string_view GoalName(MetricGoal goal);

// What `text` says; if it is empty what the metric's name says, by its last word: "val_auc", "f1", "accuracy" and their
// like want more, "validation_0-logloss", "rmse", "loss" want less. kInvalidArgument for another text, and for a metric
// whose name says nothing: better asked than guessed.
Result<MetricGoal> GoalOf(std::string_view text, std::string_view metric);

}  // namespace scoreway
