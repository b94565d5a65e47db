#include "registry/run_retention.h"

#include <algorithm>
#include <cmath>
#include <set>

namespace scoreway {

bool IsBetter(MetricGoal goal, double a, double b) {
  if (std::isnan(a) || std::isnan(b)) return std::isnan(b) && !std::isnan(a);
  return goal == MetricGoal::kMax ? a > b : a < b;
}

Status CheckRetention(const RetentionRules& rules) {
  if (rules.keep_last < 0 || rules.keep_best < 0 || rules.keep_every < 0) {
    return Status(Code::kInvalidArgument, "a rule of retention has a negative number", "retention");
  }
  if (rules.keep_best > 0 && rules.metric.empty()) {
    return Status(Code::kInvalidArgument, "keeping the best needs a metric", "retention");
  }
  return {};
}

std::vector<int64_t> StepsToPrune(const RetentionRules& rules, std::span<const RetentionCandidate> candidates) {
  if (rules.empty()) return {};
  std::set<int64_t> kept;
  std::vector<RetentionCandidate> order(candidates.begin(), candidates.end());
  const auto keep_first = [&](int64_t count) {
    for (size_t i = 0; i < order.size() && static_cast<int64_t>(i) < count; ++i) kept.insert(order[i].step);
  };
  std::ranges::sort(order, [](const auto& a, const auto& b) { return a.step > b.step; });
  keep_first(rules.keep_last);
  if (rules.keep_best > 0) {
    std::erase_if(order, [](const auto& each) { return std::isnan(each.metric); });
    std::ranges::reverse(order);
    std::ranges::stable_sort(order,
                             [&](const auto& a, const auto& b) { return IsBetter(rules.goal, a.metric, b.metric); });
    keep_first(rules.keep_best);
  }
  std::vector<int64_t> pruned;
  for (const RetentionCandidate& each : candidates) {
    const bool is_every = rules.keep_every > 0 && each.step % rules.keep_every == 0;
    if (!is_every && !kept.contains(each.step)) pruned.push_back(each.step);
  }
  return pruned;
}

}  // namespace scoreway
