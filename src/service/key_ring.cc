#include "service/key_ring.h"

#include <algorithm>

namespace scoreway {

std::string_view BearerKey(std::string_view authorization) {
  constexpr std::string_view kScheme = "bearer ";
  const auto is_letter = [](char letter, char c) { return letter == c || (c >= 'A' && c <= 'Z' && letter == c + 32); };
  if (authorization.size() < kScheme.size() ||
      !std::ranges::equal(kScheme, authorization.substr(0, kScheme.size()), is_letter)) {
    return {};
  }
  std::string_view key = authorization.substr(kScheme.size());
  key.remove_prefix(std::min(key.find_first_not_of(' '), key.size()));
  return key.substr(0, key.find_last_not_of(' ') + 1);
}

}  // namespace scoreway
