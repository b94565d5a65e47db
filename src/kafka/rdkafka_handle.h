// What the files over librdkafka share: owners of its objects, its errors as ours, and clients made from settings.
#pragma once

#include <librdkafka/rdkafka.h>

#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "kafka/kafka.h"

namespace scoreway::kafka {

struct Destroy {
  void operator()(rd_kafka_conf_t* conf) const { rd_kafka_conf_destroy(conf); }
  void operator()(rd_kafka_t* client) const { rd_kafka_destroy(client); }
  void operator()(rd_kafka_error_t* error) const { rd_kafka_error_destroy(error); }
  void operator()(rd_kafka_topic_partition_list_t* list) const { rd_kafka_topic_partition_list_destroy(list); }
  void operator()(rd_kafka_consumer_group_metadata_t* group) const { rd_kafka_consumer_group_metadata_destroy(group); }
  void operator()(rd_kafka_message_t* message) const { rd_kafka_message_destroy(message); }
};
template <typename T>
using Owned = std::unique_ptr<T, Destroy>;

using Client = Owned<rd_kafka_t>;
using PartitionList = Owned<rd_kafka_topic_partition_list_t>;

inline int Millis(std::chrono::milliseconds time) { return static_cast<int>(time.count()); }

Code CodeOf(rd_kafka_resp_err_t error);
Error ToError(rd_kafka_resp_err_t error, const std::string& what);
Error ToError(const rd_kafka_error_t& error, const std::string& what);

// What a client says of brokers on threads of its own. Must outlive the client.
class Faults {
 public:
  void Set(std::string text) {
    const std::lock_guard lock(mutex_);
    text_ = std::move(text);
  }
  std::string text() const {
    const std::lock_guard lock(mutex_);
    return text_;
  }

 private:
  mutable std::mutex mutex_;
  std::string text_;  // guarded by mutex_
};

// `defaults`, then the user's settings, then `needed`, which nobody may change. kInvalidArgument names a setting.
Result<Owned<rd_kafka_conf_t>> MakeConf(const KafkaAccess& access, const KafkaSettings& defaults,
                                        const KafkaSettings& needed);
// `opaque` is given to the callbacks of the conf.
Result<Client> MakeClient(rd_kafka_type_t type, Owned<rd_kafka_conf_t> conf, void* opaque);

PartitionList MakeList(const std::string& topic, std::span<const KafkaOffset> offsets);

// The numbers of a topic's partitions.
Result<std::vector<int32_t>> PartitionsOf(rd_kafka_t* client, const std::string& topic,
                                          std::chrono::milliseconds timeout);

// What a producer asks of a consumer.
class GroupMember {
 public:
  virtual ~GroupMember() = default;
  virtual const std::string& topic() const = 0;
  // The member as it was when it got its partitions; null while it has none. Kept from then, so that a broker refuses
  // the offsets of a member that the group has lost since: without a name it would take them.
  virtual const rd_kafka_consumer_group_metadata_t* membership() const = 0;
};

}  // namespace scoreway::kafka
