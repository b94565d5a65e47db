#include "gateways/grpc/inference_service.h"

#include <grpcpp/impl/codegen/rpc_service_method.h>
#include <grpcpp/impl/codegen/server_callback_handlers.h>

#include <chrono>
#include <utility>

#include "gateways/grpc/messages.h"
#include "service/find_model.h"
#include "service/output_columns.h"
#include "service/request_place.h"
#include "service/routing.h"
#include "service/row_keys.h"
#include "service/trace_context.h"

namespace scoreway::grpc_gateway {
namespace {

using ::grpc::ByteBuffer;
using ::grpc::internal::CallbackBidiHandler;
using ::grpc::internal::CallbackUnaryHandler;
using ::grpc::internal::RpcMethod;
using ::grpc::internal::RpcServiceMethod;

constexpr unsigned kRegistryThreads = 1;
constexpr size_t kRegistryQueueMax = 64;
class UnaryCall final : public Call {
 public:
  UnaryCall(::grpc::CallbackServerContext* context, const ByteBuffer* request, ByteBuffer* response,
            ::grpc::ServerUnaryReactor* reactor, CallCounts::Method* counts)
      : Call(context, request, counts), response_(response), reactor_(reactor) {}

 private:
  void Send(const ::grpc::Status& status, std::string answer) override {
    if (status.ok()) *response_ = ToByteBuffer(std::move(answer));
    reactor_->Finish(status);
  }

  ByteBuffer* const response_;
  ::grpc::ServerUnaryReactor* const reactor_;
};

}  // namespace

struct InferenceService::State {
  State(const scoreway::Service& service, unsigned slot)
      : reader(service.serving), predictor(slot, service.features, service.records), traffic(service.traffic, slot) {}
  ServingSet::Reader reader;
  Predictor predictor;
  TrafficReader traffic;
  InferMessageReader message;
  std::vector<size_t> columns;  // of the outputs asked for
};

class InferenceService::BorrowedState {
 public:
  explicit BorrowedState(InferenceService* service) : service_(service) {
    std::lock_guard lock(service->spare_mutex_);
    if (service->spare_.empty()) {
      state_ = std::make_unique<State>(service->service_, service->next_slot_++);
    } else {
      state_ = std::move(service->spare_.back());
      service->spare_.pop_back();
    }
  }
  ~BorrowedState() {
    std::lock_guard lock(service_->spare_mutex_);
    service_->spare_.push_back(std::move(state_));
  }
  BorrowedState(const BorrowedState&) = delete;
  BorrowedState& operator=(const BorrowedState&) = delete;
  State& operator*() const { return *state_; }

