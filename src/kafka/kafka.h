// Kafka: what we ask of a cluster: a consumer of one topic, a producer of transactions, and questions about offsets.
//
// librdkafka stands behind it and in no header, as it is an optional part of the build: without it every function gives
// kUnsupported.
//
// Errors: kUnavailable for what may pass (a broker that does not answer, a transaction that was aborted): close all
// that belongs together and open it anew; kConflict: another producer of that transactional id has begun, or the group
// has given the partitions to others; kNotFound: no such topic; kPermissionDenied; kInvalidArgument: a setting or a
// topic's name is wrong. The objects belong to one thread.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "kafka/kafka_settings.h"

namespace scoreway {

// Whether this binary was built with it.
bool HasKafka();

// A key or a value, which may be null; null is not empty.
struct KafkaBytes {
  bool is_null = true;
  std::string text = {};

  KafkaBytes() = default;
  explicit KafkaBytes(std::string_view bytes) : is_null(false), text(bytes) {}
};

struct KafkaHeader {
  std::string name;
  KafkaBytes value;
};

struct KafkaMessage {
  int32_t partition = 0;
  int64_t offset = 0;
  int64_t time_millis = 0;  // 0: not known
  KafkaBytes key, value;
  std::vector<KafkaHeader> headers;
};

struct KafkaOffset {
  int32_t partition = 0;
  int64_t offset = 0;
};

// A partition as a consumer sees it.
struct KafkaPosition {
  int32_t partition = 0;
  int64_t next = -1;  // offset of the next message; -1: none was read yet
  int64_t end = -1;   // of the partition, as far as is known; -1: not yet
};

class KafkaConsumer {
 public:
  enum class Polled : uint8_t { kNothing, kMessage, kEnd };  // kEnd: message->partition has nothing from ->offset on

  virtual ~KafkaConsumer() = default;

  // The next message, waiting so long for it. Calls `revoked` (below) from within where partitions are taken away.
  virtual Result<Polled> Poll(std::chrono::milliseconds timeout, KafkaMessage* message) = 0;
  // No message is given from all the partitions, or one, until Resume; also of those that come meanwhile.
  virtual void Pause() = 0;
  virtual void Resume() = 0;
  virtual void PausePartition(int32_t partition) = 0;
  // Those that it reads now.
  virtual std::vector<KafkaPosition> Positions() = 0;
  // Tells the group that all before these offsets is done; does not wait, and may be forgotten where a broker fails.
  virtual void Commit(std::span<const KafkaOffset> offsets) = 0;
  // What the client last said of brokers that it cannot reach; empty where it can.
  virtual std::string fault() const = 0;
};

struct KafkaSubscription {
  std::string topic;
  std::string group;
  // A name of this member that stays over restarts: who comes back within the session's time finds its partitions as
  // they were, and nobody else notices. Empty: none; then those of a lost member go to others after the session's time.
  std::string member = {};
  bool from_end = false;  // where the group has no offsets
  bool tells_ends = false;
  // Called before partitions go to others: what was read of them and is not committed must be forgotten.
  std::function<void()> revoked = [] {};
};

// Sends messages one by one, each at some time soon. Thread-safe.
class KafkaSender {
 public:
  virtual ~KafkaSender() = default;

  // Does not wait. A message may be lost, where no broker answers for some seconds or the process ends.
  virtual void Send(const std::string& topic, std::string_view key, std::string_view value) = 0;
};

class KafkaProducer {
 public:
  virtual ~KafkaProducer() = default;

  virtual Status Begin() = 0;
  // kInvalidArgument: the message is larger than the client sends.
  virtual Status Send(const std::string& topic, const KafkaBytes& key, const KafkaBytes& value,
                      std::span<const KafkaHeader> headers) = 0;
  // Commits what was sent since Begin together with the consumer group's offsets; both happen or neither. Waits until
  // that is sure. After an error nothing more can be sent: whether it happened the group's offsets tell.
  virtual Status Commit(KafkaConsumer& consumer, std::span<const KafkaOffset> offsets) = 0;
  // The same with offsets of a group that nobody is in.
  virtual Status CommitAlone(const std::string& group, const std::string& topic,
                             std::span<const KafkaOffset> offsets) = 0;
};

struct KafkaProducerOptions {
  // Ends, and aborts the transactions of, an older one of that id.
  std::string transactional_id;
  // A transaction whose producer is lost holds up readers of its partitions so long, or until the next one of its id.
  std::chrono::milliseconds transaction_timeout{30'000};
};

// As one of a group whose members share the partitions of a topic. Reads what is committed only.
Result<std::unique_ptr<KafkaConsumer>> SubscribeToKafka(const KafkaAccess& access, KafkaSubscription subscription);
// All partitions of the topic from their ends on, alone. Reads what is committed only. kUnavailable within the timeout.
Result<std::unique_ptr<KafkaConsumer>> FollowKafkaTopic(const KafkaAccess& access, const std::string& topic,
                                                        std::chrono::milliseconds timeout);
Result<std::unique_ptr<KafkaSender>> OpenKafkaSender(const KafkaAccess& access);
// Gives up with kUnavailable when `stop` is set.
Result<std::unique_ptr<KafkaProducer>> OpenKafkaProducer(const KafkaAccess& access, const KafkaProducerOptions& options,
                                                         const std::atomic<bool>& stop);

// Where the partitions of a topic begin and end, in the order of their numbers. With time_millis > 0 they begin with
// the first message of that time or later.
struct KafkaRange {
  int32_t partition = 0;
  int64_t begin = 0, end = 0;
};
Result<std::vector<KafkaRange>> KafkaRangesOf(const KafkaAccess& access, const std::string& topic, int64_t time_millis,
                                              std::chrono::milliseconds timeout);
// What a group has committed of these partitions; -1 where it has nothing.
Result<std::vector<KafkaOffset>> KafkaCommitted(const KafkaAccess& access, const std::string& group,
                                                const std::string& topic, std::span<const int32_t> partitions,
                                                std::chrono::milliseconds timeout);
// Commits for a group that nobody is in.
Status SetKafkaCommitted(const KafkaAccess& access, const std::string& group, const std::string& topic,
                         std::span<const KafkaOffset> offsets, std::chrono::milliseconds timeout);

}  // namespace scoreway
