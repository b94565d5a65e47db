// GrpcServer: the Open Inference Protocol over gRPC, with grpc.health.v1 beside it. An optional part of the build.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/result.h"
#include "gateways/grpc/grpc_options.h"
#include "gateways/grpc/worker_pools.h"
#include "service/service.h"

namespace scoreway::grpc_gateway {

// Whether this build has the gateway.
bool HasGrpc();

class GrpcServer {
 public:
  // Listens and answers, on threads of gRPC's own and of the pools. UNAVAILABLE: the port is in
  // use; UNSUPPORTED: built without gRPC. What the service points at, and the pools, must outlive the server.
  static Result<std::unique_ptr<GrpcServer>> Start(const GrpcOptions& options, const Service& service,
                                                   const WorkerPools& pools);
  // Drains, if that has not begun, and waits until it is done.
  ~GrpcServer();

  // Where it listens.
  uint16_t port() const;

  // Health says not serving, no call is taken any more, those under way may end within the drain timeout. Returns at
  // once; thread-safe.
  void BeginDrain();

 private:
  struct Impl;
  explicit GrpcServer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace scoreway::grpc_gateway
