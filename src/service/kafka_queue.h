// KafkaQueue: a queue of the store whose entries are handed out by a Kafka topic.
//
// Entries stay where they are, in the queue of the store, which says what is ready, leased or dead, and so has the last
// word: an entry is put there first, then its id is sent to the topic, whose messages the workers of one consumer group
// share. Whoever reads a message leases the entry in the store; where it cannot be leased the message is of no use any
// more. What no message tells of - a retry whose time has come, a lease that ran out, a message that was lost as the
// broker was away - is found in the store's queue itself, at which a worker looks now and then. So nothing is lost with
// Kafka, and without it jobs are only slower.
//
// The offset of a message is committed once its entry is settled, or of no use.
#pragma once

#include <atomic>
#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "service/kafka_feed.h"
#include "store/queue.h"

namespace scoreway {

struct KafkaQueueOptions {
  KafkaAccess access = {};
  std::string topic = {};
  std::chrono::milliseconds look_every{1000};  // at the store's queue
};

class KafkaQueue final : public Queue {
 public:
  // The store's queue must outlive this. Brokers need not be there. kInvalidArgument names a setting, kUnsupported: a
  // build without Kafka.
  static Result<std::unique_ptr<KafkaQueue>> Open(Queue& entries, KafkaQueueOptions options);

  Status Put(const QueueEntry& entry, std::span<const WriteBatch> first) override;
  // With the first one this process becomes a member of the group.
  Result<std::vector<Lease>> Take(size_t count, std::chrono::milliseconds lease,
                                  std::chrono::milliseconds wait) override;
  Result<std::vector<Lease>> TakeThese(std::span<const std::string> ids, std::chrono::milliseconds lease) override {
    return entries_.TakeThese(ids, lease);
  }
  Status Extend(const Lease& lease, std::chrono::milliseconds time, std::span<const WriteBatch> first) override;
  std::vector<Status> Settle(std::span<const Settlement> settlements) override;
  Status Remove(std::string_view id, std::span<const WriteBatch> first) override { return entries_.Remove(id, first); }
  Result<QueueCounts> Counts() override { return entries_.Counts(); }
  uint64_t leases_lost() const override { return entries_.leases_lost(); }

  // Messages that have come and were not taken yet.
  size_t arrived();

 private:
  using SteadyClock = std::chrono::steady_clock;

  KafkaQueue(Queue& entries, KafkaQueueOptions options, std::unique_ptr<KafkaSender> sender)
      : entries_(entries), options_(std::move(options)), sender_(std::move(sender)) {}

  KafkaFeed& Feed();
  Result<std::vector<Lease>> TakeFromFeed(size_t count, std::chrono::milliseconds lease);
  // The messages of entries that were leased; those of others, and second ones, are of no more use.
  void Hold(const std::vector<KafkaFeed::Item>& items, const std::vector<Lease>& taken);
  // What no message tells of, if it is time to look.
  Result<std::vector<Lease>> TakeOverdue(size_t count, std::chrono::milliseconds lease);
  void Send(const QueueEntry& entry);
  // The message by which the lease came is of no more use.
  void Release(const Lease& lease);

  Queue& entries_;
  const KafkaQueueOptions options_;
  const std::unique_ptr<KafkaSender> sender_;

  std::mutex mutex_;
  // Guarded by mutex_:
  std::unique_ptr<KafkaFeed> feed_;
  std::map<int64_t, KafkaFeed::Item> held_;  // by the token of the lease
  SteadyClock::time_point looked_ = SteadyClock::now();
};

}  // namespace scoreway
