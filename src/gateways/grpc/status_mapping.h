// Our errors as gRPC's.
#pragma once

#include <grpcpp/support/status.h>

#include "base/result.h"

namespace scoreway::grpc_gateway {

::grpc::Status ToGrpcStatus(const Error& error);

}  // namespace scoreway::grpc_gateway
