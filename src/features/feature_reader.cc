#include "features/feature_reader.h"

#include <algorithm>

#include "features/feature_key.h"

namespace scoreway {

namespace {

constexpr int kWarmingReads = 5;

}  // namespace

using SteadyClock = std::chrono::steady_clock;

Status FeatureReader::Read(const FeatureView& view, std::span<const std::string> keys,
                           std::vector<FeatureCache::Value>* rows) {
  rows->clear();
  rows->reserve(keys.size());
  std::vector<std::string> wanted;
  std::vector<size_t> places;  // of them among the keys
  const auto now = SteadyClock::now();
  for (const std::string& key : keys) {
    auto found = cache_.Find(view.id, key, now);
    if (!found) {
      places.push_back(rows->size());
      wanted.push_back(key);
    }
    rows->push_back(found ? std::move(*found) : nullptr);
  }
  cached_.fetch_add(keys.size() - wanted.size(), std::memory_order_relaxed);
  if (!wanted.empty()) {
    std::vector<FeatureCache::Value> read;
    SCOREWAY_RETURN_IF_ERROR(ReadStore(view, wanted, &read));
    for (size_t i = 0; i < places.size(); ++i) (*rows)[places[i]] = std::move(read[i]);
  }
  uint64_t absent = 0;
  for (const FeatureCache::Value& row : *rows) absent += row == nullptr ? 1 : 0;
  if (absent > 0) absent_.fetch_add(absent, std::memory_order_relaxed);
  return {};
}

Status FeatureReader::ReadStore(const FeatureView& view, std::span<const std::string> keys,
                                std::vector<FeatureCache::Value>* rows) {
  std::vector<uint64_t> tickets;
  for (const std::string& key : keys) tickets.push_back(cache_.Ticket(view.id, key));
  const auto start = SteadyClock::now();
  auto stored = features_->Read(view, keys, options_.timeout);
  Learn(SteadyClock::now() - start);
  if (!stored.ok()) {
    failed_.fetch_add(keys.size(), std::memory_order_relaxed);
    return AtPlace("feature view '" + view.name + "'", std::move(stored).error());
  }
  read_.fetch_add(keys.size(), std::memory_order_relaxed);
  for (size_t i = 0; i < keys.size(); ++i) {
    FeatureCache::Value row;
    if ((*stored)[i]) row = std::make_shared<const std::string>(std::move(*(*stored)[i]));
    cache_.Keep(view.id, keys[i], row, start, tickets[i]);
    rows->push_back(std::move(row));
  }
  return {};
}

void FeatureReader::Warm() {
  const std::string key;
  for (int i = 0; i < kWarmingReads; ++i) {
    const auto start = SteadyClock::now();
    if (!features_->Read(FeatureView{}, {&key, 1}, options_.timeout).ok()) return;
    const auto spent = static_cast<float>((SteadyClock::now() - start).count());
    if (i == 0 || spent < nanoseconds_of_read()) nanoseconds_of_read_.store(spent, std::memory_order_relaxed);
  }
}

// A moving average that is written only when it tells something new, as the value is shared between threads; and that
// one read cannot lift by much, as a thread may lose its processor in the middle of it.
void FeatureReader::Learn(std::chrono::nanoseconds spent) {
  const float known = nanoseconds_of_read();
  const float seen = std::min(static_cast<float>(spent.count()), known * 4);
  if (seen > known * 0.7f && seen < known * 1.4f) return;
  nanoseconds_of_read_.store(known * 0.9f + seen * 0.1f, std::memory_order_relaxed);
}

Result<FeatureWriteCounts> FeatureReader::Write(const FeatureView& view, const Batch& rows) {
  Result<FeatureWriteCounts> counts = features_->Write(view, rows);
  ForgetKeys(view, rows);  // also after an error: part may have been written
  return counts;
}

Status FeatureReader::Remove(const FeatureView& view, const Batch& keys) {
  Status status = features_->Remove(view, keys);
  ForgetKeys(view, keys);
  return status;
}

void FeatureReader::ForgetKeys(const FeatureView& view, const Batch& rows) {
  if (!cache_.is_on()) return;
  std::vector<size_t> columns(view.keys.size());
  for (size_t i = 0; i < columns.size(); ++i) columns[i] = i;
  std::string key;
  for (size_t row = 0; row < rows.rows(); ++row) {
    const auto made = MakeFeatureKey(rows, columns, view.keys, row, &key);
    if (made.ok() && *made) cache_.Forget(view.id, key);
  }
}

FeatureReadCounts FeatureReader::counts() const {
  const auto load = [](const std::atomic<uint64_t>& count) { return count.load(std::memory_order_relaxed); };
  return {load(cached_), load(read_), load(absent_), load(failed_)};
}

}  // namespace scoreway
