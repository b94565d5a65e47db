#include "kafka/rdkafka_handle.h"

namespace scoreway::kafka {
namespace {

constexpr size_t kTextBytes = 512;

}  // namespace

Code CodeOf(rd_kafka_resp_err_t error) {
  switch (error) {
    case RD_KAFKA_RESP_ERR__FENCED:
    case RD_KAFKA_RESP_ERR_PRODUCER_FENCED:
    case RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH:
    case RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID:
    case RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION:
    case RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID: return Code::kConflict;
    case RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC:
    case RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION:
    case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART: return Code::kNotFound;
    case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED:
    case RD_KAFKA_RESP_ERR__AUTHENTICATION: return Code::kPermissionDenied;
    case RD_KAFKA_RESP_ERR_INVALID_CONFIG:
    case RD_KAFKA_RESP_ERR__INVALID_ARG:
    case RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION:
    case RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE:
    case RD_KAFKA_RESP_ERR_INVALID_TRANSACTION_TIMEOUT: return Code::kInvalidArgument;
    default: return Code::kUnavailable;
  }
}

Error ToError(rd_kafka_resp_err_t error, const std::string& what) {
  return {CodeOf(error), "Kafka: " + std::string(rd_kafka_err2str(error)), what};
}

Error ToError(const rd_kafka_error_t& error, const std::string& what) {
  return {CodeOf(rd_kafka_error_code(&error)), "Kafka: " + std::string(rd_kafka_error_string(&error)), what};
}

Result<Owned<rd_kafka_conf_t>> MakeConf(const KafkaAccess& access, const KafkaSettings& defaults,
                                        const KafkaSettings& needed) {
  Owned<rd_kafka_conf_t> conf(rd_kafka_conf_new());
  char text[kTextBytes];
  const auto set = [&](const KafkaSettings& settings) -> Status {
    for (const auto& [name, value] : settings) {
      if (rd_kafka_conf_set(conf.get(), name.c_str(), value.c_str(), text, sizeof text) == RD_KAFKA_CONF_OK) continue;
      return Status(Code::kInvalidArgument, text, "Kafka's setting '" + name + "'");
    }
    return {};
  };
  SCOREWAY_RETURN_IF_ERROR(set({{"client.id", "scoreway"}}));
  SCOREWAY_RETURN_IF_ERROR(set(defaults));
  SCOREWAY_RETURN_IF_ERROR(set(access.settings));
  SCOREWAY_RETURN_IF_ERROR(set({{"bootstrap.servers", access.brokers}}));
  SCOREWAY_RETURN_IF_ERROR(set(needed));
  // What matters comes back as errors.
  rd_kafka_conf_set_log_cb(conf.get(), nullptr);
  return conf;
}

Result<Client> MakeClient(rd_kafka_type_t type, Owned<rd_kafka_conf_t> conf, void* opaque) {
  char text[kTextBytes];
  rd_kafka_conf_set_opaque(conf.get(), opaque);
  Client client(rd_kafka_new(type, conf.get(), text, sizeof text));
  if (client == nullptr) return Error{Code::kInvalidArgument, text, "Kafka's settings"};
  (void)conf.release();  // the client's now
  return client;
}

PartitionList MakeList(const std::string& topic, std::span<const KafkaOffset> offsets) {
  PartitionList list(rd_kafka_topic_partition_list_new(static_cast<int>(offsets.size())));
  for (const KafkaOffset& offset : offsets) {
    rd_kafka_topic_partition_list_add(list.get(), topic.c_str(), offset.partition)->offset = offset.offset;
  }
  return list;
}

Result<std::vector<int32_t>> PartitionsOf(rd_kafka_t* client, const std::string& topic,
                                          std::chrono::milliseconds timeout) {
  const std::string place = "topic '" + topic + "'";
  rd_kafka_topic_t* const handle = rd_kafka_topic_new(client, topic.c_str(), nullptr);
  if (handle == nullptr) return ToError(rd_kafka_last_error(), place);
  const rd_kafka_metadata_t* metadata = nullptr;
  const rd_kafka_resp_err_t error = rd_kafka_metadata(client, 0, handle, &metadata, Millis(timeout));
  rd_kafka_topic_destroy(handle);
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) return ToError(error, place);
  const std::unique_ptr<const rd_kafka_metadata_t, void (*)(const rd_kafka_metadata_t*)> owner(
      metadata, rd_kafka_metadata_destroy);
  std::vector<int32_t> partitions;
  for (int i = 0; i < metadata->topic_cnt; ++i) {
    const rd_kafka_metadata_topic_t& found = metadata->topics[i];
    if (found.err != RD_KAFKA_RESP_ERR_NO_ERROR) return ToError(found.err, place);
    for (int j = 0; j < found.partition_cnt; ++j) partitions.push_back(found.partitions[j].id);
  }
  if (partitions.empty()) return Error{Code::kNotFound, "no such topic", place};
  std::sort(partitions.begin(), partitions.end());
  return partitions;
}

}  // namespace scoreway::kafka

namespace scoreway {

bool HasKafka() { return true; }

}  // namespace scoreway
