// JobService: what the use cases of jobs work with, made once for a process.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>
#include <vector>

#include "base/clock.h"
#include "jobs/job_store.h"
#include "jobs/retry_policy.h"
#include "service/latency_histogram.h"
#include "store/queue.h"

namespace scoreway {

struct JobOptions {
  std::chrono::seconds keep{7 * 24 * 3600};  // jobs and answers
  int64_t queue_max = 100'000;               // jobs that wait; beyond, none is taken in
  int64_t input_bytes_max = int64_t{512} << 20;
  int64_t document_bytes_max = int64_t{64} << 20;  // of inputs that are read whole: JSON and Arrow
  std::chrono::milliseconds lease{30'000};
  RetryPolicy retry = {};
  RetryPolicy webhook_retry = {.attempts_max = 8, .first_pause = std::chrono::milliseconds(1000)};
  // What a webhook's URL may begin with; none: there are no webhooks. Each names at least a scheme and a host.
  std::vector<std::string> webhook_prefixes = {};
  std::string webhook_secret = {};  // signs the calls
};

struct JobCounters {
  std::atomic<uint64_t> submitted{0}, succeeded{0}, failed{0}, dead{0}, cancelled{0};
  std::atomic<uint64_t> retries{0}, rows{0}, webhooks{0}, webhook_failures{0};
  LatencyHistogram run;   // of an attempt
  LatencyHistogram wait;  // from submission to the first attempt
};

class JobService {
 public:
  // Store, queue and clock must outlive this.
  JobService(Store& rows, Queue* entries, const Clock& time, JobOptions wishes)
      : clock(time), options(std::move(wishes)), store(rows, time, options.keep), queue(entries) {}

  // As of some tenths of a second ago, so that many may ask.
  Result<QueueCounts> RecentCounts();

  const Clock& clock;
  const JobOptions options;
  JobStore store;
  Queue* const queue;
  JobCounters counters;

 private:
  std::mutex mutex_;
  QueueCounts counts_;                               // guarded by mutex_
  std::chrono::steady_clock::time_point counted_{};  // guarded by mutex_
};

}  // namespace scoreway
