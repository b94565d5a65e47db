// What /metrics says of jobs.
#include <string>

#include "gateways/http/metrics.h"
#include "gateways/http/metrics_text.h"
#include "service/job_service.h"

namespace scoreway::http {

void AppendJobMetrics(JobService& jobs, std::string* out) {
  MetricsText text(out);
  const JobCounters& counters = jobs.counters;
  if (const Result<QueueCounts> counts = jobs.queue->Counts(); counts.ok()) {
    text.Describe("scoreway_jobs_queue", "gauge", "Entries of the queue, of jobs and webhooks, by state.");
    text.Value({{"state", "ready"}}, static_cast<uint64_t>(counts->ready));
    text.Value({{"state", "waiting"}}, static_cast<uint64_t>(counts->waiting));
    text.Value({{"state", "leased"}}, static_cast<uint64_t>(counts->leased));
    text.Value({{"state", "dead"}}, static_cast<uint64_t>(counts->dead));
    text.Describe("scoreway_jobs_oldest_seconds", "gauge", "How long the ready entry that waits longest has waited.");
    const int64_t age = counts->oldest_micros == 0 ? 0 : jobs.clock.NowMicros() - counts->oldest_micros;
    text.Value({}, static_cast<double>(age) * 1e-6);
  }
  const auto counter = [&](std::string_view name, std::string_view help, const std::atomic<uint64_t>& value) {
    text.Describe(name, "counter", help);
    text.Value({}, value.load(std::memory_order_relaxed));
  };
  counter("scoreway_jobs_submitted_total", "Jobs taken in by this process.", counters.submitted);
  text.Describe("scoreway_jobs_ended_total", "counter", "Jobs that ended in this process, by state.");
  text.Value({{"state", "succeeded"}}, counters.succeeded.load(std::memory_order_relaxed));
  text.Value({{"state", "failed"}}, counters.failed.load(std::memory_order_relaxed));
  text.Value({{"state", "cancelled"}}, counters.cancelled.load(std::memory_order_relaxed));
  text.Value({{"state", "dead"}}, counters.dead.load(std::memory_order_relaxed));
  counter("scoreway_jobs_retries_total", "Tries that failed and were put off.", counters.retries);
  counter("scoreway_jobs_rows_total", "Rows scored for jobs.", counters.rows);
  text.Describe("scoreway_jobs_leases_lost_total", "counter", "Leases that ran out, as this process has seen.");
  text.Value({}, jobs.queue->leases_lost());
  counter("scoreway_jobs_webhooks_total", "Webhooks that were taken.", counters.webhooks);
  counter("scoreway_jobs_webhook_failures_total", "Calls of webhooks that failed.", counters.webhook_failures);
  const auto histogram = [&](std::string_view name, std::string_view help, const LatencyHistogram& latency) {
    LatencyHistogram::Counts counts;
    latency.AddTo(&counts);
    text.Describe(name, "histogram", help);
    text.Histogram({}, counts);
  };
  histogram("scoreway_jobs_wait_seconds", "From a job's submission to its first try.", counters.wait);
  histogram("scoreway_jobs_run_seconds", "A try of a job.", counters.run);
}

}  // namespace scoreway::http
