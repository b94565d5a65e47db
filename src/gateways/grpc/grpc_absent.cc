// In the place of the gRPC gateway, where the build goes without it.
#include "gateways/grpc/grpc_server.h"

namespace scoreway::grpc_gateway {

struct GrpcServer::Impl {};

bool HasGrpc() { return false; }

Result<std::unique_ptr<GrpcServer>> GrpcServer::Start(const GrpcOptions&, const Service&, const WorkerPools&) {
  return Error{Code::kUnsupported, "this scoreway was built without gRPC; build it with -DSCOREWAY_GRPC=ON",
               "--grpc-port"};
}

GrpcServer::GrpcServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
GrpcServer::~GrpcServer() = default;
uint16_t GrpcServer::port() const { return 0; }
void GrpcServer::BeginDrain() {}

}  // namespace scoreway::grpc_gateway
