// InferenceService: inference.GRPCInferenceService, from bytes to bytes.
//
// The messages are read and written by our own codecs, so that tensors go straight into columns and no generated code
// is needed; the methods are the callback API's, as its generated services register them.
#pragma once

#include <grpcpp/impl/codegen/service_type.h>

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "data/codec/infer_message.h"
#include "gateways/grpc/call.h"
#include "gateways/grpc/grpc_options.h"
#include "gateways/grpc/infer_stream.h"
#include "gateways/grpc/worker_pools.h"
#include "service/call_counts.h"
#include "service/predict.h"
#include "service/service.h"

namespace scoreway::grpc_gateway {

class InferenceService final : public ::grpc::Service {
 public:
  InferenceService(const GrpcOptions& options, const scoreway::Service& service, const WorkerPools& pools);
  ~InferenceService() override;

  // Ends the streams; single calls may still come.
  void BeginDrain();

 private:
  // What a thread needs to answer, kept from call to call. One thread at a time.
  struct State;
  // A State of the spare ones, given back on destruction.
  class BorrowedState;
  class QueuedCall;
  // What is done with the model that a call is about, to the bytes of the answer.
  using ModelWork = Result<std::string> (InferenceService::*)(const Call& call, State& state, const Handle& model);
  // At once, with the state that has read the call, or later with another, which has to read it first.
  struct WorkByPlace {
    ModelWork here, on_pool;
  };

  using Method = void (InferenceService::*)(const CallPtr& call);

  void AddUnary(const char* path, Method method, bool is_open = false);
  void AddInferStream(const char* path);
  CallCounts::Method* AddCounts(std::string_view path);
  // Does what the method says, unless it is of no use or not allowed.
  void Begin(const CallPtr& call, Method method, bool is_open);
  // Whether the caller may use what is not open to all. Notes their name, where keys are asked for.
  bool HasKey(Call& call) const;

  void ServerLive(const CallPtr& call);
  void ServerReady(const CallPtr& call);
  void ServerMetadata(const CallPtr& call);
  void ModelReady(const CallPtr& call);
  void ModelMetadata(const CallPtr& call);
  void ModelConfig(const CallPtr& call);
  void ModelStatistics(const CallPtr& call);
  void ModelInfer(const CallPtr& call);
  void RepositoryIndex(const CallPtr& call);
  void RepositoryModelLoad(const CallPtr& call);

  void WithNamedModel(const CallPtr& call, ModelWork work);
  // Works with the model: at once, if it is loaded and likely to be quick, else from the pool.
  void WithModel(const CallPtr& call, State& state, std::string_view name, std::string_view version,
                 const WorkByPlace& work);
  void RunOnPool(WorkerPool* pool, const Lane& lane, const CallPtr& call, std::function<void()> work);
  void Work(const CallPtr& call, State& state, const Handle& model, ModelWork work);

  Result<std::string> WriteReady(const Call& call, State& state, const Handle& model);
  Result<std::string> WriteMetadata(const Call& call, State& state, const Handle& model);
  Result<std::string> WriteConfig(const Call& call, State& state, const Handle& model);
  Result<std::string> WriteStatistics(const Call& call, State& state, const Handle& model);
  Result<std::string> WriteLoaded(const Call& call, State& state, const Handle& model);
  // Of a message that the state has parsed.
  Result<std::string> Infer(const Call& call, State& state, const Handle& model);
  Result<std::string> ParseAndInfer(const Call& call, State& state, const Handle& model);

  const GrpcOptions options_;
  const scoreway::Service service_;
  const WorkerPools pools_;
  std::atomic<bool> draining_{false};
  int methods_ = 0;
  std::mutex spare_mutex_;
  std::vector<std::unique_ptr<State>> spare_;  // guarded by spare_mutex_
  unsigned next_slot_ = 0;                     // guarded by spare_mutex_
  InferStreams streams_;
  WorkerPool registry_pool_;  // last: its work uses the rest
};

}  // namespace scoreway::grpc_gateway
