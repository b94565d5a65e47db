// InferStream: a stream of ModelInferRequests, answered in their order with ModelStreamInferResponses.
//
// One request is worked on at a time, so a client that does not read its answers holds up nobody but itself, and the
// next request waits in the connection's window. An error of a request is told in its answer and does not end the
// stream; only a missing key does. The stream ends when the client has sent its last request, or when the server stops:
// then with UNAVAILABLE, after the answer that is under way.
#pragma once

#include <grpcpp/server_context.h>
#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/server_callback.h>

#include <functional>
#include <memory>
#include <mutex>
#include <set>

#include "gateways/grpc/call.h"
#include "service/call_counts.h"

namespace scoreway::grpc_gateway {

// Those that are open. Any thread may use it.
class InferStreams {
 public:
  // Has a request answered: ends the call, at once or later.
  using Answer = std::function<void(const CallPtr& call)>;

  // Opens one; gRPC owns it.
  ::grpc::ServerBidiReactor<::grpc::ByteBuffer, ::grpc::ByteBuffer>* Open(::grpc::CallbackServerContext* context,
                                                                          CallCounts::Method* counts, Answer answer);
  // Ends all that are open and all that come.
  void BeginDrain();

 private:
  class Stream;
  class StreamedCall;

  std::mutex mutex_;
  bool is_draining_ = false;                   // guarded by mutex_
  std::set<std::shared_ptr<Stream>> streams_;  // guarded by mutex_
};

}  // namespace scoreway::grpc_gateway
