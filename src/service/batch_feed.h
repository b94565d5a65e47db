// BatchFeed: one process's part of reading a topic for a stored batch. Messages become rows, or are set aside with the
// reason, and are stored with where the topic goes on, in one write. So each is stored once, whoever reads it: what
// Kafka knows of the group only says where to begin looking.
//
// BatchFeeds: those of all batches that read a topic, as the definitions say at the time.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "kafka/kafka.h"
#include "service/batch_service.h"
#include "service/service.h"

namespace scoreway {

struct BatchFeedOptions {
  KafkaSettings kafka = {};  // of every cluster: encryption, passwords
  std::string member = {};   // this process, if it keeps its name over restarts (KafkaSubscription)
};

using Tell = std::function<void(const std::string&)>;

class BatchFeed {
 public:
  // Begins, on a thread of its own. The service, which needs serving and batches, must outlive this. `tell` is told of
  // what goes wrong.
  BatchFeed(const Service& service, const BatchFeedOptions& options, std::shared_ptr<const StoredBatch> batch,
            Tell tell);
  // Stops, and waits.
  ~BatchFeed();
  BatchFeed(const BatchFeed&) = delete;
  BatchFeed& operator=(const BatchFeed&) = delete;

  // Ends after the write at hand. Thread-safe.
  void Stop() { is_stopping_ = true; }
  // True: destroying it takes no time.
  bool has_ended() const { return has_ended_; }
  const StoredBatch& batch() const { return *batch_; }

 private:
  using SteadyClock = std::chrono::steady_clock;

  void Run();
  // Until it is told to stop, or something goes wrong.
  Status RunSession();
  // Messages that are there and not stored yet, up to some number; none after a short while without.
  Status Gather();
  Status TakeMessage(KafkaMessage message);
  // Stores what was gathered; waits while it cannot be.
  Status StoreGathered();
  // As much of it as can be; that is no longer gathered then.
  Status StoreOnce();
  Status WaitPaused(std::chrono::milliseconds time);
  void Forget();
  void LookAround();
  void TellOnce(const Status& status);

  const Service service_;
  const KafkaSettings settings_;
  const std::string member_;
  const std::shared_ptr<const StoredBatch> batch_;
  const Tell tell_;
  const std::shared_ptr<BatchFeedCounters> counters_;
  std::atomic<bool> is_stopping_{false}, has_ended_{false};

  // Of the session:
  std::unique_ptr<KafkaConsumer> consumer_;
  std::vector<KafkaMessage> gathered_;
  size_t gathered_bytes_ = 0;
  std::map<int32_t, int64_t> stored_;  // by partition: the offset before which all is stored, as it was last looked up
  bool knows_stored_ = false;
  SteadyClock::time_point last_look_;
  std::string told_;

  std::thread thread_;  // last: it uses the rest
};

class BatchFeeds {
 public:
  BatchFeeds(const Service& service, BatchFeedOptions options, Tell tell);
  ~BatchFeeds();
  BatchFeeds(const BatchFeeds&) = delete;
  BatchFeeds& operator=(const BatchFeeds&) = delete;

  // Thread-safe.
  void Stop();

 private:
  void Follow();
  void StartAndStop(const StoredBatchSet& wanted);

  const Service service_;
  const BatchFeedOptions options_;
  const Tell tell_;
  std::map<std::string, std::unique_ptr<BatchFeed>> feeds_;  // of the thread
  std::mutex mutex_;
  std::condition_variable stop_changed_;
  bool is_stopping_ = false;  // guarded by mutex_
  std::thread thread_;        // last: it uses the rest
};

}  // namespace scoreway
