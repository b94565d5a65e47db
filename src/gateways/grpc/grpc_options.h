// GrpcOptions: what the gRPC gateway can be told.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

#include "gateways/tls_options.h"
#include "service/admission.h"

namespace scoreway::grpc_gateway {

struct GrpcOptions {
  std::string address = "127.0.0.1";  // an IPv4 or IPv6 address; "0.0.0.0" for all
  uint16_t port = 0;                  // 0: any free port, see GrpcServer::port
  TlsOptions tls = {};
  size_t message_bytes_max = size_t{64} << 20;
  int streams_max = 1024;  // calls at a time on one connection
  // A prediction that is likely to take longer goes to the pool.
  int64_t inline_nanoseconds_max = 100'000;
  AdmissionOptions admission = {};
  // On stopping: calls under way may go on for so long.
  std::chrono::milliseconds drain_timeout{20'000};
};

}  // namespace scoreway::grpc_gateway
