// What a client sends over a connection, whatever it is, is answered: with HTTP, and never with an internal error. Our
// whole server stands behind, with a model; what earlier inputs have stored in it stays for a while.
#include <cstdint>
#include <cstdlib>
#include <memory>

#include "base/check.h"
#include "gateways/http/gateway_fixture.h"

namespace {

using scoreway::http::GatewayFixture;
using scoreway::http::TestClient;

constexpr int kInputsOfAServer = 5000;
// Answers that do not end, such as the events of a stream, are left after this.
constexpr std::chrono::milliseconds kAnswerTime{100};

class Server final : public GatewayFixture {
 public:
  Server() {
    serving_options.poll_interval = std::chrono::milliseconds(20);
    records_options.log_predictions = true;
    Start();
    SCOREWAY_CHECK(PushWine("wine", {"champion"}) == 1);
  }
  uint16_t port() const { return server->port(); }

 private:
  void TestBody() override {}
};

// Every answer but the first stands behind a body, of JSON in most cases.
bool IsWellFormed(std::string_view answers) {
  if (answers.empty()) return true;
  if (!answers.starts_with("HTTP/1.1 ")) return false;
  for (size_t at = 0; (at = answers.find("HTTP/1.1 500", at)) != std::string_view::npos; ++at) {
    if (at == 0 || answers[at - 1] == '}') return false;
  }
  return true;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  // Made here, not later: what its threads use of other libraries' statics has been made by then, and so is destroyed
  // after it when the fuzzer exits.
  static auto server = std::make_unique<Server>();
  static int inputs = 0;
  if (++inputs % kInputsOfAServer == 0) {
    server = nullptr;
    server = std::make_unique<Server>();
  }
  TestClient client(server->port());
  client.Send({reinterpret_cast<const char*>(data), size});
  client.EndOfInput();
  if (!IsWellFormed(client.ReceiveAll(kAnswerTime))) std::abort();
  return 0;
}