 private:
  InferenceService* service_;
  std::unique_ptr<State> state_;
};

InferenceService::InferenceService(const GrpcOptions& options, const scoreway::Service& service,
                                   const WorkerPools& pools)
    : options_(options), service_(service), pools_(pools), registry_pool_(kRegistryThreads, kRegistryQueueMax) {
  AddUnary("/inference.GRPCInferenceService/ModelInfer", &InferenceService::ModelInfer);
  AddInferStream("/inference.GRPCInferenceService/ModelStreamInfer");
  AddUnary("/inference.GRPCInferenceService/ServerLive", &InferenceService::ServerLive, true);
  AddUnary("/inference.GRPCInferenceService/ServerReady", &InferenceService::ServerReady, true);
  AddUnary("/inference.GRPCInferenceService/ModelReady", &InferenceService::ModelReady);
  AddUnary("/inference.GRPCInferenceService/ServerMetadata", &InferenceService::ServerMetadata);
  AddUnary("/inference.GRPCInferenceService/ModelMetadata", &InferenceService::ModelMetadata);
  AddUnary("/inference.GRPCInferenceService/ModelConfig", &InferenceService::ModelConfig);
  AddUnary("/inference.GRPCInferenceService/ModelStatistics", &InferenceService::ModelStatistics);
  AddUnary("/inference.GRPCInferenceService/RepositoryIndex", &InferenceService::RepositoryIndex);
  AddUnary("/inference.GRPCInferenceService/RepositoryModelLoad", &InferenceService::RepositoryModelLoad);
}

InferenceService::~InferenceService() = default;

CallCounts::Method* InferenceService::AddCounts(std::string_view path) {
  if (service_.grpc_calls == nullptr) return nullptr;
  return service_.grpc_calls->AddMethod(std::string(path.substr(path.rfind('/') + 1)));
}

void InferenceService::AddUnary(const char* path, Method method, bool is_open) {
  AddMethod(new RpcServiceMethod(path, RpcMethod::NORMAL_RPC, nullptr));
  CallCounts::Method* const counts = AddCounts(path);
  MarkMethodRawCallback(
      methods_++, new CallbackUnaryHandler<ByteBuffer, ByteBuffer>(
                      [this, method, is_open, counts](::grpc::CallbackServerContext* context, const ByteBuffer* request,
                                                      ByteBuffer* response) {
                        ::grpc::ServerUnaryReactor* const reactor = context->DefaultReactor();
                        Begin(std::make_shared<UnaryCall>(context, request, response, reactor, counts), method,
                              is_open);
                        return reactor;
                      }));
}

void InferenceService::AddInferStream(const char* path) {
  AddMethod(new RpcServiceMethod(path, RpcMethod::BIDI_STREAMING, nullptr));
  CallCounts::Method* const counts = AddCounts(path);
  MarkMethodRawCallback(
      methods_++,
      new CallbackBidiHandler<ByteBuffer, ByteBuffer>([this, counts](::grpc::CallbackServerContext* context) {
        return streams_.Open(context, counts,
                             [this](const CallPtr& call) { Begin(call, &InferenceService::ModelInfer, false); });
      }));
}

void InferenceService::Begin(const CallPtr& call, Method method, bool is_open) {
  if (const auto header = call->Metadata("traceparent")) {
    if (const auto trace = ReadTraceparent(*header)) call->trace_id = trace->trace_id;
  }
  if (Status wanted = call->CheckWanted(); !wanted.ok()) return call->Fail(wanted.error());
  if (!is_open && !HasKey(*call)) return call->RefuseWithoutKey();
  call->Guard([&] { (this->*method)(call); });
}

void InferenceService::BeginDrain() {
  draining_.store(true, std::memory_order_relaxed);
  streams_.BeginDrain();
}

// All that is done here is scoring and reading, which any key may.
bool InferenceService::HasKey(Call& call) const {
  if (service_.keys == nullptr || !service_.keys->required) return true;
  const auto authorization = call.Metadata("authorization");
  if (!authorization) return false;
  const std::shared_ptr<const ApiKeySet> keys = service_.keys->keys.Newest();
  const ApiKey* const key = keys->Find(BearerKey(*authorization), service_.keys->clock.NowMicros());
  if (key != nullptr) call.caller = key->name;
  return key != nullptr;
}

void InferenceService::ServerLive(const CallPtr& call) { call->Finish(WriteFlag(true)); }

void InferenceService::ServerReady(const CallPtr& call) {
  call->Finish(WriteFlag(!draining_.load(std::memory_order_relaxed)));
}

void InferenceService::ServerMetadata(const CallPtr& call) { call->Finish(WriteServerMetadata(SCOREWAY_VERSION)); }

void InferenceService::ModelReady(const CallPtr& call) {
  call->AnswerMissingWithFalse();
  WithNamedModel(call, &InferenceService::WriteReady);
}

void InferenceService::ModelMetadata(const CallPtr& call) { WithNamedModel(call, &InferenceService::WriteMetadata); }

void InferenceService::ModelConfig(const CallPtr& call) { WithNamedModel(call, &InferenceService::WriteConfig); }

// Without a name: of all models.
void InferenceService::ModelStatistics(const CallPtr& call) {
  const Result<NamedRequest> request = ReadNamedRequest(call->request());
  if (request.ok() && request->name.empty()) {
    return call->Finish(WriteModelStatistics(StatisticsOfAll(*service_.serving)));
  }
  WithNamedModel(call, &InferenceService::WriteStatistics);
}

void InferenceService::RepositoryIndex(const CallPtr& call) {
  RunOnPool(&registry_pool_, {.model = {}, .caller = call->caller}, call, [this, call] {
    const Result<bool> only_ready = ReadIndexRequest(call->request());
    if (!only_ready.ok()) return call->Fail(only_ready.error());
    const auto index = scoreway::RepositoryIndex(service_, *only_ready);
    if (!index.ok()) return call->Fail(index.error());
    call->Finish(WriteRepositoryIndex(*index));
  });
}

void InferenceService::RepositoryModelLoad(const CallPtr& call) {
  const Result<std::string_view> name = ReadLoadRequest(call->request());
  if (!name.ok()) return call->Fail(name.error());
  const BorrowedState state(this);
  WithModel(call, *state, *name, {}, {&InferenceService::WriteLoaded, &InferenceService::WriteLoaded});
}

void InferenceService::ModelInfer(const CallPtr& call) {
  const BorrowedState state(this);
  InferMessageReader& message = (*state).message;
  if (Status parsed = message.Parse(call->request()); !parsed.ok()) return call->Fail(parsed.error());
  WithModel(call, *state, message.model_name(), message.model_version(),
            {&InferenceService::Infer, &InferenceService::ParseAndInfer});
}

void InferenceService::WithNamedModel(const CallPtr& call, ModelWork work) {
  const Result<NamedRequest> request = ReadNamedRequest(call->request());
  if (!request.ok()) return call->Fail(request.error());
  const BorrowedState state(this);
  WithModel(call, *state, request->name, request->version, {work, work});
}

void InferenceService::WithModel(const CallPtr& call, State& state, std::string_view name, std::string_view version,
                                 const WorkByPlace& work) {
  const Result<ModelWish> wish = ReadModelWish(name, version);
  if (!wish.ok()) return call->Fail(wish.error());
  // What is told about a model is told of what its name means.
  call->alias = work.here != &InferenceService::Infer ? wish->alias
                                                      : RouteAlias(service_, state.traffic, state.reader, *wish,
                                                                   call->Metadata("x-scoreway-key").value_or(""));
  const Handle model = state.reader.Find(wish->name, call->alias, wish->version);
  WorkerPool* pool = pools_.score;
  if (model != nullptr) {
    const RequestPlace place = PlaceOf(*model, state.predictor.WaitsForFeatures(model), call->request().size(),
                                       options_.inline_nanoseconds_max);
    if (place == RequestPlace::kHere) {
      pools_.light_flow->Note(std::chrono::steady_clock::now());
      return Work(call, state, model, work.here);
    }
    if (place == RequestPlace::kWaitPool) pool = pools_.wait;
  }
  const auto work_on_pool = [this, call, pool, work = work.on_pool](const Handle& loaded) {
    RunOnPool(pool, LaneOf(*loaded, call->caller, options_.admission, *pool), call, [this, call, loaded, work] {
      const BorrowedState borrowed(this);
      Work(call, *borrowed, loaded, work);
    });
  };
  if (model != nullptr) return work_on_pool(model);
  const Result<Reference> reference = ToReference(*wish);
  if (!reference.ok()) return call->Fail(reference.error());
  service_.serving->Load(*reference, [call, work_on_pool](const Result<Handle>& loaded) {
    if (!loaded.ok()) return call->Fail(AsLoadError(loaded.error()));
    work_on_pool(*loaded);
  });
}

class InferenceService::QueuedCall final : public Task {
 public:
  QueuedCall(CallPtr call, std::function<void()> work) : call_(std::move(call)), work_(std::move(work)) {}
  // gRPC wants every call ended, also one that the caller has given up.
  ~QueuedCall() override {
    if (has_run_) return;
    if (Status wanted = call_->CheckWanted(); !wanted.ok()) call_->Fail(wanted.error());
  }

