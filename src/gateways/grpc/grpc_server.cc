#include "gateways/grpc/grpc_server.h"

#include <absl/synchronization/mutex.h>
#include <grpcpp/grpcpp.h>

#include <algorithm>
#include <climits>
#include <fstream>
#include <mutex>
#include <sstream>
#include <thread>

#include "gateways/grpc/inference_service.h"

namespace scoreway::grpc_gateway {
namespace {

std::string Endpoint(const GrpcOptions& options) {
  const bool is_v6 = options.address.find(':') != std::string::npos;
  return (is_v6 ? "[" + options.address + "]" : options.address) + ":" + std::to_string(options.port);
}

Result<std::string> ReadPem(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream bytes;
  bytes << file.rdbuf();
  if (file) return std::move(bytes).str();
  return Error{Code::kInvalidArgument, "cannot be read", path};
}

// What is no certificate or no key of it, gRPC tells only by not listening.
Result<std::shared_ptr<::grpc::ServerCredentials>> MakeCredentials(const TlsOptions& tls) {
  if (tls.certificate_file.empty()) return ::grpc::InsecureServerCredentials();
  const bool asks_clients = !tls.client_authority_file.empty();
  ::grpc::SslServerCredentialsOptions options(asks_clients ? GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY
                                                           : GRPC_SSL_DONT_REQUEST_CLIENT_CERTIFICATE);
  ::grpc::SslServerCredentialsOptions::PemKeyCertPair pair;
  SCOREWAY_ASSIGN_OR_RETURN(pair.private_key, ReadPem(tls.key_file));
  SCOREWAY_ASSIGN_OR_RETURN(pair.cert_chain, ReadPem(tls.certificate_file));
  options.pem_key_cert_pairs.push_back(std::move(pair));
  if (asks_clients) {
    SCOREWAY_ASSIGN_OR_RETURN(options.pem_root_certs, ReadPem(tls.client_authority_file));
  }
  return ::grpc::SslServerCredentials(options);
}

}  // namespace

struct GrpcServer::Impl {
  Impl(const GrpcOptions& grpc_options, const Service& service, const WorkerPools& pools)
      : options(grpc_options), inference(grpc_options, service, pools) {}

  Status Start() {
    SCOREWAY_ASSIGN_OR_RETURN(const auto credentials, MakeCredentials(options.tls));
    // Abseil as Debian builds it looks for deadlocks at each lock that gRPC takes.
    absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
    ::grpc::EnableDefaultHealthCheckService(true);
    ::grpc::ServerBuilder builder;
    builder.AddListeningPort(Endpoint(options), credentials, &port);
    // Two servers on one port would each get some of the connections.
    builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
    builder.AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS, options.streams_max);
    builder.SetMaxReceiveMessageSize(static_cast<int>(std::min<size_t>(options.message_bytes_max, INT_MAX)));
    builder.RegisterService(&inference);
    server = builder.BuildAndStart();
    if (server != nullptr && port != 0) return {};
    return Status(Code::kUnavailable, "cannot listen on " + Endpoint(options) + " for gRPC; choose another port",
                  "--grpc-port");
  }

  // Waits for the calls under way in a thread of its own: whoever stops a server has other doors to close.
  void BeginDrain() {
    std::lock_guard lock(mutex);
    if (drainer.joinable() || server == nullptr) return;
    inference.BeginDrain();
    server->GetHealthCheckService()->SetServingStatus(false);
    drainer = std::thread([this] { server->Shutdown(std::chrono::system_clock::now() + options.drain_timeout); });
  }

  const GrpcOptions options;
  InferenceService inference;
  int port = 0;
  std::unique_ptr<::grpc::Server> server;  // after the service that it calls
  std::mutex mutex;
  std::thread drainer;  // guarded by mutex
};

bool HasGrpc() { return true; }

GrpcServer::GrpcServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Result<std::unique_ptr<GrpcServer>> GrpcServer::Start(const GrpcOptions& options, const Service& service,
                                                      const WorkerPools& pools) {
  auto impl = std::make_unique<Impl>(options, service, pools);
  SCOREWAY_RETURN_IF_ERROR(impl->Start());
  return std::unique_ptr<GrpcServer>(new GrpcServer(std::move(impl)));
}

GrpcServer::~GrpcServer() {
  impl_->BeginDrain();
  impl_->drainer.join();
}

uint16_t GrpcServer::port() const { return static_cast<uint16_t>(impl_->port); }

void GrpcServer::BeginDrain() { impl_->BeginDrain(); }

}  // namespace scoreway::grpc_gateway
