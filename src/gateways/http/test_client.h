// TestClient: a small blocking HTTP client for tests, which sends exactly the bytes it is told to.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace scoreway::http {

struct TestResponse {
  int status = 0;                              // 0: the connection ended before an answer
  std::map<std::string, std::string> headers;  // names in lower case
  std::string body;
};

class TestClient {
 public:
  explicit TestClient(uint16_t port);
  ~TestClient();
  TestClient(const TestClient&) = delete;
  TestClient& operator=(const TestClient&) = delete;

  void Send(std::string_view bytes);
  // Says that nothing more will be sent.
  void EndOfInput();
  // The next answer. `head`: it has no body, whatever Content-Length says.
  TestResponse Receive(bool head = false);
  // All that still comes until the server ends the connection, or nothing comes for so long.
  std::string ReceiveAll(std::chrono::milliseconds limit);
  // Whether the server ended the connection, waiting for it.
  bool AtEnd();

  // A whole request with Host and Content-Length.
  TestResponse Call(std::string_view method, std::string_view target, std::string_view body = {},
                    std::string_view content_type = "application/json", std::string_view headers = {});

 private:
  bool Fill();
  void LimitWait(std::chrono::milliseconds limit);

  int socket_;
  std::string received_;
};

}  // namespace scoreway::http
