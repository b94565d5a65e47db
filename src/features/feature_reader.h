// FeatureReader: features by key, from the cache or the store, for all threads that predict.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "features/feature_cache.h"
#include "features/feature_store.h"

namespace scoreway {

struct FeatureReaderOptions {
  std::chrono::milliseconds timeout{500};  // of a request's look-up; 0: the store's own
  FeatureCacheOptions cache = {};
};

// What the look-ups of this process came to.
struct FeatureReadCounts {
  uint64_t cached = 0, read = 0, absent = 0, failed = 0;  // keys; absent ones are among the first two
};

class FeatureReader {
 public:
  FeatureReader(FeatureStore* features, const FeatureReaderOptions& options)
      : features_(features), options_(options), cache_(options.cache) {}

  // Asks the store for a key that no view has, to know how long it takes; before the threads begin.
  void Warm();

  // The encoded rows of these keys, null where there is none; may be past the view's TTL. All that the cache lacks are
  // asked for at once. The store's error if it does not answer in time. Thread-safe.
  Status Read(const FeatureView& view, std::span<const std::string> keys, std::vector<FeatureCache::Value>* rows);

  // FeatureStore's, so that what this process writes is seen here at once. Thread-safe.
  Result<FeatureWriteCounts> Write(const FeatureView& view, const Batch& rows);
  Status Remove(const FeatureView& view, const Batch& keys);

  // What a look-up in the store has taken lately, whatever the number of keys.
  float nanoseconds_of_read() const { return nanoseconds_of_read_.load(std::memory_order_relaxed); }
  FeatureReadCounts counts() const;

 private:
  Status ReadStore(const FeatureView& view, std::span<const std::string> keys, std::vector<FeatureCache::Value>* rows);
  void ForgetKeys(const FeatureView& view, const Batch& rows);
  void Learn(std::chrono::nanoseconds spent);

  FeatureStore* const features_;
  const FeatureReaderOptions options_;
  FeatureCache cache_;
  // The first guess is a store across the network.
  std::atomic<float> nanoseconds_of_read_{1e6f};
  std::atomic<uint64_t> cached_{0}, read_{0}, absent_{0}, failed_{0};
};

}  // namespace scoreway
