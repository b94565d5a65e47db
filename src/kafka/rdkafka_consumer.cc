// KafkaConsumer over librdkafka. Assignment is eager: partitions come and go within Poll only, when no transaction is
// open, so that a rebalance never meets half of one.
#include <algorithm>
#include <map>
#include <utility>

#include "kafka/rdkafka_handle.h"

namespace scoreway {
namespace kafka {
namespace {

constexpr std::chrono::milliseconds kAskTimeout{1000};

// What is fetched ahead is bounded; a member that is lost is missed after 10 s.
const KafkaSettings kDefaults = {{"session.timeout.ms", "10000"},
                                 {"queued.min.messages", "20000"},
                                 {"queued.max.messages.kbytes", "16384"},
                                 {"reconnect.backoff.max.ms", "2000"}};

KafkaSettings Needed(const KafkaSubscription& wish) {
  KafkaSettings needed = {{"group.id", wish.group},
                          {"enable.auto.commit", "false"},
                          {"enable.auto.offset.store", "false"},
                          {"enable.partition.eof", wish.tells_ends ? "true" : "false"},
                          {"partition.assignment.strategy", "range,roundrobin"},
                          {"isolation.level", "read_committed"},
                          {"auto.offset.reset", wish.from_end ? "latest" : "earliest"}};
  if (!wish.member.empty()) needed["group.instance.id"] = wish.member;
  return needed;
}

KafkaBytes ToBytes(const void* data, size_t size) {
  if (data == nullptr) return {};
  return KafkaBytes(std::string_view(static_cast<const char*>(data), size));
}

class Consumer final : public KafkaConsumer, public GroupMember {
 public:
  explicit Consumer(KafkaSubscription subscription) : subscription_(std::move(subscription)) {}
  ~Consumer() override {
    subscription_.revoked = [] {};  // its owner is on its way out, too
    if (client_ != nullptr) (void)rd_kafka_consumer_close(client_.get());
  }

  Status Open(const KafkaAccess& access) {
    SCOREWAY_ASSIGN_OR_RETURN(auto conf, MakeConf(access, kDefaults, Needed(subscription_)));
    rd_kafka_conf_set_rebalance_cb(conf.get(), OnRebalance);
    rd_kafka_conf_set_error_cb(conf.get(), [](rd_kafka_t*, int, const char* reason, void* opaque) {
      static_cast<Consumer*>(opaque)->faults_.Set(reason);
    });
    SCOREWAY_ASSIGN_OR_RETURN(client_, MakeClient(RD_KAFKA_CONSUMER, std::move(conf), this));
    rd_kafka_poll_set_consumer(client_.get());
    return {};
  }

  Status Subscribe() {
    const PartitionList topics(rd_kafka_topic_partition_list_new(1));
    rd_kafka_topic_partition_list_add(topics.get(), subscription_.topic.c_str(), RD_KAFKA_PARTITION_UA);
    const rd_kafka_resp_err_t error = rd_kafka_subscribe(client_.get(), topics.get());
    return error == RD_KAFKA_RESP_ERR_NO_ERROR ? Status() : Status(ToError(error, Place()));
  }

  Status AssignEnds(std::chrono::milliseconds timeout) {
    SCOREWAY_ASSIGN_OR_RETURN(const std::vector<int32_t> partitions,
                              PartitionsOf(client_.get(), subscription_.topic, timeout));
    std::vector<KafkaOffset> ends;
    for (const int32_t partition : partitions) {
      int64_t begin = 0, end = 0;
      const rd_kafka_resp_err_t error = rd_kafka_query_watermark_offsets(client_.get(), subscription_.topic.c_str(),
                                                                         partition, &begin, &end, Millis(timeout));
      if (error != RD_KAFKA_RESP_ERR_NO_ERROR) return ToError(error, Place());
      ends.push_back({partition, end});
    }
    const PartitionList list = MakeList(subscription_.topic, ends);
    const rd_kafka_resp_err_t error = rd_kafka_assign(client_.get(), list.get());
    return error == RD_KAFKA_RESP_ERR_NO_ERROR ? Status() : Status(ToError(error, Place()));
  }

