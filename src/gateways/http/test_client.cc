#include "gateways/http/test_client.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "base/check.h"

namespace scoreway::http {

TestClient::TestClient(uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  LimitWait(std::chrono::seconds(20));
  SCOREWAY_CHECK(::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
}

TestClient::~TestClient() { ::close(socket_); }

void TestClient::Send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return;  // the server has closed; Receive tells
    bytes.remove_prefix(static_cast<size_t>(sent));
  }
}

void TestClient::EndOfInput() { ::shutdown(socket_, SHUT_WR); }

void TestClient::LimitWait(std::chrono::milliseconds limit) {
  const timeval time{limit.count() / 1000, limit.count() % 1000 * 1000};
  ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &time, sizeof time);
}

bool TestClient::Fill() {
  char chunk[16384];
  const ssize_t size = ::recv(socket_, chunk, sizeof chunk, 0);
  if (size > 0) received_.append(chunk, static_cast<size_t>(size));
  return size > 0;
}

std::string TestClient::ReceiveAll(std::chrono::milliseconds limit) {
  LimitWait(limit);
  while (Fill()) {
  }
  return std::move(received_);
}

bool TestClient::AtEnd() { return received_.empty() && !Fill(); }

TestResponse TestClient::Receive(bool head) {
  TestResponse response;
  size_t head_end;
  while ((head_end = received_.find("\r\n\r\n")) == std::string::npos) {
    if (!Fill()) return {};
  }
  std::string_view lines = std::string_view(received_).substr(0, head_end + 2);
  const int status = std::atoi(std::string(lines.substr(9, 3)).c_str());
  lines.remove_prefix(lines.find("\r\n") + 2);
  while (!lines.empty()) {
    const std::string_view line = lines.substr(0, lines.find("\r\n"));
    lines.remove_prefix(line.size() + 2);
    const size_t colon = line.find(": ");
    std::string name(line.substr(0, colon));
    std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::tolower(c); });
    response.headers[name] = line.substr(colon + 2);
  }
  const auto length = response.headers.find("content-length");
  const size_t size = head || length == response.headers.end() ? 0 : std::stoull(length->second);
  while (received_.size() < head_end + 4 + size) {
    if (!Fill()) return {};
  }
  response.body = received_.substr(head_end + 4, size);
  received_.erase(0, head_end + 4 + size);
  response.status = status;
  return response;
}

TestResponse TestClient::Call(std::string_view method, std::string_view target, std::string_view body,
                              std::string_view content_type, std::string_view headers) {
  std::string request;
  request.append(method).append(" ").append(target).append(" HTTP/1.1\r\nHost: test\r\n").append(headers);
  if (!body.empty()) request.append("Content-Type: ").append(content_type).append("\r\n");
  if (!body.empty() || method == "POST" || method == "PUT") {
    request.append("Content-Length: ").append(std::to_string(body.size())).append("\r\n");
  }
  Send(request.append("\r\n").append(body));
  return Receive(method == "HEAD");
}

}  // namespace scoreway::http
