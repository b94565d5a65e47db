// HttpOptions: what the HTTP core can be told.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "gateways/tls_options.h"

namespace scoreway::http {

struct HttpOptions {
  std::string address = "127.0.0.1";  // an IPv4 or IPv6 address; "0.0.0.0" for all
  uint16_t port = 8080;               // 0: any free port, see HttpServer::port
  unsigned threads = 0;               // that read and answer; 0: one a core

  TlsOptions tls = {};

  uint32_t header_bytes_max = 16 * 1024;
  size_t connections_max = 20'000;  // beyond it: 503 and the connection ends

  // No request has begun.
  std::chrono::milliseconds idle_timeout{75'000};
  // From a request's first byte to the end of its head.
  std::chrono::milliseconds head_timeout{10'000};
  // For each 64 KiB of a body to arrive.
  std::chrono::milliseconds body_timeout{30'000};
  // For the peer to take something of an answer.
  std::chrono::milliseconds write_timeout{30'000};
  // For a request that waits (a model being loaded, a place in the pool) to begin being worked on.
  std::chrono::milliseconds request_timeout{30'000};
  // On stopping: an idle connection may still send a request for so long ...
  std::chrono::milliseconds drain_idle{250};
  // ... and what is in flight may go on for so long.
  std::chrono::milliseconds drain_timeout{20'000};
  // How often deadlines are looked at, and so how exact they are.
  std::chrono::milliseconds tick{100};
};

}  // namespace scoreway::http
