// ModelStats: what the predictions of one registered model (all its versions) amounted to. Add from any thread.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>

#include "service/latency_histogram.h"

namespace scoreway {

class ModelStats {
 public:
  struct Totals {
    uint64_t rows = 0;
    uint64_t errors = 0;
    LatencyHistogram::Counts latency;
  };

  // `slot` spreads threads over memory; any number.
  void AddPrediction(unsigned slot, uint64_t rows, int64_t nanoseconds) {
    Shard& shard = shards_[slot % kShards];
    shard.rows.fetch_add(rows, std::memory_order_relaxed);
    shard.latency.Add(nanoseconds);
  }
  void AddError(unsigned slot) { shards_[slot % kShards].errors.fetch_add(1, std::memory_order_relaxed); }

  Totals Read() const {
    Totals totals;
    for (const Shard& shard : shards_) {
      totals.rows += shard.rows.load(std::memory_order_relaxed);
      totals.errors += shard.errors.load(std::memory_order_relaxed);
      shard.latency.AddTo(&totals.latency);
    }
    return totals;
  }

 private:
  static constexpr unsigned kShards = 8;
  struct alignas(64) Shard {
    std::atomic<uint64_t> rows{0}, errors{0};
    LatencyHistogram latency;
  };
  std::array<Shard, kShards> shards_;
};

}  // namespace scoreway
