// KafkaFeed: the entries of a queue that a topic's messages name, handed to the processes of one group.
//
// What was read waits here, a bounded number, and is given by priority and in the order of the tenants' turns. The
// offsets of what is done are committed a little later, so that after a crash the rest is read again, by another.
//
// Where no broker answers nothing comes, and it is tried again. Thread-safe.
#pragma once

#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <span>
#include <string>
#include <thread>
#include <tuple>
#include <vector>

#include "kafka/kafka.h"
#include "kafka/offset_tracker.h"
#include "store/fair_turns.h"
#include "store/queue.h"

namespace scoreway {

// The value of an entry's message; its key is the id.
std::string EncodeFeedValue(const QueueEntry& entry, int64_t sent_micros);

class KafkaFeed {
 public:
  struct Item {
    std::string id = {};
    int32_t partition = 0;
    int64_t offset = 0;
    uint64_t assignment = 0;  // of partitions, with which it came
  };

  KafkaFeed(KafkaAccess access, std::string topic, std::string group);
  ~KafkaFeed();
  KafkaFeed(const KafkaFeed&) = delete;
  KafkaFeed& operator=(const KafkaFeed&) = delete;

  // Up to `count` of those that are here; each must be told Done.
  std::vector<Item> Take(size_t count);
  // Those of these entries that are here; they were taken otherwise, and use no turns.
  std::vector<Item> TakeThese(std::span<const std::string> ids);
  // Until something is here.
  void WaitUntil(std::chrono::steady_clock::time_point end);
  void Done(const Item& item);
  // How many are here.
  size_t size();

 private:
  // By priority, turn and time of sending; the last is for those that are alike.
  using Order = std::tuple<int64_t, int64_t, int64_t, uint64_t>;

  void Run();
  Status Follow(KafkaConsumer& consumer);
  void Add(const KafkaMessage& message);
  void Forget();

  const KafkaAccess access_;
  const std::string topic_, group_;

  std::mutex mutex_;
  std::condition_variable changed_;
  // Guarded by mutex_:
  bool is_stopping_ = false;
  std::map<Order, Item> items_;
  FairTurns turns_;
  OffsetTracker offsets_;
  uint64_t assignment_ = 0;
  uint64_t number_ = 0;

  std::thread thread_;  // reads
};

}  // namespace scoreway
