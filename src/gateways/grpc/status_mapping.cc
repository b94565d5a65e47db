#include "gateways/grpc/status_mapping.h"

namespace scoreway::grpc_gateway {
namespace {

::grpc::StatusCode GrpcCode(Code code) {
  switch (code) {
    case Code::kOk: return ::grpc::StatusCode::OK;
    case Code::kInvalidArgument: return ::grpc::StatusCode::INVALID_ARGUMENT;
    case Code::kNotFound: return ::grpc::StatusCode::NOT_FOUND;
    case Code::kAlreadyExists: return ::grpc::StatusCode::ALREADY_EXISTS;
    case Code::kConflict: return ::grpc::StatusCode::ABORTED;
    case Code::kUnsupported: return ::grpc::StatusCode::UNIMPLEMENTED;
    case Code::kCorrupt: return ::grpc::StatusCode::DATA_LOSS;
    case Code::kResourceExhausted: return ::grpc::StatusCode::RESOURCE_EXHAUSTED;
    case Code::kUnavailable: return ::grpc::StatusCode::UNAVAILABLE;
    case Code::kDeadlineExceeded: return ::grpc::StatusCode::DEADLINE_EXCEEDED;
    case Code::kPermissionDenied: return ::grpc::StatusCode::PERMISSION_DENIED;
    case Code::kInternal: return ::grpc::StatusCode::INTERNAL;
  }
  return ::grpc::StatusCode::INTERNAL;
}

}  // namespace

::grpc::Status ToGrpcStatus(const Error& error) { return {GrpcCode(error.code), error.ToString()}; }

}  // namespace scoreway::grpc_gateway
