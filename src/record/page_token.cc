#include "record/page_token.h"

#include <charconv>

namespace scoreway {
namespace {

constexpr size_t kTokenBytesMax = 200;

}  // namespace

std::string EncodePageToken(const RecordPlace& place) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string token;
  for (const char c : place.chunk) {
    const auto byte = static_cast<uint8_t>(c);
    token += kDigits[byte >> 4];
    token += kDigits[byte & 15];
  }
  return token + "-" + std::to_string(place.item);
}

Result<RecordPlace> DecodePageToken(std::string_view token) {
  RecordPlace place;
  if (token.empty()) return place;
  const Error wrong{Code::kInvalidArgument, "not a token that a page of this list gave", "page_token"};
  const size_t dash = token.find('-');
  if (token.size() > kTokenBytesMax || dash == std::string_view::npos || dash == 0 || dash % 2 != 0) return wrong;
  for (size_t i = 0; i < dash; i += 2) {
    uint8_t byte = 0;
    const char* const digits = token.data() + i;
    if (std::from_chars(digits, digits + 2, byte, 16).ptr != digits + 2) return wrong;
    place.chunk.push_back(static_cast<char>(byte));
  }
  const std::string_view item = token.substr(dash + 1);
  const auto [end, fault] = std::from_chars(item.data(), item.data() + item.size(), place.item);
  if (fault != std::errc() || end != item.data() + item.size()) return wrong;
  return place;
}

}  // namespace scoreway
