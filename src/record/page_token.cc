#include "record/page_token.h"

#include <charconv>
#include <utility>

#include "base/hex_text.h"

namespace scoreway {
namespace {

constexpr size_t kTokenBytesMax = 200;

}  // namespace

std::string EncodePageToken(const RecordPlace& place) {
  std::string token;
  AppendHex(place.chunk, &token);
  return token + "-" + std::to_string(place.item);
}

Result<RecordPlace> DecodePageToken(std::string_view token) {
  RecordPlace place;
  if (token.empty()) return place;
  const Error wrong{Code::kInvalidArgument, "not a token that a page of this list gave", "page_token"};
  const size_t dash = token.find('-');
  if (token.size() > kTokenBytesMax || dash == std::string_view::npos || dash == 0) return wrong;
  std::optional<std::string> chunk = FromHex(token.substr(0, dash));
  if (!chunk) return wrong;
  place.chunk = std::move(*chunk);
  const std::string_view item = token.substr(dash + 1);
  const auto [end, fault] = std::from_chars(item.data(), item.data() + item.size(), place.item);
  if (fault != std::errc() || end != item.data() + item.size()) return wrong;
  return place;
}

}  // namespace scoreway
