// BatchService: what the use cases of stored batches work with, made once for a process.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "base/clock.h"
#include "batches/batch_store.h"
#include "store/followed.h"

namespace scoreway {

// What this process has read of the topic of one batch. Thread-safe.
struct BatchFeedCounters {
  std::atomic<uint64_t> messages{0}, bad{0}, restarts{0};
  std::atomic<int64_t> partitions{0}, lag{0};
  std::atomic<bool> is_up{false};  // it reads, and nothing is wrong
};

struct BatchService {
  // The store must outlive this. `poll_interval` 0: definitions are not followed, as in a command.
  BatchService(Store& rows, const Clock& time, std::chrono::milliseconds poll_interval)
      : clock(time),
        store(rows, time),
        definitions({[this] { return store.ChangeCount(); }, [this] { return store.ReadAll(); }}, poll_interval) {}

  // Made with the first question.
  std::shared_ptr<BatchFeedCounters> CountersOf(const std::string& name) {
    const std::lock_guard lock(mutex_);
    std::shared_ptr<BatchFeedCounters>& counters = counters_[name];
    if (counters == nullptr) counters = std::make_shared<BatchFeedCounters>();
    return counters;
  }
  std::map<std::string, std::shared_ptr<BatchFeedCounters>> AllCounters() const {
    const std::lock_guard lock(mutex_);
    return counters_;
  }
  void ForgetCounters(const std::string& name) {
    const std::lock_guard lock(mutex_);
    counters_.erase(name);
  }

  const Clock& clock;
  BatchStore store;
  Followed<StoredBatchSet> definitions;

 private:
  mutable std::mutex mutex_;
  std::map<std::string, std::shared_ptr<BatchFeedCounters>> counters_;  // guarded by mutex_
};

}  // namespace scoreway
