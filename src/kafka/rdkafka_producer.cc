// KafkaProducer over librdkafka.
#include <utility>

#include "kafka/rdkafka_handle.h"

namespace scoreway {
namespace kafka {
namespace {

using SteadyClock = std::chrono::steady_clock;
using std::chrono::milliseconds;

// A call of the client that is not done in this time is made again.
constexpr milliseconds kCallTimeout{2000};
// So long calls are made again: the broker may be starting anew.
constexpr milliseconds kInsistTime{30'000};
constexpr milliseconds kAbortTimeout{3000};

const KafkaSettings kDefaults = {
    {"linger.ms", "5"},
    {"compression.type", "lz4"},
    {"partitioner", "murmur2_random"},  // as Java's producers
    {"queue.buffering.max.messages", "200000"},
    {"queue.buffering.max.kbytes", "65536"},
    {"reconnect.backoff.max.ms", "2000"},
};

class Producer final : public KafkaProducer {
 public:
  explicit Producer(const std::atomic<bool>& stop) : stop_(stop) {}
  ~Producer() override {
    if (client_ == nullptr) return;
    // Else it holds up readers until its time is over, or until the next one of its id begins.
    if (is_open_) Owned<rd_kafka_error_t>(rd_kafka_abort_transaction(client_.get(), Millis(kAbortTimeout)));
    (void)rd_kafka_purge(client_.get(), RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
  }

  Status Open(const KafkaAccess& access, const KafkaProducerOptions& options) {
    const KafkaSettings needed = {{"transactional.id", options.transactional_id},
                                  {"transaction.timeout.ms", std::to_string(options.transaction_timeout.count())}};
    SCOREWAY_ASSIGN_OR_RETURN(auto conf, MakeConf(access, kDefaults, needed));
    rd_kafka_conf_set_dr_msg_cb(conf.get(), [](rd_kafka_t*, const rd_kafka_message_t* message, void* opaque) {
      auto* const self = static_cast<Producer*>(opaque);
      if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR && self->undelivered_ == RD_KAFKA_RESP_ERR_NO_ERROR) {
        self->undelivered_ = message->err;
        self->undelivered_topic_ = rd_kafka_topic_name(message->rkt);
      }
    });
    rd_kafka_conf_set_error_cb(conf.get(), [](rd_kafka_t*, int, const char* reason, void* opaque) {
      static_cast<Producer*>(opaque)->faults_.Set(reason);
    });
    SCOREWAY_ASSIGN_OR_RETURN(client_, MakeClient(RD_KAFKA_PRODUCER, std::move(conf), this));
    return Insist("opening transactions",
                  [&] { return rd_kafka_init_transactions(client_.get(), Millis(kCallTimeout)); });
  }

  Status Begin() override {
    undelivered_ = RD_KAFKA_RESP_ERR_NO_ERROR;
    const Owned<rd_kafka_error_t> error(rd_kafka_begin_transaction(client_.get()));
    if (error != nullptr) return ToError(*error, "beginning a transaction");
    is_open_ = true;
    return {};
  }

  Status Send(const std::string& topic, const KafkaBytes& key, const KafkaBytes& value,
              std::span<const KafkaHeader> headers) override {
    while (true) {
      const rd_kafka_resp_err_t error = TrySend(topic, key, value, headers);
      if (error == RD_KAFKA_RESP_ERR_NO_ERROR) return {};
      if (error != RD_KAFKA_RESP_ERR__QUEUE_FULL || stop_) return ToError(error, "topic '" + topic + "'");
      (void)rd_kafka_poll(client_.get(), Millis(kCallTimeout));
    }
  }

  Status Commit(KafkaConsumer& consumer, std::span<const KafkaOffset> offsets) override {
    const auto& member = dynamic_cast<const GroupMember&>(consumer);
    if (member.membership() == nullptr) {
      return Status(Code::kConflict, "the group has given the partitions to others", "topic '" + member.topic() + "'");
    }
    return CommitWith(member.membership(), member.topic(), offsets);
  }

  Status CommitAlone(const std::string& group, const std::string& topic,
                     std::span<const KafkaOffset> offsets) override {
    const Owned<rd_kafka_consumer_group_metadata_t> nobody(rd_kafka_consumer_group_metadata_new(group.c_str()));
    return CommitWith(nobody.get(), topic, offsets);
  }

 private:
  Status CommitWith(const rd_kafka_consumer_group_metadata_t* group, const std::string& topic,
                    std::span<const KafkaOffset> offsets) {
    const PartitionList list = MakeList(topic, offsets);
    SCOREWAY_RETURN_IF_ERROR(Insist("a transaction", [&] {
      return rd_kafka_send_offsets_to_transaction(client_.get(), list.get(), group, Millis(kCallTimeout));
    }));
    SCOREWAY_RETURN_IF_ERROR(
        Insist("a transaction", [&] { return rd_kafka_commit_transaction(client_.get(), Millis(kCallTimeout)); }));
    is_open_ = false;
    return {};
  }

  rd_kafka_resp_err_t TrySend(const std::string& topic, const KafkaBytes& key, const KafkaBytes& value,
                              std::span<const KafkaHeader> headers) {
    rd_kafka_headers_t* const list = rd_kafka_headers_new(headers.size());
    for (const KafkaHeader& header : headers) {
      (void)rd_kafka_header_add(list, header.name.data(), static_cast<ssize_t>(header.name.size()),
                                header.value.is_null ? nullptr : header.value.text.data(),
                                static_cast<ssize_t>(header.value.text.size()));
    }
    const auto bytes = [](rd_kafka_vtype_t type, const KafkaBytes& from) {
      rd_kafka_vu_t part{.vtype = type, .u = {}};
      // Copied; the client asks for it so.
      part.u.mem.ptr = from.is_null ? nullptr : const_cast<char*>(from.text.data());
      part.u.mem.size = from.text.size();
      return part;
    };
    rd_kafka_vu_t parts[] = {{.vtype = RD_KAFKA_VTYPE_TOPIC, .u = {}},
                             bytes(RD_KAFKA_VTYPE_KEY, key),
                             bytes(RD_KAFKA_VTYPE_VALUE, value),
                             {.vtype = RD_KAFKA_VTYPE_MSGFLAGS, .u = {}},
                             {.vtype = RD_KAFKA_VTYPE_HEADERS, .u = {}}};
    parts[0].u.cstr = topic.c_str();
    parts[3].u.i = RD_KAFKA_MSG_F_COPY;
    parts[4].u.headers = list;
    const Owned<rd_kafka_error_t> error(rd_kafka_produceva(client_.get(), parts, std::size(parts)));
    if (error == nullptr) return RD_KAFKA_RESP_ERR_NO_ERROR;
    rd_kafka_headers_destroy(list);
    return rd_kafka_error_code(error.get());
  }

  // Calls until it is done or cannot be.
  template <typename Call>
  Status Insist(const std::string& what, Call call) {
    const auto last = SteadyClock::now() + kInsistTime;
    while (true) {
      const Owned<rd_kafka_error_t> error(call());
      if (error == nullptr) return {};
      const bool again = rd_kafka_error_is_retriable(error.get()) != 0 && SteadyClock::now() < last && !stop_;
      if (again) continue;
      if (undelivered_ != RD_KAFKA_RESP_ERR_NO_ERROR) {
        return ToError(undelivered_, "topic '" + undelivered_topic_ + "'");
      }
      Error fault = ToError(*error, what);
      if (const std::string why = faults_.text(); !why.empty()) fault.message += " (" + why + ")";
      return fault;
    }
  }

  const std::atomic<bool>& stop_;
  Faults faults_;
  // Of the transaction; set within calls of the client, on this thread.
  rd_kafka_resp_err_t undelivered_ = RD_KAFKA_RESP_ERR_NO_ERROR;
  std::string undelivered_topic_;
  bool is_open_ = false;
  Client client_;
};

}  // namespace
}  // namespace kafka

Result<std::unique_ptr<KafkaProducer>> OpenKafkaProducer(const KafkaAccess& access, const KafkaProducerOptions& options,
                                                         const std::atomic<bool>& stop) {
  auto producer = std::make_unique<kafka::Producer>(stop);
  SCOREWAY_RETURN_IF_ERROR(producer->Open(access, options));
  return std::unique_ptr<KafkaProducer>(std::move(producer));
}

}  // namespace scoreway
