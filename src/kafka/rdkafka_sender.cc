// KafkaSender over librdkafka.
#include <iterator>
#include <utility>

#include "kafka/rdkafka_handle.h"

namespace scoreway {
namespace kafka {
namespace {

const KafkaSettings kDefaults = {
    {"linger.ms", "1"},
    {"message.timeout.ms", "10000"},
    {"queue.buffering.max.messages", "100000"},
    {"reconnect.backoff.max.ms", "2000"},
};
constexpr std::chrono::milliseconds kCloseTimeout{500};

class Sender final : public KafkaSender {
 public:
  explicit Sender(Client client) : client_(std::move(client)) {}
  ~Sender() override { (void)rd_kafka_flush(client_.get(), Millis(kCloseTimeout)); }

  void Send(const std::string& topic, std::string_view key, std::string_view value) override {
    const auto bytes = [](rd_kafka_vtype_t type, std::string_view from) {
      rd_kafka_vu_t part{.vtype = type, .u = {}};
      part.u.mem.ptr = const_cast<char*>(from.data());  // copied; the client asks for it so
      part.u.mem.size = from.size();
      return part;
    };
    rd_kafka_vu_t parts[] = {{.vtype = RD_KAFKA_VTYPE_TOPIC, .u = {}},
                             bytes(RD_KAFKA_VTYPE_KEY, key),
                             bytes(RD_KAFKA_VTYPE_VALUE, value),
                             {.vtype = RD_KAFKA_VTYPE_MSGFLAGS, .u = {}}};
    parts[0].u.cstr = topic.c_str();
    parts[3].u.i = RD_KAFKA_MSG_F_COPY;
    Owned<rd_kafka_error_t>(rd_kafka_produceva(client_.get(), parts, std::size(parts)));
    (void)rd_kafka_poll(client_.get(), 0);
  }

 private:
  const Client client_;
};

}  // namespace
}  // namespace kafka

Result<std::unique_ptr<KafkaSender>> OpenKafkaSender(const KafkaAccess& access) {
  SCOREWAY_ASSIGN_OR_RETURN(auto conf, kafka::MakeConf(access, kafka::kDefaults, {}));
  SCOREWAY_ASSIGN_OR_RETURN(kafka::Client client, kafka::MakeClient(RD_KAFKA_PRODUCER, std::move(conf), nullptr));
  return std::unique_ptr<KafkaSender>(std::make_unique<kafka::Sender>(std::move(client)));
}

}  // namespace scoreway
