#include "service/run_reference.h"

#include <utility>

#include "base/number_text.h"

namespace scoreway {

Result<int64_t> FindRun(Runs& runs, std::string_view name, std::string_view text) {
  int64_t number = 0;
  if (text == kLatest) {
    SCOREWAY_ASSIGN_OR_RETURN(const ListPage<RunInfo> page, runs.ListRuns(name, {.count_max = 1, .page_token = {}}));
    if (!page.items.empty()) return page.items.front().number;
    return Error{Code::kNotFound, "the model has no run yet", "model '" + std::string(name) + "'"};
  }
  if (ParseInt64(text, &number) == NumberParse::kOk && number > 0) return number;
  return Error{Code::kInvalidArgument, "a run is a number from 1, or latest", "run '" + std::string(text) + "'"};
}

Result<std::vector<CheckpointInfo>> FindBest(Runs& runs, std::string_view name, int64_t run, const CheckpointWish& wish,
                                             size_t count_max) {
  if (wish.metric.empty()) return Error{Code::kInvalidArgument, "the best by which metric?", "metric"};
  SCOREWAY_ASSIGN_OR_RETURN(const MetricGoal goal, GoalOf(wish.goal, wish.metric));
  return runs.Best(name, run, {wish.metric, goal, count_max, wish.only_with_bytes});
}

Result<CheckpointInfo> FindCheckpoint(Runs& runs, std::string_view name, int64_t run, const CheckpointWish& wish) {
  if (wish.step == kLatest) return runs.Latest(name, run, wish.only_with_bytes);
  if (wish.step == "best") {
    SCOREWAY_ASSIGN_OR_RETURN(std::vector<CheckpointInfo> best, FindBest(runs, name, run, wish, 1));
    if (!best.empty()) return std::move(best.front());
    return Error{Code::kNotFound,
                 "no checkpoint " + std::string(wish.only_with_bytes ? "with bytes " : "") + "has the metric '" +
                     wish.metric + "'",
                 RunPlace(name, run)};
  }
  int64_t step = 0;
  if (ParseInt64(wish.step, &step) == NumberParse::kOk && step >= 0) return runs.GetCheckpoint(name, run, step);
  return Error{Code::kInvalidArgument, "a checkpoint is a step's number, latest or best", "step '" + wish.step + "'"};
}

}  // namespace scoreway
