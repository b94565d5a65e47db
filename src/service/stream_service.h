// StreamService: what the use cases of streams work with, made once for a process.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "kafka/kafka_settings.h"
#include "service/latency_histogram.h"
#include "service/schema_registry.h"
#include "store/followed.h"
#include "streams/stream_store.h"

namespace scoreway {

struct StreamOptions {
  KafkaSettings kafka = {};  // of every cluster: encryption, passwords
  // This process among those that run streams. Where it is the same after a restart, a transaction that was left open
  // is ended at once, instead of by its timeout.
  std::string instance = {};
  std::string member = {};  // the same, if it stays over restarts; else empty (KafkaSubscription)
  std::shared_ptr<SchemaRegistry> schemas = nullptr;  // of streams of Avro
};

// What this process does for one stream. Thread-safe.
struct StreamCounters {
  std::atomic<uint64_t> messages{0}, bad{0}, transactions{0}, restarts{0}, model_swaps{0};
  std::atomic<int64_t> partitions{0}, lag{0}, version{0};
  std::atomic<bool> is_running{false};  // within a session
  LatencyHistogram transaction;         // from the first message read to the commit

  void SetError(std::string text) {
    const std::lock_guard lock(mutex_);
    error_ = std::move(text);
  }
  std::string error() const {
    const std::lock_guard lock(mutex_);
    return error_;
  }

 private:
  mutable std::mutex mutex_;
  std::string error_;  // guarded by mutex_
};

class StreamService {
 public:
  // The store must outlive this. `poll_interval` 0: definitions are not followed, as in a command.
  StreamService(Store& rows, const Clock& time, std::chrono::milliseconds poll_interval, StreamOptions wishes)
      : clock(time),
        options(std::move(wishes)),
        store(rows, time),
        definitions({[this] { return store.ChangeCount(); }, [this] { return store.ReadAll(); }}, poll_interval) {}

  KafkaAccess AccessOf(const Stream& stream) const { return {stream.brokers, options.kafka}; }

  // Of a stream that this process has run; made with the first question.
  std::shared_ptr<StreamCounters> CountersOf(const std::string& name) {
    const std::lock_guard lock(mutex_);
    std::shared_ptr<StreamCounters>& counters = counters_[name];
    if (counters == nullptr) counters = std::make_shared<StreamCounters>();
    return counters;
  }
  std::map<std::string, std::shared_ptr<StreamCounters>> AllCounters() const {
    const std::lock_guard lock(mutex_);
    return counters_;
  }
  void ForgetCounters(const std::string& name) {
    const std::lock_guard lock(mutex_);
    counters_.erase(name);
  }

  const Clock& clock;
  const StreamOptions options;
  StreamStore store;
  Followed<StreamSet> definitions;

 private:
  mutable std::mutex mutex_;
  std::map<std::string, std::shared_ptr<StreamCounters>> counters_;  // guarded by mutex_
};

}  // namespace scoreway
