#include "gateways/http/metrics.h"

#include <algorithm>

#include "gateways/http/metrics_text.h"
#include "gateways/http/route_table.h"

namespace scoreway::http {

HttpMetrics::HttpMetrics(size_t routes, unsigned io_threads) {
  for (unsigned i = 0; i < io_threads; ++i) shards_.push_back(std::make_unique<Shard>(routes));
}

void HttpMetrics::End(unsigned slot, int route, int status, int64_t nanoseconds, bool begun) {
  Shard& shard = *shards_[slot];
  RouteCounters& counters = route < 0 ? shard.counters.back() : shard.counters[static_cast<size_t>(route)];
  const auto known = std::find(kStatuses.begin(), kStatuses.end() - 1, status);
  counters.by_status[static_cast<size_t>(known - kStatuses.begin())].fetch_add(1, std::memory_order_relaxed);
  counters.latency.Add(nanoseconds);
  if (begun) shard.in_flight.fetch_sub(1, std::memory_order_relaxed);
}

void HttpMetrics::AppendText(const RouteTable& routes, std::string* out) const {
  MetricsText text(out);
  const auto method_of = [&](size_t route) {
    return route < routes.size() ? MethodName(routes.route(static_cast<int>(route)).method) : "OTHER";
  };
  const auto pattern_of = [&](size_t route) {
    return route < routes.size() ? routes.route(static_cast<int>(route)).pattern : "none";
  };

  text.Describe("scoreway_http_requests_total", "counter", "Requests answered, by route and status.");
  for (size_t route = 0; route <= routes.size(); ++route) {
    for (size_t status = 0; status < kStatuses.size(); ++status) {
      uint64_t count = 0;
      for (const auto& shard : shards_)
        count += shard->counters[route].by_status[status].load(std::memory_order_relaxed);
      if (count == 0) continue;
      const std::string code = kStatuses[status] == 0 ? "other" : std::to_string(kStatuses[status]);
      text.Value({{"method", method_of(route)}, {"route", pattern_of(route)}, {"code", code}}, count);
    }
  }
  text.Describe("scoreway_http_request_seconds", "histogram", "From a request's first byte to its answer, by route.");
  for (size_t route = 0; route <= routes.size(); ++route) {
    LatencyHistogram::Counts counts;
    for (const auto& shard : shards_) shard->counters[route].latency.AddTo(&counts);
    if (counts.count > 0) text.Histogram({{"method", method_of(route)}, {"route", pattern_of(route)}}, counts);
  }
  int64_t in_flight = 0;
  for (const auto& shard : shards_) in_flight += shard->in_flight.load(std::memory_order_relaxed);
  text.Describe("scoreway_http_requests_in_flight", "gauge", "Requests being worked on.");
  text.Value({}, static_cast<uint64_t>(std::max<int64_t>(in_flight, 0)));
}

}  // namespace scoreway::http
