#include "gateways/http/web_socket_request.h"

#include <algorithm>
#include <string>

namespace scoreway::http {
namespace {

constexpr std::string_view kVersion = "13";

// Whether the word is one of a list with commas.
bool HasWord(std::optional<std::string_view> list, std::string_view word) {
  while (list && !list->empty()) {
    const size_t end = std::min(list->find(','), list->size());
    std::string_view each = list->substr(0, end);
    while (each.starts_with(' ')) each.remove_prefix(1);
    while (each.ends_with(' ')) each.remove_suffix(1);
    if (EqualsIgnoringCase(each, word)) return true;
    list->remove_prefix(std::min(end + 1, list->size()));
  }
  return false;
}

}  // namespace

bool AsksForWebSocket(const Request& request) { return HasWord(request.Header("Upgrade"), "websocket"); }

Status CheckWebSocketRequest(const Request& request) {
  const auto wrong = [](std::string what, const char* header) {
    return Status(Code::kInvalidArgument, std::move(what), "header '" + std::string(header) + "'");
  };
  if (!HasWord(request.Header("Connection"), "Upgrade")) return wrong("does not say Upgrade", "Connection");
  if (!request.Header("Sec-WebSocket-Key")) return wrong("is missing", "Sec-WebSocket-Key");
  if (request.Header("Sec-WebSocket-Version").value_or("") != kVersion) {
    return wrong("is not 13, the only version that is spoken", "Sec-WebSocket-Version");
  }
  // Any page may open a WebSocket to any host, and browsers leave it to the host to say no.
  const auto origin = request.Header("Origin");
  if (!origin) return {};
  const size_t host = origin->find("://");
  if (host != std::string_view::npos && origin->substr(host + 3) == request.Header("Host").value_or("")) return {};
  return Status(Code::kPermissionDenied, "a page of another host asks: '" + std::string(*origin) + "'",
                "header 'Origin'");
}

}  // namespace scoreway::http
