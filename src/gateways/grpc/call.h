// Call: one request over gRPC, and where its one answer goes. Ended by Finish or Fail; the first of all these counts.
//
// May be ended from any thread. Each way that requests come by has a class of its own, which sends the answer.
#pragma once

#include <grpcpp/server_context.h>
#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/slice.h>
#include <grpcpp/support/status.h>

#include <atomic>
#include <chrono>
#include <exception>
#include <memory>
#include <new>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "service/call_counts.h"

namespace scoreway::grpc_gateway {

// The bytes as a buffer that owns them, without a copy.
::grpc::ByteBuffer ToByteBuffer(std::string bytes);

class Call {
 public:
  // `counts` may be null: then nobody counts. The context must live until the call has ended.
  Call(::grpc::CallbackServerContext* context, const ::grpc::ByteBuffer* request, CallCounts::Method* counts);
  virtual ~Call() = default;
  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;

  std::string_view request() const { return {reinterpret_cast<const char*>(request_.begin()), request_.size()}; }
  // Of the call's metadata: the first of that name, or nothing.
  std::optional<std::string_view> Metadata(const char* name) const;

  std::string caller;    // the name of the key
  std::string alias;     // by which the model is asked for, or to which it is led
  std::string trace_id;  // of the trace that it is part of, if any

  // Why there is no use in working on it.
  Status CheckWanted() const;

  void Finish(Result<std::string> answer);
  void Fail(const Error& error);
  void RefuseWithoutKey();
  // That there is no such model is no error of this call, but its answer.
  void AnswerMissingWithFalse() { missing_is_false_ = true; }

  // The catch-all of this door.
  template <typename Guarded>
  void Guard(Guarded&& guarded) {
    try {
      guarded();
    } catch (const std::bad_alloc&) {
      Fail({Code::kUnavailable, "out of memory", {}});
    } catch (const std::exception& e) {
      Fail({Code::kInternal, e.what(), {}});
    }
  }

 private:
  // Sends the answer, or why there is none. Called once; the context may be gone afterwards.
  virtual void Send(const ::grpc::Status& status, std::string answer) = 0;
  void End(const ::grpc::Status& status, std::string answer);

  ::grpc::CallbackServerContext* const context_;
  CallCounts::Method* const counts_;  // null where nobody counts
  const std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
  ::grpc::Slice request_;
  ::grpc::Status dumped_;
  bool missing_is_false_ = false;
  std::atomic<bool> ended_{false};
};

using CallPtr = std::shared_ptr<Call>;

}  // namespace scoreway::grpc_gateway
