// HttpServer: listens, hands connections to its I/O threads, and ends in order.
//
// The thread that calls Run accepts; each connection stays with the I/O thread that has fewest. (Listening sockets per
// thread, as SO_REUSEPORT allows, would spread a few long connections by chance and lose those waiting in a socket that
// closes.) Draining: no new connection is accepted, requests in flight are answered with "Connection: close", what is
// left after drain_timeout is cut off.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/result.h"
#include "gateways/http/exchange.h"
#include "gateways/http/http_options.h"

namespace scoreway::http {

class HttpServer {
 public:
  // Listens and starts the I/O threads; connections are taken once Run is called. UNAVAILABLE names address and port
  // when the port is in use, INVALID_ARGUMENT a file of TLS that is none. The dispatcher must outlive the server, and
  // pools it uses must outlive Run.
  static Result<std::unique_ptr<HttpServer>> Start(const HttpOptions& options, Dispatcher* dispatcher);
  ~HttpServer();

  // Where it listens.
  uint16_t port() const;
  // "127.0.0.1:8080" or "[::1]:8080".
  std::string address() const;
  unsigned thread_count() const;
  size_t connection_count() const;

  // Serves until Stop or, if wanted, SIGINT or SIGTERM; drains, and returns when all threads have ended. `on_ready` is
  // called once requests are taken and signals heard, `on_drain` when draining begins.
  void Run(bool stop_on_signals, const std::function<void()>& on_ready = {}, std::function<void()> on_drain = {});
  // Begins to drain. Thread-safe; again: cuts off.
  void Stop();

 private:
  struct Impl;
  explicit HttpServer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace scoreway::http
