#include "gateways/http/drift_metrics.h"

#include <utility>
#include <vector>

#include "gateways/http/metrics_text.h"
#include "service/watch_store.h"

namespace scoreway::http {
namespace {

struct Watched {
  Watch watch;
  WatchState state;
};

// Of models whose watch has bounds of metrics.
void AppendPerformance(const std::vector<Watched>& watched, MetricsText* text) {
  std::vector<const Watched*> measured;
  for (const Watched& one : watched) {
    if (!one.watch.below.empty() || !one.watch.above.empty()) measured.push_back(&one);
  }
  if (measured.empty()) return;
  const auto each_count = [&](std::string_view name, std::string_view help, uint64_t WatchState::*count) {
    text->Describe(name, "gauge", help);
    for (const Watched* one : measured) {
      const std::string version = std::to_string(one->state.version);
      text->Value({{"model", one->watch.model}, {"version", version}}, one->state.*count);
    }
  };
  const auto each_metric = [&](std::string_view name, std::string_view help, auto value) {
    text->Describe(name, "gauge", help);
    for (const Watched* one : measured) {
      const std::string version = std::to_string(one->state.version);
      for (const auto& [metric, measure] : one->state.metrics) {
        text->Value({{"model", one->watch.model}, {"version", version}, {"metric", metric}}, value(measure));
      }
    }
  };
  each_count("scoreway_performance_predictions", "Predictions in the last window of metrics.",
             &WatchState::predictions);
  each_count("scoreway_performance_labels", "Those of them that have a label.", &WatchState::labelled);
  each_metric("scoreway_performance_metric", "A metric of the labelled predictions.",
              [](const Measure& measure) { return measure.value; });
  each_metric("scoreway_performance_metric_low", "The lower end of its interval at 95 %.",
              [](const Measure& measure) { return measure.interval.low; });
  each_metric("scoreway_performance_metric_high", "The upper end of its interval at 95 %.",
              [](const Measure& measure) { return measure.interval.high; });
  text->Describe("scoreway_performance_bound", "gauge", "Below or above which a metric is out of order.");
  for (const Watched* one : measured) {
    for (const auto& [side, bounds] : {std::pair("below", &one->watch.below), std::pair("above", &one->watch.above)}) {
      for (const auto& [metric, bound] : *bounds) {
        text->Value({{"model", one->watch.model}, {"metric", metric}, {"side", side}}, bound);
      }
    }
  }
}

}  // namespace

void AppendDriftMetrics(const Records& records, std::string* out) {
  WatchStore watches(records);
  auto all = watches.List();
  if (!all.ok() || all->empty()) return;
  std::vector<Watched> watched;
  for (Watch& watch : *all) {
    Result<WatchState> state = watches.GetState(watch.model);
    if (state.ok() && state->looked_micros != 0) watched.push_back({std::move(watch), std::move(*state)});
  }
  MetricsText text(out);
  text.Describe("scoreway_drift_state", "gauge", "Of a watched model: 0 quiet, 1 warning, 2 alarm.");
  for (const auto& [watch, state] : watched)
    text.Value({{"model", watch.model}}, static_cast<uint64_t>(state.alarm.severity));
  text.Describe("scoreway_drift_rows", "gauge", "Rows of the last window.");
  for (const auto& [watch, state] : watched) text.Value({{"model", watch.model}}, state.rows);
  text.Describe("scoreway_drift_looked_seconds", "gauge", "When the model was looked at last, in seconds since 1970.");
  for (const auto& [watch, state] : watched) {
    text.Value({{"model", watch.model}}, static_cast<double>(state.looked_micros) * 1e-6);
  }
  text.Describe("scoreway_drift_psi", "gauge",
                "Population stability index of a column in the last window: the 20 gravest of a model.");
  for (const auto& [watch, state] : watched) {
    for (const auto& [column, psi] : state.psi) text.Value({{"model", watch.model}, {"column", column}}, psi);
  }
  AppendPerformance(watched, &text);
}

}  // namespace scoreway::http
