// CompareRuns: runs of a model side by side, by their best iterations.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "data/codec/json_writer.h"
#include "service/service.h"

namespace scoreway {

struct ComparedRun {
  RunInfo run;
  bool has_best = false;  // false: no checkpoint has the metric
  CheckpointInfo best;
  bool has_last = false;  // false: it has no checkpoint yet
  CheckpointInfo last;
};

struct RunComparison {
  std::string metric;
  MetricGoal goal = MetricGoal::kMax;
  std::vector<ComparedRun> runs;  // the best first; those without the metric last
};

constexpr size_t kComparedRunsMax = 100;

// The runs of these numbers, or the newest ten if none are given. The goal as in run_reference.h.
Result<RunComparison> CompareRuns(const Service& service, const std::string& name, const std::vector<int64_t>& numbers,
                                  const std::string& metric, const std::string& goal);

// {"metric","goal","runs":[{"run":{...},"best":{...}|null,"last":{...}|null}]}
void WriteJson(const RunComparison& comparison, JsonWriter* json);

}  // namespace scoreway
