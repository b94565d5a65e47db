// Questions about a topic's offsets, and a group's.
#include <utility>

#include "kafka/rdkafka_handle.h"

namespace scoreway {
namespace {

using kafka::Client;
using kafka::Millis;
using kafka::PartitionList;

Result<Client> ClientOf(const KafkaAccess& access, const std::string& group) {
  SCOREWAY_ASSIGN_OR_RETURN(auto conf,
                            kafka::MakeConf(access, {}, {{"group.id", group}, {"isolation.level", "read_committed"}}));
  return kafka::MakeClient(RD_KAFKA_CONSUMER, std::move(conf), nullptr);
}

std::string Place(const std::string& topic) { return "topic '" + topic + "'"; }

Status CheckEach(const rd_kafka_topic_partition_list_t& list, const std::string& topic) {
  for (int i = 0; i < list.cnt; ++i) {
    if (list.elems[i].err != RD_KAFKA_RESP_ERR_NO_ERROR) return kafka::ToError(list.elems[i].err, Place(topic));
  }
  return {};
}

}  // namespace

Result<std::vector<KafkaRange>> KafkaRangesOf(const KafkaAccess& access, const std::string& topic, int64_t time_millis,
                                              std::chrono::milliseconds timeout) {
  SCOREWAY_ASSIGN_OR_RETURN(const Client client, ClientOf(access, "scoreway.ask"));
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<int32_t> partitions, kafka::PartitionsOf(client.get(), topic, timeout));
  std::vector<KafkaRange> ranges;
  std::vector<KafkaOffset> times;
  for (const int32_t partition : partitions) {
    KafkaRange range{.partition = partition};
    const rd_kafka_resp_err_t error = rd_kafka_query_watermark_offsets(client.get(), topic.c_str(), partition,
                                                                       &range.begin, &range.end, Millis(timeout));
    if (error != RD_KAFKA_RESP_ERR_NO_ERROR) return kafka::ToError(error, Place(topic));
    ranges.push_back(range);
    times.push_back({partition, time_millis});
  }
  if (time_millis <= 0) return ranges;
  const PartitionList list = kafka::MakeList(topic, times);
  const rd_kafka_resp_err_t error = rd_kafka_offsets_for_times(client.get(), list.get(), Millis(timeout));
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) return kafka::ToError(error, Place(topic));
  SCOREWAY_RETURN_IF_ERROR(CheckEach(*list, topic));
  // A partition without such a message has none to give.
  for (size_t i = 0; i < ranges.size(); ++i) {
    const int64_t offset = list->elems[i].offset;
    ranges[i].begin = offset < 0 ? ranges[i].end : std::max(ranges[i].begin, offset);
  }
  return ranges;
}

Result<std::vector<KafkaOffset>> KafkaCommitted(const KafkaAccess& access, const std::string& group,
                                                const std::string& topic, std::span<const int32_t> partitions,
                                                std::chrono::milliseconds timeout) {
  SCOREWAY_ASSIGN_OR_RETURN(const Client client, ClientOf(access, group));
  std::vector<KafkaOffset> offsets;
  for (const int32_t partition : partitions) offsets.push_back({partition, RD_KAFKA_OFFSET_INVALID});
  const PartitionList list = kafka::MakeList(topic, offsets);
  const rd_kafka_resp_err_t error = rd_kafka_committed(client.get(), list.get(), Millis(timeout));
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) return kafka::ToError(error, Place(topic));
  SCOREWAY_RETURN_IF_ERROR(CheckEach(*list, topic));
  for (size_t i = 0; i < offsets.size(); ++i) offsets[i].offset = std::max<int64_t>(list->elems[i].offset, -1);
  return offsets;
}

Status SetKafkaCommitted(const KafkaAccess& access, const std::string& group, const std::string& topic,
                         std::span<const KafkaOffset> offsets, std::chrono::milliseconds timeout) {
  SCOREWAY_ASSIGN_OR_RETURN(const Client client, ClientOf(access, group));
  // Committing does not wait for the group's coordinator to be found; asking does.
  std::vector<KafkaOffset> asked(offsets.begin(), offsets.end());
  const PartitionList found = kafka::MakeList(topic, asked);
  rd_kafka_resp_err_t error = rd_kafka_committed(client.get(), found.get(), Millis(timeout));
  if (error == RD_KAFKA_RESP_ERR_NO_ERROR) {
    const PartitionList list = kafka::MakeList(topic, offsets);
    error = rd_kafka_commit(client.get(), list.get(), 0);
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR) return CheckEach(*list, topic);
  }
  return kafka::ToError(error, Place(topic));
}

}  // namespace scoreway
