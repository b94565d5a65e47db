// Which run and which checkpoint a text of a door means.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "registry/runs.h"

namespace scoreway {

// A number, or "latest". NOT_FOUND if there is no such run.
Result<int64_t> FindRun(Runs& runs, std::string_view name, std::string_view text);

struct CheckpointWish {
  std::string step;    // a number, "latest" or "best"
  std::string metric;  // of best
  std::string goal;    // of best: "max", "min", or empty where the metric's name says it (registry/metric_goal.h)
  bool only_with_bytes = false;  // of latest and best
};

// NOT_FOUND if there is none; INVALID_ARGUMENT if the wish is none of these, or best lacks a metric or a goal.
Result<CheckpointInfo> FindCheckpoint(Runs& runs, std::string_view name, int64_t run, const CheckpointWish& wish);

// The best by the metric, at most so many; the goal as above.
Result<std::vector<CheckpointInfo>> FindBest(Runs& runs, std::string_view name, int64_t run, const CheckpointWish& wish,
                                             size_t count_max);

}  // namespace scoreway