  Result<Polled> Poll(std::chrono::milliseconds timeout, KafkaMessage* message) override {
    const Owned<rd_kafka_message_t> polled(rd_kafka_consumer_poll(client_.get(), Millis(timeout)));
    if (polled == nullptr) return Polled::kNothing;
    message->partition = polled->partition;
    message->offset = polled->offset;
    if (polled->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) return Polled::kEnd;
    if (polled->err != RD_KAFKA_RESP_ERR_NO_ERROR) return FaultOf(*polled);
    faults_.Set({});
    Take(*polled, message);
    return Polled::kMessage;
  }

  void Pause() override {
    is_paused_ = true;
    PauseAssigned();
  }
  void Resume() override {
    is_paused_ = false;
    const PartitionList assigned = Assigned();
    (void)rd_kafka_resume_partitions(client_.get(), assigned.get());
  }
  void PausePartition(int32_t partition) override {
    const KafkaOffset one[] = {{partition, 0}};
    const PartitionList list = MakeList(subscription_.topic, one);
    (void)rd_kafka_pause_partitions(client_.get(), list.get());
  }

  // What was read lately is known here; the rest is asked of the broker.
  std::vector<KafkaPosition> Positions() override {
    const PartitionList assigned = Assigned();
    (void)rd_kafka_position(client_.get(), assigned.get());
    std::vector<KafkaPosition> positions;
    for (int i = 0; i < assigned->cnt; ++i) {
      const rd_kafka_topic_partition_t& partition = assigned->elems[i];
      KafkaPosition position{.partition = partition.partition, .next = std::max<int64_t>(partition.offset, -1)};
      int64_t begin = -1, end = -1;
      (void)rd_kafka_get_watermark_offsets(client_.get(), partition.topic, partition.partition, &begin, &end);
      // Of what is paused nothing is fetched, and so nothing new is known.
      if ((end < 0 || is_paused_) && !AskForEnds(partition.partition, &begin, &end)) end = -1;
      if (position.next < 0 && end >= 0) position.next = BeginOf(partition.partition, begin, end);
      position.end = std::max<int64_t>(end, -1);
      positions.push_back(position);
    }
    return positions;
  }

  void Commit(std::span<const KafkaOffset> offsets) override {
    const PartitionList list = MakeList(subscription_.topic, offsets);
    (void)rd_kafka_commit(client_.get(), list.get(), 1);
  }

  std::string fault() const override { return faults_.text(); }
  const std::string& topic() const override { return subscription_.topic; }
  const rd_kafka_consumer_group_metadata_t* membership() const override { return membership_.get(); }

 private:
  std::string Place() const { return "topic '" + subscription_.topic + "'"; }

  Error FaultOf(const rd_kafka_message_t& polled) const {
    if (polled.err != RD_KAFKA_RESP_ERR__FATAL) {
      return {CodeOf(polled.err), "Kafka: " + std::string(rd_kafka_message_errstr(&polled)), Place()};
    }
    char text[512];
    const rd_kafka_resp_err_t error = rd_kafka_fatal_error(client_.get(), text, sizeof text);
    return {CodeOf(error), "Kafka: " + std::string(text), Place()};
  }

  static void OnRebalance(rd_kafka_t* client, rd_kafka_resp_err_t what, rd_kafka_topic_partition_list_t* partitions,
                          void* opaque) {
    auto* const self = static_cast<Consumer*>(opaque);
    self->subscription_.revoked();
    self->membership_ = nullptr;
    self->begins_.clear();
    if (what != RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS) {
      (void)rd_kafka_assign(client, nullptr);
      return;
    }
    self->KeepMembership(client);
    (void)rd_kafka_assign(client, partitions);
    if (self->is_paused_) self->PauseAssigned();
  }

  void KeepMembership(rd_kafka_t* client) {
    char* const name = rd_kafka_memberid(client);
    if (name == nullptr) return;
    if (*name != '\0') membership_.reset(rd_kafka_consumer_group_metadata(client));
    rd_kafka_mem_free(client, name);
  }

