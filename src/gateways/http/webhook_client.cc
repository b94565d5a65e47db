#include "gateways/http/webhook_client.h"

#include <openssl/ssl.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>
#include <chrono>
#include <exception>
#include <string>
#include <utility>

namespace scoreway::http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using beast::error_code;

constexpr std::chrono::seconds kTimeout{10};
constexpr uint64_t kAnswerBytesMax = 64 * 1024;

struct Target {
  bool is_tls = false;
  std::string host, port, path;
};

Result<Target> ParseUrl(std::string_view url) {
  Target target;
  const Error bad{Code::kInvalidArgument, "not a URL that begins with http:// or https://", "webhook"};
  if (url.starts_with("https://")) {
    target.is_tls = true;
    url.remove_prefix(8);
  } else if (url.starts_with("http://")) {
    url.remove_prefix(7);
  } else {
    return bad;
  }
  const size_t end = url.find_first_of("/?#");
  const std::string_view authority = url.substr(0, end);
  target.path = end == std::string_view::npos ? "/" : std::string(url.substr(end, url.find('#') - end));
  if (!target.path.starts_with('/')) target.path.insert(target.path.begin(), '/');
  const size_t bracket = authority.rfind(']');
  const size_t colon = authority.rfind(':');
  const bool has_port = colon != std::string_view::npos && (bracket == std::string_view::npos || colon > bracket);
  target.host = authority.substr(0, has_port ? colon : authority.size());
  target.port = has_port ? std::string(authority.substr(colon + 1)) : target.is_tls ? "443" : "80";
  if (target.host.starts_with('[') && target.host.ends_with(']'))
    target.host = target.host.substr(1, target.host.size() - 2);
  if (target.host.empty() || authority.find('@') != std::string_view::npos) return bad;
  return target;
}

using HttpRequest = beast::http::request<beast::http::string_body>;

HttpRequest MakeRequest(const Target& target, const WebhookCall& call) {
  HttpRequest request(beast::http::verb::post, target.path, 11);
  request.set(beast::http::field::host, target.host + ":" + target.port);
  request.set(beast::http::field::user_agent, "scoreway/" SCOREWAY_VERSION);
  request.set(beast::http::field::content_type, "application/json");
  request.set(beast::http::field::connection, "close");
  if (!call.signature.empty()) request.set("Scoreway-Signature", call.signature);
  request.body() = call.body;
  request.prepare_payload();
  return request;
}

// One call; runs its operations to the end or the timeout.
class Caller {
 public:
  explicit Caller(const Target& target) : target_(target) {}

  Result<int> Call(const HttpRequest& request) {
    error_code fault;
    asio::ip::tcp::resolver resolver(io_);
    asio::ip::tcp::resolver::results_type addresses;
    resolver.async_resolve(target_.host, target_.port, [&](error_code e, auto found) {
      fault = e;
      addresses = std::move(found);
    });
    if (!Run(&fault)) return Failed("its name is not found", fault);
    if (!target_.is_tls) {
      beast::tcp_stream stream(io_);
      if (!Connect(stream, addresses, &fault)) return Failed("no connection", fault);
      return Exchange(stream, request);
    }
    asio::ssl::context context(asio::ssl::context::tls_client);
    context.set_default_verify_paths();
    context.set_verify_mode(asio::ssl::verify_peer);
    beast::ssl_stream<beast::tcp_stream> stream(io_, context);
    stream.set_verify_callback(asio::ssl::host_name_verification(target_.host));
    SSL_set_tlsext_host_name(stream.native_handle(), target_.host.c_str());
    if (!Connect(beast::get_lowest_layer(stream), addresses, &fault)) return Failed("no connection", fault);
    stream.async_handshake(asio::ssl::stream_base::client, [&](error_code e) { fault = e; });
    if (!Run(&fault)) return Failed("no TLS", fault);
    return Exchange(stream, request);
  }

 private:
  static Error Failed(const std::string& what, const error_code& fault) {
    return {Code::kUnavailable, "the webhook cannot be called: " + what + " (" + fault.message() + ")", {}};
  }

  bool Run(error_code* fault) {
    io_.restart();
    io_.run_until(end_);
    if (io_.stopped()) return !*fault;
    *fault = beast::error::timeout;
    return false;
  }

  bool Connect(beast::tcp_stream& stream, const asio::ip::tcp::resolver::results_type& addresses, error_code* fault) {
    stream.async_connect(addresses, [fault](error_code e, const auto&) { *fault = e; });
    return Run(fault);
  }

  template <typename Stream>
  Result<int> Exchange(Stream& stream, const HttpRequest& request) {
    error_code fault;
    beast::http::async_write(stream, request, [&](error_code e, size_t) { fault = e; });
    if (!Run(&fault)) return Failed("it does not read", fault);
    beast::flat_buffer buffer;
    beast::http::response_parser<beast::http::string_body> answer;
    answer.body_limit(kAnswerBytesMax);
    beast::http::async_read_header(stream, buffer, answer, [&](error_code e, size_t) { fault = e; });
    if (!Run(&fault)) return Failed("no answer", fault);
    return static_cast<int>(answer.get().result_int());
  }

  const Target& target_;
  const std::chrono::steady_clock::time_point end_ = std::chrono::steady_clock::now() + kTimeout;
  asio::io_context io_;
};

}  // namespace

Result<int> CallWebhook(const WebhookCall& call) {
  SCOREWAY_ASSIGN_OR_RETURN(const Target target, ParseUrl(call.url));
  try {
    return Caller(target).Call(MakeRequest(target, call));
  } catch (const std::exception& fault) {
    return Error{Code::kUnavailable, std::string("the webhook cannot be called: ") + fault.what(), {}};
  }
}

}  // namespace scoreway::http
