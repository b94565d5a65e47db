#include "gateways/grpc/call.h"

#include <utility>

#include "gateways/grpc/messages.h"
#include "gateways/grpc/status_mapping.h"

namespace scoreway::grpc_gateway {
namespace {

constexpr char kNoKey[] =
    "a key is wanted that is known here and not past its time, as metadata: authorization: Bearer KEY";

}  // namespace

::grpc::ByteBuffer ToByteBuffer(std::string bytes) {
  auto* const owner = new std::string(std::move(bytes));
  const ::grpc::Slice slice(
      owner->data(), owner->size(), [](void* string) { delete static_cast<std::string*>(string); }, owner);
  return {&slice, 1};
}

Call::Call(::grpc::CallbackServerContext* context, const ::grpc::ByteBuffer* request, CallCounts::Method* counts)
    : context_(context), counts_(counts) {
  if (!request->TrySingleSlice(&request_).ok()) dumped_ = request->DumpToSingleSlice(&request_);
}

std::optional<std::string_view> Call::Metadata(const char* name) const {
  const auto found = context_->client_metadata().find(name);
  if (found == context_->client_metadata().end()) return std::nullopt;
  return std::string_view(found->second.data(), found->second.size());
}

Status Call::CheckWanted() const {
  if (!dumped_.ok()) return Status(Code::kInternal, "the request could not be read: " + dumped_.error_message());
  if (context_->IsCancelled()) return Status(Code::kDeadlineExceeded, "the caller does not wait any more");
  if (std::chrono::system_clock::now() > context_->deadline()) {
    return Status(Code::kDeadlineExceeded, "the request waited too long for its turn");
  }
  return {};
}

void Call::Finish(Result<std::string> answer) {
  if (!answer.ok()) return Fail(answer.error());
  if (!ended_.exchange(true)) End(::grpc::Status::OK, std::move(*answer));
}

void Call::Fail(const Error& error) {
  if (missing_is_false_ && error.code == Code::kNotFound) return Finish(WriteFlag(false));
  if (!ended_.exchange(true)) End(ToGrpcStatus(error), {});
}

void Call::RefuseWithoutKey() {
  if (!ended_.exchange(true)) End({::grpc::StatusCode::UNAUTHENTICATED, kNoKey}, {});
}

void Call::End(const ::grpc::Status& status, std::string answer) {
  const auto took = std::chrono::steady_clock::now() - began_;
  if (counts_ != nullptr) {
    counts_->Add(static_cast<size_t>(status.error_code()), std::chrono::nanoseconds(took).count());
  }
  Send(status, std::move(answer));
}

}  // namespace scoreway::grpc_gateway
