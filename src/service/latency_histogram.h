// LatencyHistogram: how long things took, in the buckets that Prometheus reads. Add from any thread.
//
// The counters are our own rather than a client library's: one relaxed add each, in memory that the caller spreads over
// threads, so that counting costs a request some nanoseconds and no lock.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>

namespace scoreway {

class LatencyHistogram {
 public:
  // Upper ends in microseconds; a last bucket takes the rest.
  static constexpr std::array<int64_t, 14> kBoundsMicros = {
      50, 100, 250, 500, 1'000, 2'500, 5'000, 10'000, 25'000, 100'000, 250'000, 1'000'000, 2'500'000, 10'000'000};
  static constexpr size_t kBuckets = kBoundsMicros.size() + 1;

  struct Counts {
    std::array<uint64_t, kBuckets> buckets{};
    uint64_t nanoseconds = 0;
    uint64_t count = 0;
  };

  void Add(int64_t nanoseconds) {
    size_t bucket = 0;
    while (bucket < kBoundsMicros.size() && nanoseconds > kBoundsMicros[bucket] * 1000) ++bucket;
    buckets_[bucket].fetch_add(1, std::memory_order_relaxed);
    nanoseconds_.fetch_add(static_cast<uint64_t>(nanoseconds), std::memory_order_relaxed);
  }

  // Adds what was counted to *counts.
  void AddTo(Counts* counts) const {
    for (size_t i = 0; i < kBuckets; ++i) {
      const uint64_t count = buckets_[i].load(std::memory_order_relaxed);
      counts->buckets[i] += count;
      counts->count += count;
    }
    counts->nanoseconds += nanoseconds_.load(std::memory_order_relaxed);
  }

 private:
  std::array<std::atomic<uint64_t>, kBuckets> buckets_{};
  std::atomic<uint64_t> nanoseconds_{0};
};

}  // namespace scoreway
