// The null endpoint: our HTTP core with a handler that answers a fixed body and looks at nothing. What a request costs
// beyond this is the price of parsing, scoring and writing.
//
// usage: null_server PORT [THREADS]   (port 0: any; the port is printed)
#include <cstdio>
#include <cstdlib>
#include <string>

#include "gateways/http/http_server.h"

namespace {

class NullDispatcher final : public scoreway::http::Dispatcher {
 public:
  int64_t Head(scoreway::http::Exchange&) override { return 64 << 20; }
  void Handle(scoreway::http::Exchange& exchange) override { exchange.response().body = body_; }

 private:
  // As long as the answer to one row of the wine model.
  const std::string body_ = "{\"model\":\"null\",\"rows\":[" + std::string(190, '1') + "]}";
};

}  // namespace

int main(int argc, char** argv) {
  scoreway::http::HttpOptions options;
  options.port = static_cast<uint16_t>(argc > 1 ? std::atoi(argv[1]) : 0);
  options.threads = argc > 2 ? static_cast<unsigned>(std::atoi(argv[2])) : 0;
  NullDispatcher dispatcher;
  auto server = scoreway::http::HttpServer::Start(options, &dispatcher);
  if (!server.ok()) {
    std::fprintf(stderr, "%s\n", server.error().ToString().c_str());
    return 6;
  }
  std::printf("%u\n", static_cast<unsigned>((*server)->port()));
  std::fflush(stdout);
  (*server)->Run(true);
  return 0;
}
