#include "gateways/http/http_call.h"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <cctype>
#include <cstdio>
#include <exception>

#include "base/code_name.h"
#include "data/codec/json_members.h"
#include "gateways/client/timed_connection.h"

namespace scoreway::http {
namespace {

namespace beast = boost::beast;

constexpr size_t kReadBytes = size_t{64} << 10;
constexpr size_t kProblemBytesMax = 500;

std::string HeadOf(const HttpCall& call) {
  const HttpUrl& url = call.url;
  const bool is_ipv6 = url.host.find(':') != std::string::npos;
  std::string text = call.method + " " + url.path +
                     " HTTP/1.1\r\nHost: " + (is_ipv6 ? "[" + url.host + "]" : url.host) + ":" + url.port +
                     "\r\nUser-Agent: scoreway/" SCOREWAY_VERSION "\r\nConnection: close\r\n";
  for (const auto& [name, value] : call.headers) text += name + ": " + value + "\r\n";
  if (call.next_piece) {
    text += "Transfer-Encoding: chunked\r\n";
  } else if (call.method != "GET") {
    text += "Content-Length: 0\r\n";
  }
  return text + "\r\n";
}

std::string ChunkOf(const std::string& piece) {
  char size[20];
  std::snprintf(size, sizeof size, "%zx\r\n", piece.size());
  return size + piece + "\r\n";
}

class Caller {
 public:
  Caller(const HttpCall& call, std::chrono::milliseconds timeout)
      : call_(call), timeout_(timeout), connection_(timeout) {}

  Result<HttpAnswer> Run() {
    SCOREWAY_RETURN_IF_ERROR(connection_.Connect(call_.url.host, call_.url.port));
    if (call_.url.is_tls) SCOREWAY_RETURN_IF_ERROR(connection_.StartTls(call_.url.host));
    SCOREWAY_RETURN_IF_ERROR(connection_.Write(HeadOf(call_)));
    Status sent = SendBody();
    if (!sent.ok() && sent.code() != Code::kUnavailable) return sent;
    // A server that refuses a body before its end says why.
    Result<HttpAnswer> answer = Receive();
    if (!answer.ok() && !sent.ok()) return sent;
    return answer;
  }

 private:
  Status SendBody() {
    while (call_.next_piece) {
      SCOREWAY_ASSIGN_OR_RETURN(const std::string piece, call_.next_piece());
      connection_.Renew(timeout_);
      SCOREWAY_RETURN_IF_ERROR(connection_.Write(piece.empty() ? "0\r\n\r\n" : ChunkOf(piece)));
      if (piece.empty()) break;
    }
    return {};
  }

  Result<HttpAnswer> Receive() {
    beast::http::response_parser<beast::http::string_body> parser;
    parser.eager(true);
    parser.body_limit(call_.answer_bytes_max);
    std::string bytes;
    while (!parser.is_done()) {
      connection_.Renew(timeout_);
      const size_t before = bytes.size();
      const Status read = connection_.Read(kReadBytes, &bytes);
      beast::error_code fault;
      if (!read.ok() || bytes.size() == before) {
        // A body without a length ends with the connection.
        if (parser.got_some()) parser.put_eof(fault);
        if (!fault && parser.is_done()) break;
        return read.ok() ? Error{Code::kUnavailable, "its answer has no end", {}} : read.error();
      }
      const size_t taken = parser.put(boost::asio::buffer(bytes), fault);
      bytes.erase(0, taken);
      if (fault && fault != beast::http::error::need_more) {
        return Error{Code::kUnavailable, "its answer is no HTTP (" + fault.message() + ")", {}};
      }
    }
    HttpAnswer answer{.status = static_cast<int>(parser.get().result_int()), .headers = {}, .body = {}};
    for (const auto& field : parser.get()) {
      std::string name(field.name_string());
      for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
      answer.headers.emplace(std::move(name), std::string(field.value()));
    }
    answer.body = std::move(parser.get().body());
    return answer;
  }

  const HttpCall& call_;
  const std::chrono::milliseconds timeout_;
  TimedConnection connection_;
};

}  // namespace

Result<HttpAnswer> CallServer(const HttpCall& call, std::chrono::milliseconds timeout) {
  try {
    return Caller(call, timeout).Run();
  } catch (const std::exception& fault) {
    return Error{Code::kUnavailable, fault.what(), {}};
  }
}

Error ProblemOf(const HttpAnswer& answer) {
  std::string code, detail, place;
  if (IsJson(answer.body)) {
    JsonMembers members(answer.body);
    members.Read("code", &code);
    members.Read("detail", &detail);
    members.Read("place", &place);
    if (members.status().ok() && !detail.empty()) {
      // A caller without a key is UNAUTHENTICATED over HTTP, which is no code of ours.
      return {answer.status == 401 ? Code::kPermissionDenied : CodeFromName(code), std::move(detail), std::move(place)};
    }
  }
  const Code by_status = answer.status == 401 || answer.status == 403 ? Code::kPermissionDenied
                         : answer.status == 404                       ? Code::kNotFound
                         : answer.status == 503                       ? Code::kUnavailable
                                                                      : Code::kInternal;
  return {by_status,
          "the server answers with status " + std::to_string(answer.status) + ": " +
              answer.body.substr(0, kProblemBytesMax),
          {}};
}

}  // namespace scoreway::http
