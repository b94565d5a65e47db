// A load client of gRPC that checks what it gets: sends one message over and over on some connections, one call at a
// time on each, and compares the outputs of every answer with those of the first.
//
// usage: grpc_load_client HOST:PORT REQUEST_FILE CONNECTIONS SECONDS ANSWER_FILE [CALLS_PER_SECOND]
// At a given rate each call has its time, from which its latency counts, whether or not a connection was free then.
// writes the first answer to ANSWER_FILE and prints one line of JSON: requests, seconds, and the latency of a call in
// microseconds. Exits 1 on an error or another answer.
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr char kMethod[] = "/inference.GRPCInferenceService/ModelInfer";

[[noreturn]] void Fail(const std::string& message) {
  std::fprintf(stderr, "grpc_load_client: %s\n", message.c_str());
  std::exit(1);
}

std::string ToString(const grpc::ByteBuffer& buffer) {
  std::vector<grpc::Slice> slices;
  if (!buffer.Dump(&slices).ok()) Fail("an answer cannot be read");
  std::string bytes;
  for (const grpc::Slice& slice : slices) bytes.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  return bytes;
}

// What stands behind the prediction id: all outputs.
std::string Outputs(const std::string& answer) {
  const std::string key = "prediction_id";
  const size_t found = answer.find(key);
  if (found == std::string::npos) return answer;
  // Behind the key its value: tag and length of the parameter, tag and length of its text (below 128), the text.
  const size_t length = found + key.size() + 3;
  if (length >= answer.size()) Fail("an answer that ends in its prediction id");
  return answer.substr(std::min(answer.size(), length + 1 + static_cast<unsigned char>(answer[length])));
}

// One call after another on a channel of its own.
class Connection {
 public:
  Connection(const std::string& address, int number) {
    grpc::ChannelArguments arguments;
    arguments.SetInt("connection", number);  // channels of like arguments would share one connection
    channel_ = grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(), arguments);
    stub_ = std::make_unique<grpc::GenericStub>(channel_);
  }

  void Send(const grpc::ByteBuffer& request, SteadyClock::time_point due, grpc::CompletionQueue* queue) {
    context_ = std::make_unique<grpc::ClientContext>();
    due_ = due;
    call_ = stub_->PrepareUnaryCall(context_.get(), kMethod, request, queue);
    call_->StartCall();
    call_->Finish(&response_, &status_, this);
  }
  std::string Answer() const {
    if (!status_.ok()) Fail(status_.error_message());
    return ToString(response_);
  }
  SteadyClock::time_point due() const { return due_; }

 private:
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<grpc::GenericStub> stub_;
  std::unique_ptr<grpc::ClientContext> context_;
  std::unique_ptr<grpc::GenericClientAsyncResponseReader> call_;
  grpc::ByteBuffer response_;
  grpc::Status status_;
  SteadyClock::time_point due_;
};

class Load {
 public:
  Load(const std::string& address, int connections, const grpc::ByteBuffer& request) : request_(request) {
    for (int i = 0; i < connections; ++i) connections_.push_back(std::make_unique<Connection>(address, i));
  }

  // As fast as the server answers.
  void SendAll(SteadyClock::time_point end) {
    for (const auto& each : connections_) each->Send(request_, SteadyClock::now(), &queue_);
    for (size_t open = connections_.size(); open > 0;) {
      void* tag = nullptr;
      bool ok = false;
      if (!queue_.Next(&tag, &ok)) Fail("a call was not finished");
      Connection* const connection = Take(tag, ok);
      if (SteadyClock::now() < end) {
        connection->Send(request_, SteadyClock::now(), &queue_);
      } else {
        --open;
      }
    }
  }

  // At a rate; asks without waiting whether there are answers, so that neither they nor the next call are late.
  void SendPaced(SteadyClock::time_point start, SteadyClock::time_point end, double rate) {
    std::vector<Connection*> free;
    for (const auto& each : connections_) free.push_back(each.get());
    const std::chrono::duration<double> step(1 / rate);
    for (size_t sent = 0;;) {
      const auto due = start + std::chrono::duration_cast<SteadyClock::duration>(step * static_cast<double>(sent));
      const bool is_over = due >= end;
      if (is_over && free.size() == connections_.size()) return;
      if (!is_over && !free.empty() && SteadyClock::now() >= due) {
        free.back()->Send(request_, due, &queue_);
        free.pop_back();
        ++sent;
      }
      void* tag = nullptr;
      bool ok = false;
      if (queue_.AsyncNext(&tag, &ok, gpr_time_0(GPR_CLOCK_MONOTONIC)) == grpc::CompletionQueue::GOT_EVENT) {
        free.push_back(Take(tag, ok));
      }
    }
  }

  const std::string& first() const { return first_; }
  std::vector<float>& micros() { return micros_; }

 private:
  Connection* Take(void* tag, bool ok) {
    if (!ok) Fail("a call was not finished");
    auto* const connection = static_cast<Connection*>(tag);
    const std::string answer = connection->Answer();
    if (first_.empty()) first_ = answer;
    if (Outputs(answer) != Outputs(first_)) Fail("answers differ");
    micros_.push_back(std::chrono::duration<float, std::micro>(SteadyClock::now() - connection->due()).count());
    return connection;
  }

  const grpc::ByteBuffer request_;
  grpc::CompletionQueue queue_;
  std::vector<std::unique_ptr<Connection>> connections_;
  std::string first_;
  std::vector<float> micros_;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 6 && argc != 7) {
    Fail("usage: grpc_load_client HOST:PORT REQUEST_FILE CONNECTIONS SECONDS ANSWER_FILE [CALLS_PER_SECOND]");
  }
  std::ifstream file(argv[2], std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  const grpc::Slice slice(text.str());
  Load load(argv[1], std::atoi(argv[3]), grpc::ByteBuffer(&slice, 1));

  const auto start = SteadyClock::now();
  const auto end =
      start + std::chrono::duration_cast<SteadyClock::duration>(std::chrono::duration<double>(std::atof(argv[4])));
  argc == 6 ? load.SendAll(end) : load.SendPaced(start, end, std::atof(argv[6]));
  const double seconds = std::chrono::duration<double>(SteadyClock::now() - start).count();
  std::ofstream(argv[5], std::ios::binary) << load.first();
  std::vector<float>& micros = load.micros();
  if (micros.empty()) Fail("no time for a call");
  std::sort(micros.begin(), micros.end());
  const auto quantile = [&](double q) {
    return static_cast<double>(micros[static_cast<size_t>(q * static_cast<double>(micros.size() - 1))]);
  };
  std::printf("{\"requests\":%zu,\"seconds\":%.3f,\"micros_p50\":%.1f,\"micros_p99\":%.1f}\n", micros.size(), seconds,
              quantile(0.5), quantile(0.99));
  return 0;
}
