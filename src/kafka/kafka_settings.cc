#include "kafka/kafka_settings.h"

#include <algorithm>

#include "base/plain_name.h"

namespace scoreway {
namespace {

std::string_view Trimmed(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r";
  const size_t begin = text.find_first_not_of(kBlanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlanks) - begin + 1);
}

}  // namespace

Result<KafkaTopicUrl> ParseKafkaTopicUrl(std::string_view url) {
  constexpr std::string_view kScheme = "kafka://";
  const Error wrong{Code::kInvalidArgument, "not kafka://HOST:PORT/TOPIC", std::string(url)};
  if (!url.starts_with(kScheme)) return wrong;
  url.remove_prefix(kScheme.size());
  const size_t slash = url.find('/');
  if (slash == 0 || slash == std::string_view::npos) return wrong;
  KafkaTopicUrl parsed{std::string(url.substr(0, slash)), std::string(url.substr(slash + 1))};
  SCOREWAY_RETURN_IF_ERROR(CheckPlainName("a topic", parsed.topic));
  return parsed;
}

Result<KafkaSettings> ParseKafkaSettings(std::string_view text) {
  KafkaSettings settings;
  for (size_t number = 1; !text.empty(); ++number) {
    const std::string_view line = Trimmed(text.substr(0, text.find('\n')));
    text.remove_prefix(std::min(text.find('\n'), text.size() - 1) + 1);
    if (line.empty() || line.front() == '#') continue;
    const std::string_view name = Trimmed(line.substr(0, line.find('=')));
    const std::string place = "line " + std::to_string(number);
    if (name.empty() || name.size() == line.size()) return Error{Code::kInvalidArgument, "not name=value", place};
    const std::string_view value = Trimmed(line.substr(line.find('=') + 1));
    if (!settings.emplace(name, value).second) {
      return Error{Code::kInvalidArgument, "'" + std::string(name) + "' stands twice", place};
    }
  }
  return settings;
}

}  // namespace scoreway
