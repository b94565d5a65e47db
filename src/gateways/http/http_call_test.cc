#include "gateways/http/http_call.h"

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <thread>

namespace scoreway::http {
namespace {

using boost::asio::ip::tcp;
using namespace std::chrono_literals;

// Takes one connection, reads until the text comes, answers and hangs up.
class OneCall {
 public:
  OneCall(std::string until, std::string answer)
      : thread_([this, until = std::move(until), answer = std::move(answer)] {
          tcp::socket socket(io_);
          boost::system::error_code fault;
          acceptor_.accept(socket, fault);
          char bytes[4096];
          while (!fault && got_.find(until) == std::string::npos) {
            got_.append(bytes, socket.read_some(boost::asio::buffer(bytes), fault));
          }
          boost::asio::write(socket, boost::asio::buffer(answer), fault);
        }) {}
  ~OneCall() { thread_.join(); }

  HttpCall call(const std::string& method) const {
    const std::string port = std::to_string(acceptor_.local_endpoint().port());
    return {.url = *ParseHttpUrl("http://127.0.0.1:" + port + "/v1/x?y=z"), .method = method};
  }
  // After the answer.
  const std::string& got() const { return got_; }

 private:
  boost::asio::io_context io_;
  tcp::acceptor acceptor_{io_, tcp::endpoint(boost::asio::ip::address_v4::loopback(), 0)};
  std::string got_;
  std::thread thread_;
};

TEST(HttpCall, SendsABodyPieceByPiece) {
  const OneCall server("0\r\n\r\n", "HTTP/1.1 201 Created\r\nContent-Length: 4\r\nX-Next: a\r\n\r\nokay");
  HttpCall call = server.call("POST");
  call.headers = {{"Authorization", "Bearer k"}};
  std::vector<std::string> pieces = {"", "second", "first"};
  call.next_piece = [&]() -> Result<std::string> {
    std::string piece = pieces.back();
    pieces.pop_back();
    return piece;
  };
  const auto answer = CallServer(call, 10s);
  ASSERT_TRUE(answer.ok()) << answer.status().ToString();
  EXPECT_EQ(answer->status, 201);
  EXPECT_EQ(answer->headers.at("x-next"), "a");
  EXPECT_EQ(answer->body, "okay");
  EXPECT_TRUE(server.got().starts_with("POST /v1/x?y=z HTTP/1.1\r\nHost: 127.0.0.1:")) << server.got();
  EXPECT_NE(server.got().find(
                "\r\nAuthorization: Bearer k\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n6\r\nsecond\r\n0"),
            std::string::npos)
      << server.got();
}

TEST(HttpCall, ReadsBodiesOfAllKinds) {
  const std::pair<const char*, const char*> cases[] = {
      {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n", "abc"},
      {"HTTP/1.1 200 OK\r\n\r\nuntil the end", "until the end"},
      {"HTTP/1.1 204 No Content\r\n\r\n", ""},
      {"HTTP/1.1 404 Not Found\r\nContent-Length: 1\r\n\r\nx", "x"},
  };
  for (const auto& [text, body] : cases) {
    const OneCall server("\r\n\r\n", text);
    const auto answer = CallServer(server.call("GET"), 10s);
    ASSERT_TRUE(answer.ok()) << text << answer.status().ToString();
    EXPECT_EQ(answer->body, body) << text;
  }
  for (const char* text : {"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort", "nonsense\r\n\r\n", ""}) {
    const OneCall server("\r\n\r\n", text);
    EXPECT_EQ(CallServer(server.call("GET"), 10s).code(), Code::kUnavailable) << text;
  }
  {
    const OneCall server("\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n" + std::string(100, 'x'));
    HttpCall call = server.call("GET");
    call.answer_bytes_max = 99;
    EXPECT_EQ(CallServer(call, 10s).code(), Code::kUnavailable);
  }
}

TEST(HttpCall, TellsWhatAServerSaysIsWrong) {
  const Error said =
      ProblemOf({.status = 409, .headers = {}, .body = R"({"code":"CONFLICT","detail":"d","place":"p"})"});
  EXPECT_EQ(said.code, Code::kConflict);
  EXPECT_EQ(said.ToString(), "p: d");
  EXPECT_EQ(ProblemOf({.status = 404, .headers = {}, .body = "<html>"}).code, Code::kNotFound);
  EXPECT_EQ(ProblemOf({.status = 401, .headers = {}, .body = {}}).code, Code::kPermissionDenied);
  EXPECT_EQ(ProblemOf({.status = 500, .headers = {}, .body = "[]"}).code, Code::kInternal);
}

}  // namespace
}  // namespace scoreway::http