  static void Take(const rd_kafka_message_t& from, KafkaMessage* message) {
    rd_kafka_timestamp_type_t kind = RD_KAFKA_TIMESTAMP_NOT_AVAILABLE;
    message->time_millis = std::max<int64_t>(rd_kafka_message_timestamp(&from, &kind), 0);
    message->key = ToBytes(from.key, from.key_len);
    message->value = ToBytes(from.payload, from.len);
    message->headers.clear();
    rd_kafka_headers_t* headers = nullptr;
    if (rd_kafka_message_headers(&from, &headers) != RD_KAFKA_RESP_ERR_NO_ERROR) return;
    const char* name = nullptr;
    const void* value = nullptr;
    size_t size = 0;
    for (size_t i = 0; rd_kafka_header_get_all(headers, i, &name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR; ++i) {
      message->headers.push_back({name, ToBytes(value, size)});
    }
  }

  PartitionList Assigned() const {
    rd_kafka_topic_partition_list_t* list = nullptr;
    if (rd_kafka_assignment(client_.get(), &list) == RD_KAFKA_RESP_ERR_NO_ERROR) return PartitionList(list);
    return PartitionList(rd_kafka_topic_partition_list_new(0));
  }

  void PauseAssigned() {
    const PartitionList assigned = Assigned();
    (void)rd_kafka_pause_partitions(client_.get(), assigned.get());
  }

  bool AskForEnds(int32_t partition, int64_t* begin, int64_t* end) {
    return rd_kafka_query_watermark_offsets(client_.get(), subscription_.topic.c_str(), partition, begin, end,
                                            Millis(kAskTimeout)) == RD_KAFKA_RESP_ERR_NO_ERROR;
  }

  // Where a partition begins of which nothing was read yet; -1: not known.
  int64_t BeginOf(int32_t partition, int64_t begin, int64_t end) {
    if (const auto known = begins_.find(partition); known != begins_.end()) return known->second;
    const KafkaOffset one[] = {{partition, RD_KAFKA_OFFSET_INVALID}};
    const PartitionList list = MakeList(subscription_.topic, one);
    if (rd_kafka_committed(client_.get(), list.get(), Millis(kAskTimeout)) != RD_KAFKA_RESP_ERR_NO_ERROR) return -1;
    const int64_t committed = list->elems[0].offset;
    return begins_[partition] =
               committed >= 0 ? committed : (subscription_.from_end ? end : std::max<int64_t>(begin, 0));
  }

  KafkaSubscription subscription_;
  Faults faults_;
  Owned<rd_kafka_consumer_group_metadata_t> membership_;
  std::map<int32_t, int64_t> begins_;  // by partition, since they were given
  bool is_paused_ = false;
  Client client_;
};

}  // namespace
}  // namespace kafka

Result<std::unique_ptr<KafkaConsumer>> SubscribeToKafka(const KafkaAccess& access, KafkaSubscription subscription) {
  auto consumer = std::make_unique<kafka::Consumer>(std::move(subscription));
  SCOREWAY_RETURN_IF_ERROR(consumer->Open(access));
  SCOREWAY_RETURN_IF_ERROR(consumer->Subscribe());
  return std::unique_ptr<KafkaConsumer>(std::move(consumer));
}

Result<std::unique_ptr<KafkaConsumer>> FollowKafkaTopic(const KafkaAccess& access, const std::string& topic,
                                                        std::chrono::milliseconds timeout) {
  // The client asks for a group's name even where there is no group.
  auto consumer = std::make_unique<kafka::Consumer>(
      KafkaSubscription{.topic = topic, .group = "scoreway.follow", .from_end = true});
  SCOREWAY_RETURN_IF_ERROR(consumer->Open(access));
  SCOREWAY_RETURN_IF_ERROR(consumer->AssignEnds(timeout));
  return std::unique_ptr<KafkaConsumer>(std::move(consumer));
}

}  // namespace scoreway
