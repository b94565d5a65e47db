// RetentionRules: which checkpoints of a run keep their bytes. A pure function; Runs carries it out.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "registry/metric_goal.h"

namespace scoreway {

// A checkpoint keeps its bytes if any rule wants it; without rules all do. Metrics are kept in any case.
struct RetentionRules {
  int64_t keep_last = 0;  // those of the greatest steps; 0: no such rule
  int64_t keep_best = 0;  // the best by the metric; 0: no such rule
  std::string metric;     // of keep_best
  MetricGoal goal = MetricGoal::kMax;
  int64_t keep_every = 0;  // those whose step is a multiple of it; 0: no such rule

  bool empty() const { return keep_last == 0 && keep_best == 0 && keep_every == 0; }
  bool operator==(const RetentionRules&) const = default;
};

// kInvalidArgument for a negative count, and for keep_best without a metric.
Status CheckRetention(const RetentionRules& rules);

struct RetentionCandidate {
  int64_t step = 0;
  double metric = 0;  // NaN: it has none, and is never among the best
};

// The steps whose bytes go. Among equals in the metric the earlier is the better.
std::vector<int64_t> StepsToPrune(const RetentionRules& rules, std::span<const RetentionCandidate> candidates);

// Whether `a` is the better value; NaN is better than nothing.
bool IsBetter(MetricGoal goal, double a, double b);

}  // namespace scoreway
