// What /metrics says of streams.
#include <string>

#include "gateways/http/metrics.h"
#include "gateways/http/metrics_text.h"
#include "service/stream_service.h"

namespace scoreway::http {

void AppendStreamMetrics(const StreamService& streams, std::string* out) {
  MetricsText text(out);
  const auto all = streams.AllCounters();
  if (all.empty()) return;
  const auto each = [&](std::string_view name, std::string_view type, std::string_view help, auto value) {
    text.Describe(name, type, help);
    for (const auto& [stream, counters] : all)
      text.Value({{"stream", stream}}, static_cast<uint64_t>(value(*counters)));
  };
  using Counters = const StreamCounters&;
  each("scoreway_stream_messages_total", "counter", "Messages answered by this process, in committed transactions.",
       [](Counters c) { return c.messages.load(std::memory_order_relaxed); });
  each("scoreway_stream_bad_messages_total", "counter", "Those of them that went to the topic of errors.",
       [](Counters c) { return c.bad.load(std::memory_order_relaxed); });
  each("scoreway_stream_transactions_total", "counter", "Committed transactions.",
       [](Counters c) { return c.transactions.load(std::memory_order_relaxed); });
  each("scoreway_stream_restarts_total", "counter", "Sessions that ended by a fault and were begun anew.",
       [](Counters c) { return c.restarts.load(std::memory_order_relaxed); });
  each("scoreway_stream_model_swaps_total", "counter", "How often another version took over while the stream ran.",
       [](Counters c) { return c.model_swaps.load(std::memory_order_relaxed); });
  each("scoreway_stream_lag", "gauge", "Messages that wait in the partitions that this process reads.",
       [](Counters c) { return c.lag.load(std::memory_order_relaxed); });
  each("scoreway_stream_partitions", "gauge", "Partitions that this process reads.",
       [](Counters c) { return c.partitions.load(std::memory_order_relaxed); });
  each("scoreway_stream_version", "gauge", "The model's version that answered last; 0: none yet.",
       [](Counters c) { return c.version.load(std::memory_order_relaxed); });
  each("scoreway_stream_up", "gauge", "1: it runs and nothing is wrong; 0: it starts, or waits for what it needs.",
       [](Counters c) { return c.is_running && c.error().empty() ? 1 : 0; });
  text.Describe("scoreway_stream_transaction_seconds", "histogram", "From the first message read to the commit.");
  for (const auto& [stream, counters] : all) {
    LatencyHistogram::Counts counts;
    counters->transaction.AddTo(&counts);
    text.Histogram({{"stream", stream}}, counts);
  }
}

}  // namespace scoreway::http
