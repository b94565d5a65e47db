#include "gateways/http/http_post.h"

#include <openssl/ssl.h>

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/write.hpp>
#include <exception>

namespace scoreway::http {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

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

// One exchange. Each step runs to its end or to the end of the time for all.
class Exchange {
 public:
  explicit Exchange(std::chrono::milliseconds timeout) : end_(std::chrono::steady_clock::now() + timeout) {}

  Result<int> Run(const HttpPost& post) {
    const std::string request = RequestText(post);
    tcp::resolver resolver(io_);
    tcp::resolver::results_type addresses;
    SCOREWAY_RETURN_IF_ERROR(Await("its name is not found", [&](auto done) {
      resolver.async_resolve(post.url.host, post.url.port, [&addresses, done](error_code fault, auto found) {
        addresses = std::move(found);
        done(fault, 0);
      });
    }));
    if (!post.url.is_tls) {
      tcp::socket socket(io_);
      SCOREWAY_RETURN_IF_ERROR(Connect(socket, addresses));
      return Talk(socket, request);
    }
    asio::ssl::context context(asio::ssl::context::tls_client);
    context.set_default_verify_paths();
    context.set_verify_mode(asio::ssl::verify_peer);
    asio::ssl::stream<tcp::socket> stream(io_, context);
    stream.set_verify_callback(asio::ssl::host_name_verification(post.url.host));
    SSL_set_tlsext_host_name(stream.native_handle(), post.url.host.c_str());
    SCOREWAY_RETURN_IF_ERROR(Connect(stream.next_layer(), addresses));
    SCOREWAY_RETURN_IF_ERROR(Await("no TLS", [&](auto done) {
      stream.async_handshake(asio::ssl::stream_base::client, [done](error_code fault) { done(fault, 0); });
    }));
    return Talk(stream, request);
  }

 private:
  // Starts a step and waits for it. `start` is given what the step calls at its end.
  template <typename Start>
  Status Await(const char* what, const Start& start) {
    error_code fault;
    start([this, &fault](error_code told, size_t count) {
      fault = told;
      count_ = count;
    });
    io_.restart();
    io_.run_until(end_);
    if (!io_.stopped()) fault = asio::error::timed_out;
    if (!fault) return {};
    return Status(Code::kUnavailable, std::string(what) + " (" + fault.message() + ")");
  }

  Status Connect(tcp::socket& socket, const tcp::resolver::results_type& addresses) {
    return Await("no connection", [&](auto done) {
      asio::async_connect(socket, addresses, [done](error_code fault, const tcp::endpoint&) { done(fault, 0); });
    });
  }

  template <typename Stream>
  Result<int> Talk(Stream& stream, const std::string& request) {
    SCOREWAY_RETURN_IF_ERROR(
        Await("it does not read", [&](auto done) { asio::async_write(stream, asio::buffer(request), done); }));
    std::string answer(kAnswerBytesMax, '\0');
    size_t size = 0;
    while (std::string_view(answer).substr(0, size).find("\r\n\r\n") == std::string::npos) {
      if (size == answer.size()) return Error{Code::kUnavailable, "the head of its answer has no end", {}};
      SCOREWAY_RETURN_IF_ERROR(Await("no answer", [&](auto done) {
        stream.async_read_some(asio::buffer(answer.data() + size, answer.size() - size), done);
      }));
      size += count_;
    }
    const int status = StatusOf(answer);
    if (status == 0) return Error{Code::kUnavailable, "its answer is no HTTP", {}};
    return status;
  }

  const std::chrono::steady_clock::time_point end_;
  asio::io_context io_;
  size_t count_ = 0;  // bytes of the step that ended last
};

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
    return Exchange(timeout).Run(post);
  } catch (const std::exception& fault) {
    return Error{Code::kUnavailable, fault.what(), {}};
  }
}

}  // namespace scoreway::http