  bool IsWanted() const override { return call_->CheckWanted().ok(); }
  void Run() override {
    has_run_ = true;
    if (Status wanted = call_->CheckWanted(); !wanted.ok()) return call_->Fail(wanted.error());
    call_->Guard(work_);
  }
  void Refuse(const Refusal& refusal) override { call_->Fail(AsError(refusal)); }

 private:
  const CallPtr call_;
  const std::function<void()> work_;
  bool has_run_ = false;
};

void InferenceService::RunOnPool(WorkerPool* pool, const Lane& lane, const CallPtr& call, std::function<void()> work) {
  const auto refusal = pool->Submit(lane, std::make_unique<QueuedCall>(call, std::move(work)));
  if (refusal) call->Fail(AsError(*refusal));
}

void InferenceService::Work(const CallPtr& call, State& state, const Handle& model, ModelWork work) {
  Result<std::string> answer = std::string();
  DoAndLearnCost(*model, call->request().size(), [&] { answer = (this->*work)(*call, state, model); });
  call->Finish(std::move(answer));
  ScoreShadows(service_, state.traffic, state.reader, state.predictor, model, call->caller, call->trace_id);
}

Result<std::string> InferenceService::WriteReady(const Call&, State&, const Handle&) { return WriteFlag(true); }

Result<std::string> InferenceService::WriteMetadata(const Call&, State&, const Handle& model) {
  return WriteModelMetadata(*model);
}

Result<std::string> InferenceService::WriteConfig(const Call&, State&, const Handle& model) {
  return WriteModelConfig(*model);
}

Result<std::string> InferenceService::WriteStatistics(const Call&, State&, const Handle& model) {
  return WriteModelStatistics({StatisticsOf(*model)});
}

// The answer to a load has no fields.
Result<std::string> InferenceService::WriteLoaded(const Call&, State&, const Handle&) { return std::string(); }

Result<std::string> InferenceService::ParseAndInfer(const Call& call, State& state, const Handle& model) {
  SCOREWAY_RETURN_IF_ERROR(state.message.Parse(call.request()));
  return Infer(call, state, model);
}

Result<std::string> InferenceService::Infer(const Call& call, State& state, const Handle& model) {
  const Predictor::Rows rows = state.predictor.Input(model);
  if (Status read = state.message.Read(*rows.json, rows.batch); !read.ok()) {
    model->stats->AddError(state.predictor.slot());
    return ToError(std::move(read));
  }
  SCOREWAY_RETURN_IF_ERROR(FindOutputs(*model->scorer->output_schema(), state.message.outputs(), &state.columns));
  RequestNote note{.alias = call.alias, .caller = call.caller, .trace_id = call.trace_id, .keys = {}};
  if (service_.records != nullptr && service_.records->log != nullptr) {
    note.keys = KeysOfRows(call.Metadata("x-scoreway-key"), state.message.id(), rows.batch->rows());
  }
  SCOREWAY_ASSIGN_OR_RETURN(const Batch* const answers, state.predictor.Run(model, note));
  const std::string_view prediction_id = state.predictor.prediction_id();
  const std::string_view id = state.message.id().empty() ? prediction_id : state.message.id();
  return WriteInferMessage({model->name, model->version_text, id, prediction_id}, *answers, state.columns,
                           state.message.is_raw());
}

}  // namespace scoreway::grpc_gateway
