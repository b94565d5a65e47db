#include "registry/metric_goal.h"

#include <algorithm>
#include <span>
#include <string>

namespace scoreway {
namespace {

constexpr std::string_view kWantMore[] = {
    "auc", "auroc", "aucpr", "auprc",     "areaunderroc", "areaunderpr", "accuracy", "acc",
    "f1",  "fbeta", "r2",    "precision", "recall",       "sensitivity", "ndcg",     "map",
    "mrr", "kappa", "mcc",   "iou",       "dice",         "silhouette"};
constexpr std::string_view kWantLess[] = {"loss",  "logloss", "mlogloss", "rmse",   "rmsle",    "mse",
                                          "mae",   "mape",    "error",    "merror", "deviance", "perplexity",
                                          "brier", "wer",     "cer",      "l1",     "l2",       "nll"};

bool Has(std::span<const std::string_view> words, std::string_view word) {
  return std::ranges::find(words, word) != words.end();
}

// "validation_0-logloss" -> "logloss"; in small letters.
std::string LastWord(std::string_view metric) {
  const size_t cut = metric.find_last_of("_-./: ");
  std::string word(cut == std::string_view::npos ? metric : metric.substr(cut + 1));
  for (char& c : word) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c | 0x20);
  }
  return word;
}

}  // namespace

std::string_view GoalName(MetricGoal goal) { return goal == MetricGoal::kMax ? "max" : "min"; }

Result<MetricGoal> GoalOf(std::string_view text, std::string_view metric) {
  if (text == "max") return MetricGoal::kMax;
  if (text == "min") return MetricGoal::kMin;
  if (!text.empty()) {
    return Error{Code::kInvalidArgument, "the goal of a metric is max or min, not '" + std::string(text) + "'", {}};
  }
  const std::string word = LastWord(metric);
  if (Has(kWantMore, word)) return MetricGoal::kMax;
  if (Has(kWantLess, word)) return MetricGoal::kMin;
  return Error{Code::kInvalidArgument, "say whether more or less of it is better: goal max or goal min",
               "metric '" + std::string(metric) + "'"};
}

}  // namespace scoreway
