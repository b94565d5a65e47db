// FeatureCache: rows of features read lately, and keys found to have none, for a bounded time and in bounded memory.
//
// What a cache gives is at most `age_max` behind the store; what this process writes is seen at once, if it says so by
// Forget. The rows used longest ago leave first. Thread-safe.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace scoreway {

struct FeatureCacheOptions {
  std::chrono::milliseconds age_max{1000};  // 0: no cache
  size_t bytes_max = size_t{64} << 20;
};

class FeatureCache {
 public:
  // An encoded row; null where the key has none.
  using Value = std::shared_ptr<const std::string>;
  using Time = std::chrono::steady_clock::time_point;

  explicit FeatureCache(const FeatureCacheOptions& options) : options_(options) {}

  bool is_on() const { return options_.age_max.count() > 0; }

  // Nothing where the key is not held, or too old.
  std::optional<Value> Find(std::string_view view_id, std::string_view key, Time now);

  // To be taken before the store is read, and given back with what was read: nothing is kept that may be older than a
  // Forget.
  uint64_t Ticket(std::string_view view_id, std::string_view key);
  void Keep(std::string_view view_id, std::string_view key, Value value, Time read_at, uint64_t ticket);

  void Forget(std::string_view view_id, std::string_view key);

 private:
  struct Entry {
    std::string key;
    Value value;
    Time read_at;
  };
  struct Shard {
    std::mutex mutex;
    // Guarded by mutex:
    std::list<Entry> entries;  // the one used last comes first
    std::unordered_map<std::string_view, std::list<Entry>::iterator> by_key;
    size_t bytes = 0;
    uint64_t forgets = 0;
  };

  Shard& ShardOf(std::string_view key) { return shards_[std::hash<std::string_view>()(key) % shards_.size()]; }
  static void Drop(Shard& shard, std::list<Entry>::iterator entry);

  const FeatureCacheOptions options_;
  std::array<Shard, 16> shards_;
};

}  // namespace scoreway
