// A null endpoint of gRPC: its callback API, bytes in and fixed bytes out. What the library costs whoever answers by
// it, before a message is read.
//
// usage: grpc_null_server ANSWER_FILE   (the port is printed)
#include <absl/synchronization/mutex.h>
#include <grpcpp/grpcpp.h>
#include <grpcpp/impl/codegen/rpc_service_method.h>
#include <grpcpp/impl/codegen/server_callback_handlers.h>
#include <grpcpp/impl/codegen/service_type.h>
#include <signal.h>

#include <cstdio>
#include <fstream>
#include <sstream>

namespace {

using grpc::ByteBuffer;

class NullService final : public grpc::Service {
 public:
  explicit NullService(const std::string& answer) : answer_(answer) {
    AddMethod(new grpc::internal::RpcServiceMethod("/inference.GRPCInferenceService/ModelInfer",
                                                   grpc::internal::RpcMethod::NORMAL_RPC, nullptr));
    MarkMethodRawCallback(0, new grpc::internal::CallbackUnaryHandler<ByteBuffer, ByteBuffer>(
                                 [this](grpc::CallbackServerContext* context, const ByteBuffer*, ByteBuffer* response) {
                                   *response = ByteBuffer(&answer_, 1);
                                   auto* const reactor = context->DefaultReactor();
                                   reactor->Finish(grpc::Status::OK);
                                   return reactor;
                                 }));
  }

 private:
  const grpc::Slice answer_;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  std::ifstream file(argv[1], std::ios::binary);
  std::ostringstream answer;
  answer << file.rdbuf();
  sigset_t ends;
  sigemptyset(&ends);
  sigaddset(&ends, SIGTERM);
  sigprocmask(SIG_BLOCK, &ends, nullptr);
  // As our server does: Abseil as Debian builds it looks for deadlocks at each lock that gRPC takes.
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
  NullService service(answer.str());
  int port = 0;
  grpc::ServerBuilder builder;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
  builder.RegisterService(&service);
  const auto server = builder.BuildAndStart();
  std::printf("%d\n", port);
  std::fflush(stdout);
  int signal = 0;
  sigwait(&ends, &signal);
  server->Shutdown();
  return 0;
}
