#include "gateways/grpc/inference_service.h"

#include <grpcpp/impl/codegen/rpc_service_method.h>
#include <grpcpp/impl/codegen/server_callback_handlers.h>

#include <chrono>
#include <exception>
#include <optional>
#include <utility>

#include "gateways/grpc/messages.h"
#include "gateways/grpc/status_mapping.h"
#include "service/find_model.h"
#include "service/output_columns.h"
#include "service/request_place.h"
#include "service/routing.h"
#include "service/row_keys.h"
#include "service/trace_context.h"

namespace scoreway::grpc_gateway {
namespace {

using ::grpc::ByteBuffer;
using ::grpc::internal::CallbackUnaryHandler;
using ::grpc::internal::RpcMethod;
using ::grpc::internal::RpcServiceMethod;

constexpr unsigned kRegistryThreads = 1;
constexpr size_t kRegistryQueueMax = 64;
constexpr char kNoKey[] =
    "a key is wanted that is known here and not past its time, as metadata: authorization: Bearer KEY";

// The bytes as a buffer that owns them, without a copy.
ByteBuffer ToByteBuffer(std::string bytes) {
  auto* const owner = new std::string(std::move(bytes));
  const ::grpc::Slice slice(
      owner->data(), owner->size(), [](void* string) { delete static_cast<std::string*>(string); }, owner);
  return {&slice, 1};
}

std::string_view View(const ::grpc::Slice& slice) {
  return {reinterpret_cast<const char*>(slice.begin()), slice.size()};
}

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

class InferenceService::Call {
 public:
  Call(::grpc::CallbackServerContext* context, const ByteBuffer* request, ByteBuffer* response,
       CallCounts::Method* counts)
      : context_(context), response_(response), reactor_(context->DefaultReactor()), counts_(counts) {
    if (!request->TrySingleSlice(&request_).ok()) dumped_ = request->DumpToSingleSlice(&request_);
  }

  std::string_view request() const { return View(request_); }
  // Of the call's metadata: the first of that name, or nothing.
  std::optional<std::string_view> Metadata(const char* name) const {
    const auto found = context_->client_metadata().find(name);
    if (found == context_->client_metadata().end()) return std::nullopt;
    return std::string_view(found->second.data(), found->second.size());
  }
  std::string caller;    // the name of the key
  std::string alias;     // by which the model is asked for, or to which it is led
  std::string trace_id;  // of the trace that it is part of, if any
  ::grpc::ServerUnaryReactor* reactor() const { return reactor_; }

  // Why there is no use in working on it.
  Status CheckWanted() const {
    if (!dumped_.ok()) return Status(Code::kInternal, "the request could not be read: " + dumped_.error_message());
    if (context_->IsCancelled()) return Status(Code::kDeadlineExceeded, "the caller does not wait any more");
    if (std::chrono::system_clock::now() > context_->deadline()) {
      return Status(Code::kDeadlineExceeded, "the request waited too long for its turn");
    }
    return {};
  }

  // The first of all these counts.
  void Finish(Result<std::string> answer) {
    if (!answer.ok()) return Fail(answer.error());
    if (ended_.exchange(true)) return;
    *response_ = ToByteBuffer(std::move(*answer));
    End(::grpc::Status::OK);
  }
  void Fail(const Error& error) {
    if (missing_is_false_ && error.code == Code::kNotFound) return Finish(WriteFlag(false));
    if (!ended_.exchange(true)) End(ToGrpcStatus(error));
  }
  void RefuseWithoutKey() {
    if (!ended_.exchange(true)) End({::grpc::StatusCode::UNAUTHENTICATED, kNoKey});
  }
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
  void End(const ::grpc::Status& status) {
    const auto took = std::chrono::steady_clock::now() - began_;
    if (counts_ != nullptr)
      counts_->Add(static_cast<size_t>(status.error_code()), std::chrono::nanoseconds(took).count());
    reactor_->Finish(status);
  }

  ::grpc::CallbackServerContext* const context_;
  ByteBuffer* const response_;
  ::grpc::ServerUnaryReactor* const reactor_;
  CallCounts::Method* const counts_;  // null where nobody counts
  const std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
  ::grpc::Slice request_;
  ::grpc::Status dumped_;
  bool missing_is_false_ = false;
  std::atomic<bool> ended_{false};
};

InferenceService::InferenceService(const GrpcOptions& options, const scoreway::Service& service,
                                   const WorkerPools& pools)
    : options_(options), service_(service), pools_(pools), registry_pool_(kRegistryThreads, kRegistryQueueMax) {
  AddUnary("/inference.GRPCInferenceService/ModelInfer", &InferenceService::ModelInfer);
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

void InferenceService::AddUnary(const char* path, void (InferenceService::*method)(const CallPtr& call), bool is_open) {
  AddMethod(new RpcServiceMethod(path, RpcMethod::NORMAL_RPC, nullptr));
  const std::string_view name = std::string_view(path).substr(std::string_view(path).rfind('/') + 1);
  CallCounts::Method* const counts =
      service_.grpc_calls == nullptr ? nullptr : service_.grpc_calls->AddMethod(std::string(name));
  MarkMethodRawCallback(
      methods_++, new CallbackUnaryHandler<ByteBuffer, ByteBuffer>(
                      [this, method, is_open, counts](::grpc::CallbackServerContext* context, const ByteBuffer* request,
                                                      ByteBuffer* response) {
                        const auto call = std::make_shared<Call>(context, request, response, counts);
                        if (const auto header = call->Metadata("traceparent")) {
                          if (const auto trace = ReadTraceparent(*header)) {
                            call->trace_id = trace->trace_id;
                          }
                        }
                        if (Status wanted = call->CheckWanted(); !wanted.ok()) {
                          call->Fail(wanted.error());
                        } else if (!is_open && !HasKey(*call)) {
                          call->RefuseWithoutKey();
                        } else {
                          call->Guard([&] { (this->*method)(call); });
                        }
                        return call->reactor();
                      }));
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
    if (place == RequestPlace::kHere) return Work(call, state, model, work.here);
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
