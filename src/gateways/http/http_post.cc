#include "gateways/http/http_post.h"

#include <exception>

#include "gateways/client/timed_connection.h"

namespace scoreway::http {
namespace {

constexpr size_t kAnswerBytesMax = 64 * 1024;

std::string RequestText(const HttpPost& post) {
  const HttpUrl& url = post.url;
  const bool is_ipv6 = url.host.find(':') != std::string::npos;
  std::string text = "POST " + url.path + " HTTP/1.1\r\nHost: " + (is_ipv6 ? "[" + url.host + "]" : url.host) + ":" +
                     url.port + "\r\nUser-Agent: scoreway/" SCOREWAY_VERSION "\r\nContent-Type: " + post.content_type +
                     "\r\nContent-Length: " + std::to_string(post.body.size()) + "\r\nConnection: close\r\n";
  for (const auto& [name, value] : post.headers) text += name + ": " + value + "\r\n";
  return text + "\r\n" + post.body;
}

// Of the first line of an answer, as "HTTP/1.1 204 No Content"; 0 if it is none.
int StatusOf(std::string_view answer) {
  constexpr std::string_view kBegin = "HTTP/1.";
  if (!answer.starts_with(kBegin) || answer.size() < kBegin.size() + 5 || answer[kBegin.size() + 1] != ' ') return 0;
  int status = 0;
  for (const char digit : answer.substr(kBegin.size() + 2, 3)) {
    if (digit < '0' || digit > '9') return 0;
    status = status * 10 + (digit - '0');
  }
  return status;
}

Result<int> Exchange(const HttpPost& post, std::chrono::milliseconds timeout) {
  TimedConnection connection(timeout);
  SCOREWAY_RETURN_IF_ERROR(connection.Connect(post.url.host, post.url.port));
  if (post.url.is_tls) SCOREWAY_RETURN_IF_ERROR(connection.StartTls(post.url.host));
  SCOREWAY_RETURN_IF_ERROR(connection.Write(RequestText(post)));
  std::string answer;
  while (answer.find("\r\n\r\n") == std::string::npos) {
    if (answer.size() >= kAnswerBytesMax) return Error{Code::kUnavailable, "the head of its answer has no end", {}};
    SCOREWAY_RETURN_IF_ERROR(connection.Read(kAnswerBytesMax - answer.size(), &answer));
  }
  const int status = StatusOf(answer);
  if (status == 0) return Error{Code::kUnavailable, "its answer is no HTTP", {}};
  return status;
}

}  // namespace

Result<HttpUrl> ParseHttpUrl(std::string_view text, std::string_view port) {
  HttpUrl url;
  const Error bad{Code::kInvalidArgument, "not a URL that begins with http:// or https://", std::string(text)};
  url.is_tls = text.starts_with("https://");
  if (!url.is_tls && !text.starts_with("http://")) return bad;
  text.remove_prefix(url.is_tls ? 8 : 7);
  const size_t end = text.find_first_of("/?#");
  const std::string_view authority = text.substr(0, end);
  url.path = end == std::string_view::npos ? "" : std::string(text.substr(end, text.find('#') - end));
  if (!url.path.starts_with('/')) url.path.insert(url.path.begin(), '/');
  const size_t bracket = authority.rfind(']');
  const size_t colon = authority.rfind(':');
  const bool has_port = colon != std::string_view::npos && (bracket == std::string_view::npos || colon > bracket);
  url.host = authority.substr(0, has_port ? colon : authority.size());
  url.port = has_port ? authority.substr(colon + 1) : !port.empty() ? port : url.is_tls ? "443" : "80";
  if (url.host.starts_with('[') && url.host.ends_with(']')) url.host = url.host.substr(1, url.host.size() - 2);
  const bool is_plain = text.find_first_of("\r\n\t ") == std::string_view::npos;
  if (url.host.empty() || url.port.empty() || authority.find('@') != std::string_view::npos || !is_plain) return bad;
  return url;
}

Result<int> Send(const HttpPost& post, std::chrono::milliseconds timeout) {
  try {
    return Exchange(post, timeout);
  } catch (const std::exception& fault) {
    return Error{Code::kUnavailable, fault.what(), {}};
  }
}

}  // namespace scoreway::http
