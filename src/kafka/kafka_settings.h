// KafkaAccess: how to reach a cluster.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/result.h"

namespace scoreway {

// Of librdkafka, by its names, such as "security.protocol".
using KafkaSettings = std::map<std::string, std::string>;

struct KafkaAccess {
  std::string brokers;  // "host:port,host:port"
  KafkaSettings settings = {};
};

// A topic of a cluster, as kafka://HOST:PORT[,HOST:PORT...]/TOPIC.
struct KafkaTopicUrl {
  std::string brokers;
  std::string topic;
};
// INVALID_ARGUMENT says what is wrong with it.
Result<KafkaTopicUrl> ParseKafkaTopicUrl(std::string_view url);

// A text of lines "name=value"; blank lines and those that begin with '#' say nothing. INVALID_ARGUMENT names a line
// that is none, or a name that stands twice.
Result<KafkaSettings> ParseKafkaSettings(std::string_view text);

}  // namespace scoreway
