#include "features/feature_cache.h"

#include <utility>

namespace scoreway {
namespace {

// What an entry takes besides its texts.
constexpr size_t kEntryBytes = 200;

std::string FullKey(std::string_view view_id, std::string_view key) {
  std::string full(view_id);
  return full.append(key);  // ids have one length
}

size_t BytesOf(const std::string& key, const FeatureCache::Value& value) {
  return kEntryBytes + key.capacity() + (value == nullptr ? 0 : value->capacity());
}

}  // namespace

void FeatureCache::Drop(Shard& shard, std::list<Entry>::iterator entry) {
  shard.bytes -= BytesOf(entry->key, entry->value);
  shard.by_key.erase(entry->key);
  shard.entries.erase(entry);
}

std::optional<FeatureCache::Value> FeatureCache::Find(std::string_view view_id, std::string_view key, Time now) {
  if (!is_on()) return std::nullopt;
  const std::string full = FullKey(view_id, key);
  Shard& shard = ShardOf(full);
  const std::lock_guard lock(shard.mutex);
  const auto found = shard.by_key.find(full);
  if (found == shard.by_key.end()) return std::nullopt;
  const auto entry = found->second;
  if (now - entry->read_at > options_.age_max) {
    Drop(shard, entry);
    return std::nullopt;
  }
  shard.entries.splice(shard.entries.begin(), shard.entries, entry);
  return entry->value;
}

uint64_t FeatureCache::Ticket(std::string_view view_id, std::string_view key) {
  Shard& shard = ShardOf(FullKey(view_id, key));
  const std::lock_guard lock(shard.mutex);
  return shard.forgets;
}

void FeatureCache::Keep(std::string_view view_id, std::string_view key, Value value, Time read_at, uint64_t ticket) {
  if (!is_on()) return;
  std::string full = FullKey(view_id, key);
  Shard& shard = ShardOf(full);
  const std::lock_guard lock(shard.mutex);
  if (shard.forgets != ticket) return;
  if (const auto found = shard.by_key.find(full); found != shard.by_key.end()) Drop(shard, found->second);
  shard.bytes += BytesOf(full, value);
  shard.entries.push_front({std::move(full), std::move(value), read_at});
  shard.by_key.emplace(shard.entries.front().key, shard.entries.begin());
  while (shard.bytes > options_.bytes_max / shards_.size()) Drop(shard, std::prev(shard.entries.end()));
}

void FeatureCache::Forget(std::string_view view_id, std::string_view key) {
  if (!is_on()) return;
  const std::string full = FullKey(view_id, key);
  Shard& shard = ShardOf(full);
  const std::lock_guard lock(shard.mutex);
  ++shard.forgets;
  if (const auto found = shard.by_key.find(full); found != shard.by_key.end()) Drop(shard, found->second);
}

}  // namespace scoreway
