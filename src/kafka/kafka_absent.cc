// Kafka in a build without it.
#include "kafka/kafka.h"

namespace scoreway {
namespace {

Error Absent() {
  return {Code::kUnsupported, "this binary was built without Kafka (SCOREWAY_KAFKA, librdkafka-dev)", {}};
}

}  // namespace

bool HasKafka() { return false; }

Result<std::unique_ptr<KafkaConsumer>> SubscribeToKafka(const KafkaAccess&, KafkaSubscription) { return Absent(); }
Result<std::unique_ptr<KafkaConsumer>> FollowKafkaTopic(const KafkaAccess&, const std::string&,
                                                        std::chrono::milliseconds) {
  return Absent();
}
Result<std::unique_ptr<KafkaSender>> OpenKafkaSender(const KafkaAccess&) { return Absent(); }
Result<std::unique_ptr<KafkaProducer>> OpenKafkaProducer(const KafkaAccess&, const KafkaProducerOptions&,
                                                         const std::atomic<bool>&) {
  return Absent();
}
Result<std::vector<KafkaRange>> KafkaRangesOf(const KafkaAccess&, const std::string&, int64_t,
                                              std::chrono::milliseconds) {
  return Absent();
}
Result<std::vector<KafkaOffset>> KafkaCommitted(const KafkaAccess&, const std::string&, const std::string&,
                                                std::span<const int32_t>, std::chrono::milliseconds) {
  return Absent();
}
Status SetKafkaCommitted(const KafkaAccess&, const std::string&, const std::string&, std::span<const KafkaOffset>,
                         std::chrono::milliseconds) {
  return Absent();
}

}  // namespace scoreway
