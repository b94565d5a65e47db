// HttpMetrics: what is counted of requests, and all of /metrics as Prometheus text.
//
// Counters are per I/O thread and added up when read, so that counting a request takes a few unshared writes. A client
// library (prometheus-cpp) was left out: its lookups by label cost more than the rest of a request's counting, and its
// text form is a page of code.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "service/latency_histogram.h"

namespace scoreway {
class CallCounts;
class FeatureReader;
class JobService;
struct Records;
class ShadowScorer;
class StreamService;
class ServingSet;
class WorkerPool;
}  // namespace scoreway

namespace scoreway::http {

class SpanExporter;

class RouteTable;

class HttpMetrics {
 public:
  HttpMetrics(size_t routes, unsigned io_threads);

  // On the I/O thread `slot`: a request is handed to its handler; is answered (a request refused by its head was never
  // begun); will not be answered, as its connection has ended.
  void Begin(unsigned slot) { shards_[slot]->in_flight.fetch_add(1, std::memory_order_relaxed); }
  void End(unsigned slot, int route, int status, int64_t nanoseconds, bool begun);
  void Abandon(unsigned slot) { shards_[slot]->in_flight.fetch_sub(1, std::memory_order_relaxed); }

  void AppendText(const RouteTable& routes, std::string* out) const;

 private:
  // The statuses that are counted by themselves; the last stands for all others.
  static constexpr std::array<int, 21> kStatuses = {200, 201, 204, 304, 400, 401, 403, 404, 405, 408, 409,
                                                    413, 415, 422, 429, 500, 503, 504, 507, 431, 0};
  struct RouteCounters {
    std::array<std::atomic<uint64_t>, kStatuses.size()> by_status{};
    LatencyHistogram latency;
  };
  struct alignas(64) Shard {
    explicit Shard(size_t routes) : counters(routes + 1) {}
    std::vector<RouteCounters> counters;  // the last: no route
    std::atomic<int64_t> in_flight{0};
  };

  std::vector<std::unique_ptr<Shard>> shards_;
};

// scoreway_model_*: loaded versions and their predictions.
void AppendModelMetrics(const ServingSet& set, std::string* out);
// scoreway_pool_*: what waits for the pools and is refused by them, by model. The names of the pools are labels.
void AppendPoolMetrics(std::initializer_list<std::pair<std::string_view, const WorkerPool*>> pools, std::string* out);
// scoreway_feature_*: look-ups in feature views.
void AppendFeatureMetrics(const FeatureReader& reader, std::string* out);
// scoreway_jobs_*: the queue and what became of jobs.
void AppendJobMetrics(JobService& jobs, std::string* out);
// scoreway_grpc_*: calls over gRPC.
void AppendCallMetrics(const CallCounts& calls, std::string* out);
// scoreway_stream_*: the streams that this process has run.
void AppendStreamMetrics(const StreamService& streams, std::string* out);
// scoreway_log_*: the prediction log; nothing where there is none.
void AppendRecordMetrics(const Records& records, std::string* out);
// scoreway_shadow_* and scoreway_spans_*.
void AppendShadowMetrics(const ShadowScorer& shadows, std::string* out);
void AppendSpanMetrics(const SpanExporter& spans, std::string* out);
// scoreway_build_info and process_*.
void AppendProcessMetrics(std::string* out);

}  // namespace scoreway::http
