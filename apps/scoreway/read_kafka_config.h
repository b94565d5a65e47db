// The file of settings for Kafka's client, as of --kafka-config.
#pragma once

#include <string>

#include "base/result.h"
#include "files/read_file.h"
#include "kafka/kafka_settings.h"

namespace scoreway {

// None for an empty path. Errors name the file, and the line in it.
inline Result<KafkaSettings> ReadKafkaConfig(const std::string& path) {
  constexpr size_t kBytesMax = 65'536;
  if (path.empty()) return KafkaSettings();
  SCOREWAY_ASSIGN_OR_RETURN(const std::shared_ptr<const std::string> text, ReadFile(path, kBytesMax));
  Result<KafkaSettings> settings = ParseKafkaSettings(*text);
  if (!settings.ok()) return AtPlace(path, ToError(std::move(settings)));
  return settings;
}

}  // namespace scoreway
