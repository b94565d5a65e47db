#include "store/url_options.h"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <utility>

namespace scoreway {
namespace {

Result<std::string> PercentDecoded(std::string_view text) {
  std::string decoded;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      decoded.push_back(text[i]);
      continue;
    }
    unsigned byte = 0;
    const char* const digits = text.data() + i + 1;
    if (i + 2 >= text.size() || std::from_chars(digits, digits + 2, byte, 16).ptr != digits + 2) {
      return Error{Code::kInvalidArgument, "'%' must be followed by two hex digits", {}};
    }
    decoded.push_back(static_cast<char>(byte));
    i += 2;
  }
  return decoded;
}

}  // namespace

Status ReadUrlOptions(std::string_view place, std::string_view query,
                      const std::function<Status(std::string_view key, std::string value)>& on_option) {
  while (!query.empty()) {
    const size_t end = std::min(query.find('&'), query.size());
    const std::string_view pair = query.substr(0, end);
    query.remove_prefix(std::min(end + 1, query.size()));
    const size_t equals = pair.find('=');
    if (equals == std::string_view::npos) {
      return Status(Code::kInvalidArgument, "it is not of the form KEY=VALUE",
                    std::string(place) + ": " + std::string(pair));
    }
    const std::string_view key = pair.substr(0, equals);
    auto value = PercentDecoded(pair.substr(equals + 1));
    if (!value.ok()) return AtPlace(std::string(place) + ": " + std::string(key), std::move(value).error());
    SCOREWAY_RETURN_IF_ERROR(on_option(key, std::move(value).value()));
  }
  return {};
}

Result<std::string> ReadPasswordFile(const std::string& path) {
  std::ifstream file(path);
  std::string line;
  if (!file || !std::getline(file, line)) {
    return Error{Code::kInvalidArgument, "'" + path + "' cannot be read or is empty", {}};
  }
  if (line.ends_with('\r')) line.pop_back();
  return line;
}

}  // namespace scoreway
