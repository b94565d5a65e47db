#include "gateways/http/http_post.h"

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <thread>

namespace scoreway::http {
namespace {

using boost::asio::ip::tcp;
using namespace std::chrono_literals;

// Takes one connection: reads until the text comes, and answers.
class OneAnswer {
 public:
  OneAnswer(std::string until, std::string answer)
      : thread_([this, until = std::move(until), answer = std::move(answer)] {
          tcp::socket socket(io_);
          boost::system::error_code fault;
          acceptor_.accept(socket, fault);
          char bytes[4096];
          while (!fault && got.find(until) == std::string::npos) {
            got.append(bytes, socket.read_some(boost::asio::buffer(bytes), fault));
          }
          boost::asio::write(socket, boost::asio::buffer(answer), fault);
          // Until the other side has had enough.
          while (!fault) socket.read_some(boost::asio::buffer(bytes), fault);
        }) {}
  ~OneAnswer() { thread_.join(); }

  std::string url(const std::string& path) {
    return "http://127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port()) + path;
  }

  std::string got;

 private:
  boost::asio::io_context io_;
  tcp::acceptor acceptor_{io_, tcp::endpoint(boost::asio::ip::address_v4::loopback(), 0)};
  std::thread thread_;
};

TEST(HttpPost, SendsARequestAndReadsTheStatus) {
  std::string got;
  {
    OneAnswer server("end", "HTTP/1.1 204 No Content\r\nX: y\r\n\r\n");
    const auto status =
        Send({.url = *ParseHttpUrl(server.url("/a?b=c#d")), .headers = {{"X-Name", "value"}}, .body = "the end"}, 10s);
    ASSERT_TRUE(status.ok()) << status.status().ToString();
    EXPECT_EQ(*status, 204);
    got = server.got;
  }
  EXPECT_TRUE(got.starts_with("POST /a?b=c HTTP/1.1\r\nHost: 127.0.0.1:")) << got;
  EXPECT_NE(got.find("\r\nContent-Type: application/json\r\nContent-Length: 7\r\n"), std::string::npos) << got;
  EXPECT_NE(got.find("\r\nX-Name: value\r\n"), std::string::npos) << got;
  EXPECT_TRUE(got.ends_with("\r\n\r\nthe end")) << got;
}

TEST(HttpPost, SaysWhyThereIsNoAnswer) {
  for (const auto& [answer, why] : {std::pair{std::string("hello\r\n\r\n"), "no HTTP"},
                                    {"HTTP/1.1 2x0 Yes\r\n\r\n", "no HTTP"},
                                    {std::string(100'000, 'x'), "has no end"},
                                    {"HTTP/1.1 200", "no answer"}}) {
    OneAnswer server("end", answer);
    const auto status = Send({.url = *ParseHttpUrl(server.url("/")), .body = "end"}, 300ms);
    EXPECT_EQ(status.code(), Code::kUnavailable);
    EXPECT_NE(status.status().ToString().find(why), std::string::npos) << status.status().ToString();
  }
  const auto nobody = Send({.url = *ParseHttpUrl("http://127.0.0.1:1/"), .body = ""}, 10s);
  EXPECT_EQ(nobody.code(), Code::kUnavailable);
}

TEST(HttpPost, ReadsUrls) {
  const auto parts = [](std::string_view text) {
    const auto url = ParseHttpUrl(text);
    if (!url.ok()) return std::string("none");
    return std::string(url->is_tls ? "tls " : "") + url->host + " " + url->port + " " + url->path;
  };
  EXPECT_EQ(parts("http://example.org"), "example.org 80 /");
  EXPECT_EQ(parts("https://example.org/a/b?c"), "tls example.org 443 /a/b?c");
  EXPECT_EQ(parts("http://example.org:8080?q=1"), "example.org 8080 /?q=1");
  EXPECT_EQ(parts("http://[::1]:99/x"), "::1 99 /x");
  EXPECT_EQ(parts("http://[::1]/x"), "::1 80 /x");
  EXPECT_EQ(ParseHttpUrl("http://collector", "4318")->port, "4318");
  for (const char* bad : {"", "example.org", "ftp://example.org", "http://", "http:///x", "http://a:/", "http://u@h/",
                          "http://h/a b", "http://h/a\r\nX: y"}) {
    EXPECT_EQ(parts(bad), "none") << bad;
  }
}

}  // namespace
}  // namespace scoreway::http
