#include "kafka/kafka_settings.h"

#include <gtest/gtest.h>

namespace scoreway {
namespace {

TEST(KafkaSettings, ReadsLinesAndSkipsRemarks) {
  const auto settings = ParseKafkaSettings("# secrets\nsecurity.protocol = SASL_SSL\r\n\nsasl.password=a=b # c");
  ASSERT_TRUE(settings.ok()) << settings.error().ToString();
  EXPECT_EQ(*settings, (KafkaSettings{{"security.protocol", "SASL_SSL"}, {"sasl.password", "a=b # c"}}));
}

TEST(KafkaSettings, NamesTheLineThatIsWrong) {
  EXPECT_EQ(ParseKafkaSettings("a=1\nb\n").error().ToString(), "line 2: not name=value");
  EXPECT_EQ(ParseKafkaSettings("=1").error().ToString(), "line 1: not name=value");
  EXPECT_EQ(ParseKafkaSettings("a=1\na=2").error().ToString(), "line 2: 'a' stands twice");
  EXPECT_TRUE(ParseKafkaSettings("").ok());
}

TEST(KafkaTopicUrl, NamesBrokersAndTopic) {
  const auto parsed = ParseKafkaTopicUrl("kafka://a:9092,b:9092/scoreway-jobs");
  ASSERT_TRUE(parsed.ok()) << parsed.error().ToString();
  EXPECT_EQ(parsed->brokers, "a:9092,b:9092");
  EXPECT_EQ(parsed->topic, "scoreway-jobs");
  for (const char* wrong :
       {"a:9092/jobs", "kafka:///jobs", "kafka://a:9092", "kafka://a:9092/", "kafka://a:9092/a/b"}) {
    EXPECT_EQ(ParseKafkaTopicUrl(wrong).code(), Code::kInvalidArgument) << wrong;
  }
}

}  // namespace
}  // namespace scoreway
