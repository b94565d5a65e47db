#include "gateways/http/batch_metrics.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "gateways/http/metrics_text.h"

namespace scoreway::http {
namespace {

// Each takes up to three reads of the store.
constexpr size_t kBatchesMax = 1000;
constexpr std::array kStates = {FiringState::kWaiting, FiringState::kRunning, FiringState::kDelivered,
                                FiringState::kFailed};

struct BatchNow {
  std::string name;
  BatchState state;
  std::array<uint64_t, kStates.size()> unfinished = {};
  double last_seconds = -1;  // of the last firing; negative: it is not over, or there was none
};

Result<BatchNow> LookAtBatch(BatchStore& store, const std::string& name) {
  BatchNow now{.name = name, .state = {}};
  SCOREWAY_ASSIGN_OR_RETURN(now.state, store.State(name));
  if (!now.state.unfinished.empty()) {
    SCOREWAY_ASSIGN_OR_RETURN(const std::vector<Firing> firings, store.Unfinished(name, now.state));
    for (const Firing& firing : firings) {
      const auto* const at = std::ranges::find(kStates, firing.state);
      if (at != kStates.end()) ++now.unfinished[static_cast<size_t>(at - kStates.begin())];
    }
  }
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<Firing> last, store.Firings(name, 0, 1));
  if (!last.empty() && last[0].finished_micros > 0) {
    now.last_seconds = static_cast<double>(last[0].finished_micros - last[0].fired_micros) * 1e-6;
  }
  return now;
}

// What this process reads of topics.
void AppendFeedMetrics(const BatchService& batches, MetricsText* text) {
  const auto all = batches.AllCounters();
  if (all.empty()) return;
  using Counters = const BatchFeedCounters&;
  const auto each = [&](std::string_view name, std::string_view type, std::string_view help, auto value) {
    text->Describe(name, type, help);
    for (const auto& [batch, counters] : all) text->Value({{"batch", batch}}, static_cast<uint64_t>(value(*counters)));
  };
  each("scoreway_batch_input_messages_total", "counter", "Messages of the batch's topic that this process has stored.",
       [](Counters c) { return c.messages.load(std::memory_order_relaxed); });
  each("scoreway_batch_input_bad_messages_total", "counter", "Those of them that are no rows.",
       [](Counters c) { return c.bad.load(std::memory_order_relaxed); });
  each("scoreway_batch_input_restarts_total", "counter", "Sessions that ended by a fault and were begun anew.",
       [](Counters c) { return c.restarts.load(std::memory_order_relaxed); });
  each("scoreway_batch_input_lag", "gauge", "Messages that wait in the partitions that this process reads.",
       [](Counters c) { return c.lag.load(std::memory_order_relaxed); });
  each("scoreway_batch_input_partitions", "gauge", "Partitions that this process reads.",
       [](Counters c) { return c.partitions.load(std::memory_order_relaxed); });
  each("scoreway_batch_input_up", "gauge",
       "1: it reads and nothing is wrong; 0: it starts, or waits for what it needs.",
       [](Counters c) { return c.is_up ? 1 : 0; });
}

}  // namespace

void AppendBatchMetrics(BatchService& batches, std::string* out) {
  const Result<StoredBatchSet> all = batches.store.ReadAll();
  if (!all.ok() || all->empty()) return;
  std::vector<BatchNow> looked;
  for (const auto& [name, batch] : *all) {
    if (looked.size() == kBatchesMax) break;
    Result<BatchNow> now = LookAtBatch(batches.store, name);
    if (now.ok()) looked.push_back(std::move(*now));
  }
  const int64_t micros = batches.clock.NowMicros();
  MetricsText text(out);
  text.Describe("scoreway_batch_waiting_rows", "gauge", "Rows of a stored batch that no trigger has fired for yet.");
  for (const BatchNow& now : looked) text.Value({{"batch", now.name}}, static_cast<uint64_t>(now.state.rows));
  text.Describe("scoreway_batch_oldest_row_seconds", "gauge", "How long the oldest of them has waited.");
  for (const BatchNow& now : looked) {
    const double age = now.state.rows > 0 ? static_cast<double>(micros - now.state.oldest_micros) * 1e-6 : 0.0;
    text.Value({{"batch", now.name}}, std::max(age, 0.0));
  }
  text.Describe("scoreway_batch_held_bytes", "gauge", "Rows in the store, those of firings that are not over, too.");
  for (const BatchNow& now : looked) text.Value({{"batch", now.name}}, static_cast<uint64_t>(now.state.held_bytes));
  text.Describe("scoreway_batch_firings_total", "counter", "How often a batch has fired.");
  for (const BatchNow& now : looked) {
    text.Value({{"batch", now.name}}, static_cast<uint64_t>(std::max<int64_t>(now.state.collecting - 1, 0)));
  }
  text.Describe("scoreway_batch_unfinished_firings", "gauge", "Firings whose rows are still stored, by state.");
  for (const BatchNow& now : looked) {
    for (size_t i = 0; i < kStates.size(); ++i) {
      text.Value({{"batch", now.name}, {"state", FiringStateName(kStates[i])}}, now.unfinished[i]);
    }
  }
  text.Describe("scoreway_batch_last_firing_seconds", "gauge", "From the last firing to its end, where it is over.");
  for (const BatchNow& now : looked) {
    if (now.last_seconds >= 0) text.Value({{"batch", now.name}}, now.last_seconds);
  }
  AppendFeedMetrics(batches, &text);
}

}  // namespace scoreway::http
