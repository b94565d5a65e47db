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

}  // namespace
}  // namespace scoreway
