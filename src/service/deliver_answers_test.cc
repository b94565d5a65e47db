// Answers of a firing on their way to a topic, where a process is lost at the worst moments. Needs a broker, which
// SCOREWAY_TEST_KAFKA names.
#include "service/deliver_answers.h"

#include <gtest/gtest.h>

#include <cstdlib>

#include "kafka/kafka.h"
#include "store/contract_stores.h"
#include "store/random_id.h"
#include "tables/file_sink.h"
#include "tables/table_writer.h"

namespace scoreway {
namespace {

constexpr std::chrono::milliseconds kTimeout{20'000};

class DeliverAnswersKafka : public ::testing::Test {
 protected:
  void SetUp() override {
    const char* const brokers = std::getenv("SCOREWAY_TEST_KAFKA");
    if (!HasKafka() || brokers == nullptr) GTEST_SKIP() << "no broker in SCOREWAY_TEST_KAFKA";
    access_.brokers = brokers;
    batch_.name = topic_;
    batch_.model = "wine@champion";
    batch_.keep = {"id:int64"};
    firing_.number = 7;
    firing_.version = 3;
    file_ = folder_.path() + "/answers.arrow";
    WriteAnswers();
  }

  void WriteAnswers() {
    const auto schema = Schema::Make({{"id", Type::kInt64}, {"predict", Type::kString}}).value();
    Batch batch(schema);
    for (const int64_t id : {10, 11, 12}) {
      batch.column(0).AppendInt64(id);
      batch.column(1).AppendString("barolo");
    }
    auto writer = MakeTableWriter(TableFormat::kArrow, schema, false);
    auto sink = FileSink::Open(file_, std::move(writer)).value();
    ASSERT_TRUE(sink->Begin("x").ok());
    const auto encoder = sink->NewEncoder();
    ASSERT_TRUE(encoder->Append(batch).ok());
    EncodedPart part = encoder->Finish().value();
    const std::vector<PlacedPart> parts = {{.offset = sink->size(), .trail = part.trail}};
    ASSERT_TRUE(sink->Put(part.bytes).ok());
    ASSERT_TRUE(sink->Finish(parts).ok());
  }

  Status Send() { return SendAnswers({batch_, firing_, file_}, {}, "kafka://" + access_.brokers + "/" + topic_); }

  // What readers of committed messages see.
  std::vector<KafkaMessage> Committed() {
    std::vector<KafkaMessage> messages;
    const auto consumer =
        SubscribeToKafka(access_, {.topic = topic_, .group = "check-" + RandomId(), .tells_ends = true}).value();
    const auto partitions = KafkaRangesOf(access_, topic_, 0, kTimeout).value().size();
    size_t ends = 0;
    for (const auto last = std::chrono::steady_clock::now() + kTimeout; ends < partitions;) {
      if (std::chrono::steady_clock::now() > last) {
        ADD_FAILURE() << "the topic does not end";
        break;
      }
      KafkaMessage message;
      const auto polled = consumer->Poll(std::chrono::milliseconds(100), &message);
      if (!polled.ok()) continue;
      if (*polled == KafkaConsumer::Polled::kEnd) ++ends;
      if (*polled == KafkaConsumer::Polled::kMessage) messages.push_back(std::move(message));
    }
    return messages;
  }

  const std::string topic_ = "answers-" + RandomId().substr(0, 12);
  KafkaAccess access_;
  StoredBatch batch_;
  Firing firing_;
  TestFolder folder_;
  std::string file_;
};

TEST_F(DeliverAnswersKafka, AreThereOnceHoweverOftenTheyAreSent) {
  ASSERT_TRUE(Send().ok());
  ASSERT_TRUE(Send().ok()) << "by one that does not know that they were";
  const std::vector<KafkaMessage> messages = Committed();
  ASSERT_EQ(messages.size(), 3U);
  for (const KafkaMessage& message : messages) {
    EXPECT_EQ(message.value.text, "{\"id\":" + message.key.text + ",\"predict\":\"barolo\"}");
    std::string headers;
    for (const KafkaHeader& header : message.headers) headers += header.name + "=" + header.value.text + " ";
    EXPECT_EQ(headers, "scoreway-batch=" + topic_ + " scoreway-firing=7 scoreway-model=wine scoreway-version=3 " +
                           "scoreway-row=" + std::to_string(std::stoi(message.key.text) - 9) + " ");
  }
  firing_.number = 8;
  ASSERT_TRUE(Send().ok());
  EXPECT_EQ(Committed().size(), 6U);
}

// A process that was lost with half of them sent, and one that was only thought lost.
TEST_F(DeliverAnswersKafka, LeaveNothingOfABrokenOffTransaction) {
  const std::string id = "scoreway.batch." + topic_ + ".7";
  const std::atomic<bool> never{false};
  const auto lost = OpenKafkaProducer(access_, {.transactional_id = id}, never).value();
  ASSERT_TRUE(lost->Begin().ok());
  ASSERT_TRUE(lost->Send(topic_, KafkaBytes("10"), KafkaBytes("half"), {}).ok());
  ASSERT_TRUE(Send().ok());
  EXPECT_FALSE(lost->CommitAlone(id, topic_, std::vector<KafkaOffset>{{0, 1}}).ok());
  const std::vector<KafkaMessage> messages = Committed();
  EXPECT_EQ(messages.size(), 3U);
  for (const KafkaMessage& message : messages) EXPECT_NE(message.value.text, "half");
}

}  // namespace
}  // namespace scoreway
