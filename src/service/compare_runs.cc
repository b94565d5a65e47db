#include "service/compare_runs.h"

#include <algorithm>
#include <utility>

namespace scoreway {
namespace {

constexpr size_t kNewestRuns = 10;

Result<std::vector<RunInfo>> ReadRuns(Runs& runs, const std::string& name, const std::vector<int64_t>& numbers) {
  if (numbers.size() > kComparedRunsMax) {
    return Error{Code::kInvalidArgument, "at most " + std::to_string(kComparedRunsMax) + " runs are compared at once",
                 "model '" + name + "'"};
  }
  std::vector<RunInfo> found;
  if (numbers.empty()) {
    SCOREWAY_ASSIGN_OR_RETURN(ListPage<RunInfo> page,
                              runs.ListRuns(name, {.count_max = kNewestRuns, .page_token = {}}));
    return std::move(page.items);
  }
  for (const int64_t number : numbers) {
    SCOREWAY_ASSIGN_OR_RETURN(RunInfo run, runs.GetRun(name, number));
    found.push_back(std::move(run));
  }
  return found;
}

void WriteCheckpoint(std::string_view key, bool is_there, const CheckpointInfo& checkpoint, JsonWriter* json) {
  json->Key(key);
  if (is_there) {
    WriteJson(checkpoint, json);
  } else {
    json->Null();
  }
}

}  // namespace

Result<RunComparison> CompareRuns(const Service& service, const std::string& name, const std::vector<int64_t>& numbers,
                                  const std::string& metric, const std::string& goal) {
  if (metric.empty()) return Error{Code::kInvalidArgument, "compared by which metric?", "metric"};
  RunComparison comparison;
  comparison.metric = metric;
  SCOREWAY_ASSIGN_OR_RETURN(comparison.goal, GoalOf(goal, metric));
  SCOREWAY_ASSIGN_OR_RETURN(std::vector<RunInfo> runs, ReadRuns(*service.runs, name, numbers));
  for (RunInfo& run : runs) {
    ComparedRun compared;
    SCOREWAY_ASSIGN_OR_RETURN(std::vector<CheckpointInfo> best,
                              service.runs->Best(name, run.number, {metric, comparison.goal}));
    compared.has_best = !best.empty();
    if (compared.has_best) compared.best = std::move(best.front());
    Result<CheckpointInfo> last = service.runs->Latest(name, run.number);
    if (!last.ok() && last.code() != Code::kNotFound) return std::move(last).error();
    compared.has_last = last.ok();
    if (last.ok()) compared.last = std::move(*last);
    compared.run = std::move(run);
    comparison.runs.push_back(std::move(compared));
  }
  std::ranges::stable_sort(comparison.runs, [&](const ComparedRun& a, const ComparedRun& b) {
    if (!a.has_best || !b.has_best) return a.has_best && !b.has_best;
    return IsBetter(comparison.goal, a.best.metrics.at(metric), b.best.metrics.at(metric));
  });
  return comparison;
}

void WriteJson(const RunComparison& comparison, JsonWriter* json) {
  json->BeginObject();
  json->StringField("metric", comparison.metric);
  json->StringField("goal", GoalName(comparison.goal));
  json->Key("runs");
  json->BeginArray();
  for (const ComparedRun& compared : comparison.runs) {
    json->BeginObject();
    json->Key("run");
    WriteJson(compared.run, json);
    WriteCheckpoint("best", compared.has_best, compared.best, json);
    WriteCheckpoint("last", compared.has_last, compared.last, json);
    json->EndObject();
  }
  json->EndArray();
  json->EndObject();
}

}  // namespace scoreway
