#include "gateways/grpc/infer_stream.h"

#include <string>
#include <utility>
#include <vector>

#include "gateways/grpc/messages.h"

namespace scoreway::grpc_gateway {

using ::grpc::ByteBuffer;

// Reads, has answered, writes, reads again; between these steps nothing is under way, so that they follow each other
// without a lock. The lock is for the server that stops, which may come at any time.
class InferStreams::Stream final : public ::grpc::ServerBidiReactor<ByteBuffer, ByteBuffer> {
 public:
  Stream(InferStreams* streams, ::grpc::CallbackServerContext* context, CallCounts::Method* counts, Answer answer)
      : streams_(streams), context_(context), counts_(counts), answer_(std::move(answer)) {}

  void ReadNext() {
    std::lock_guard lock(mutex_);
    if (is_draining_) return End(Stopped());
    is_reading_ = true;
    StartRead(&request_);
  }

  void BeginDrain() {
    std::lock_guard lock(mutex_);
    is_draining_ = true;
    if (is_reading_) End(Stopped());
  }

  void Reply(const ::grpc::Status& status, std::string answer, std::string_view request) {
    if (status.error_code() == ::grpc::StatusCode::UNAUTHENTICATED) {
      std::lock_guard lock(mutex_);
      return End(status);
    }
    response_ = ToByteBuffer(status.ok() ? WriteStreamedAnswer(answer)
                                         : WriteStreamedError(status.error_message(), ReadInferId(request)));
    StartWrite(&response_);
  }

  void OnReadDone(bool ok) override;
  void OnWriteDone(bool ok) override {
    if (ok) return ReadNext();
    std::lock_guard lock(mutex_);
    End(::grpc::Status::CANCELLED);
  }
  void OnDone() override {
    std::lock_guard lock(streams_->mutex_);
    streams_->streams_.erase(self_.lock());
  }

  std::weak_ptr<Stream> self_;

 private:
  static ::grpc::Status Stopped() { return {::grpc::StatusCode::UNAVAILABLE, "the server stops"}; }

  // Once, with the lock held.
  void End(const ::grpc::Status& status) {
    if (std::exchange(has_ended_, true)) return;
    Finish(status);
  }

  InferStreams* const streams_;
  ::grpc::CallbackServerContext* const context_;
  CallCounts::Method* const counts_;
  const Answer answer_;
  ByteBuffer request_, response_;
  std::mutex mutex_;
  bool is_reading_ = false, is_draining_ = false, has_ended_ = false;  // guarded by mutex_
};

class InferStreams::StreamedCall final : public Call {
 public:
  StreamedCall(Stream* stream, ::grpc::CallbackServerContext* context, const ByteBuffer* request,
               CallCounts::Method* counts)
      : Call(context, request, counts), stream_(stream) {}

 private:
  // The stream lives until it has had the answer.
  void Send(const ::grpc::Status& status, std::string answer) override {
    stream_->Reply(status, std::move(answer), request());
  }

  Stream* const stream_;
};

void InferStreams::Stream::OnReadDone(bool ok) {
  {
    std::lock_guard lock(mutex_);
    is_reading_ = false;
    if (has_ended_) return;
    if (!ok) return End(::grpc::Status::OK);
  }
  answer_(std::make_shared<StreamedCall>(this, context_, &request_, counts_));
}

::grpc::ServerBidiReactor<ByteBuffer, ByteBuffer>* InferStreams::Open(::grpc::CallbackServerContext* context,
                                                                      CallCounts::Method* counts, Answer answer) {
  const auto stream = std::make_shared<Stream>(this, context, counts, std::move(answer));
  stream->self_ = stream;
  {
    std::lock_guard lock(mutex_);
    streams_.insert(stream);
    if (is_draining_) stream->BeginDrain();
  }
  stream->ReadNext();
  return stream.get();
}

void InferStreams::BeginDrain() {
  std::vector<std::shared_ptr<Stream>> streams;
  {
    std::lock_guard lock(mutex_);
    is_draining_ = true;
    streams.assign(streams_.begin(), streams_.end());
  }
  for (const auto& stream : streams) stream->BeginDrain();
}

}  // namespace scoreway::grpc_gateway
