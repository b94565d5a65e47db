#include "gateways/http/drift_metrics.h"

#include <utility>
#include <vector>

#include "gateways/http/metrics_text.h"
#include "service/watch_store.h"

namespace scoreway::http {

void AppendDriftMetrics(const Records& records, std::string* out) {
  WatchStore watches(records);
  const auto watched = watches.List();
  if (!watched.ok() || watched->empty()) return;
  std::vector<std::pair<std::string, WatchState>> states;
  for (const Watch& watch : *watched) {
    Result<WatchState> state = watches.GetState(watch.model);
    if (state.ok() && state->looked_micros != 0) states.emplace_back(watch.model, std::move(*state));
  }
  MetricsText text(out);
  text.Describe("scoreway_drift_state", "gauge", "Of a watched model: 0 quiet, 1 warning, 2 alarm.");
  for (const auto& [model, state] : states) text.Value({{"model", model}}, static_cast<uint64_t>(state.alarm.severity));
  text.Describe("scoreway_drift_rows", "gauge", "Rows of the last window.");
  for (const auto& [model, state] : states) text.Value({{"model", model}}, state.rows);
  text.Describe("scoreway_drift_looked_seconds", "gauge", "When the model was looked at last, in seconds since 1970.");
  for (const auto& [model, state] : states) {
    text.Value({{"model", model}}, static_cast<double>(state.looked_micros) * 1e-6);
  }
  text.Describe("scoreway_drift_psi", "gauge",
                "Population stability index of a column in the last window: the 20 gravest of a model.");
  for (const auto& [model, state] : states) {
    for (const auto& [column, psi] : state.psi) text.Value({{"model", model}, {"column", column}}, psi);
  }
}

}  // namespace scoreway::http
