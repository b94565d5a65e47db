// Gateway: the dispatcher of our routes. Decides where a handler runs, hands it the request, counts the answer.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "data/codec/json_invocation_reader.h"
#include "data/codec/json_request.h"
#include "data/codec/json_rows_reader.h"
#include "data/codec/json_tensors_reader.h"
#include "gateways/http/exchange.h"
#include "gateways/http/gateway_options.h"
#include "gateways/http/metrics.h"
#include "gateways/http/request_log.h"
#include "gateways/http/route_table.h"
#include "gateways/http/span_exporter.h"
#include "service/chance.h"
#include "service/predict.h"
#include "service/request_flow.h"
#include "service/service.h"
#include "service/worker_pool.h"

namespace scoreway::http {

// What a thread needs to predict, kept from request to request. One thread at a time.
struct PredictState {
  PredictState(const Service& service, unsigned slot)
      : reader(service.serving),
        predictor(slot, service.features, service.records),
        keys(service.keys == nullptr ? nullptr : &service.keys->keys),
        traffic(service.traffic, slot),
        tracing(slot) {}
  ServingSet::Reader reader;
  Predictor predictor;
  Followed<ApiKeySet>::Reader keys;
  TrafficReader traffic;
  Chance tracing;  // which requests begin a trace
  JsonRowsReader rows;
  JsonTensorsReader tensors;
  JsonInvocationReader invocations;
  JsonRequestMembers members;
  std::vector<size_t> columns;  // of the outputs asked for
  std::string binary;           // tensors of an answer, on their way behind its JSON
};

// One request on its way through a handler.
struct Call {
  Exchange& exchange;
  PathParameters parameters;
  PredictState* state = nullptr;  // only on the thread that read the request

  const Request& request() const { return exchange.request(); }
  Response& response() { return exchange.response(); }
};

class Gateway final : public Dispatcher {
 public:
  // The service needs a serving set; what it points at must outlive the gateway.
  // `spans`, or null where none are sent, too.
  Gateway(const Service& service, const GatewayOptions& options, unsigned io_threads, SpanExporter* spans = nullptr);

  int64_t Head(Exchange& exchange) override;
  void Piece(Exchange& exchange) override;
  void Handle(Exchange& exchange) override;
  void Refused(Exchange& exchange, const Refusal& refusal) override;
  void Finished(const Exchange& exchange, int64_t nanoseconds) override;
  void Abandoned(const Exchange& exchange) override;
  void Discard(std::unique_ptr<ExchangeState> state) override;

  // From now on health says not ready.
  void BeginDrain() { draining_.store(true, std::memory_order_relaxed); }
  bool draining() const { return draining_.load(std::memory_order_relaxed); }

  // ---- for the handlers -------------------------------------------------------------------------------------------
  const Service& service() const { return service_; }
  const GatewayOptions& options() const { return options_; }
  const HttpMetrics& metrics() const { return metrics_; }
  const SpanExporter* spans() const { return spans_; }
  const RequestLog& log() const { return log_; }
  const RouteTable& routes() const { return routes_; }
  WorkerPool& score_pool() { return score_pool_; }
  // For predictions that wait for a store.
  WorkerPool& wait_pool() { return wait_pool_; }
  WorkerPool& registry_pool() { return registry_pool_; }
  // Of the requests for models that are answered on the threads that read them.
  RequestFlow& light_flow() { return light_flow_; }

  // A PredictState for a pool's thread; given back on destruction.
  class BorrowedState;
  BorrowedState BorrowState();

 private:
  // Whether the caller may use the route; else the answer says why not.
  bool Admit(Exchange& exchange);
  int64_t BeginUpload(Exchange& exchange);
  int64_t BeginSubmission(Exchange& exchange);
  WorkerPool& PoolOf(const Route& route);
  void BeginTrace(Exchange& exchange);
  void AddSpan(const Exchange& exchange, int64_t nanoseconds);
  // Goes on with what HandleWhole does, once a pool has unpacked the body.
  void UnpackBody(const Route& route, Exchange& exchange);
  void HandleWhole(const Route& route, Exchange& exchange);
  void HandleRoute(const Route& route, Exchange& exchange, PredictState* state);
  void AnswerNoRoute(Exchange& exchange);
  PredictState& StateOf(unsigned slot) { return *states_[slot]; }

  const Service service_;
  SpanExporter* const spans_;
  const GatewayOptions options_;
  const RouteTable routes_;
  std::vector<std::optional<Role>> roles_;  // by route
  HttpMetrics metrics_;
  RequestLog log_;
  std::atomic<bool> draining_{false};
  RequestFlow light_flow_;
  std::vector<std::unique_ptr<PredictState>> states_;  // by I/O thread
  std::mutex spare_mutex_;
  std::vector<std::unique_ptr<PredictState>> spare_;                          // guarded by spare_mutex_
  unsigned next_slot_;                                                        // guarded by spare_mutex_
  WorkerPool score_pool_, wait_pool_, registry_pool_, push_pool_, job_pool_;  // last: their work uses the rest
};

class Gateway::BorrowedState {
 public:
  BorrowedState(Gateway* gateway, std::unique_ptr<PredictState> state) : gateway_(gateway), state_(std::move(state)) {}
  ~BorrowedState();
  BorrowedState(const BorrowedState&) = delete;
  BorrowedState& operator=(const BorrowedState&) = delete;
  PredictState& operator*() const { return *state_; }

 private:
  Gateway* gateway_;
  std::unique_ptr<PredictState> state_;
};

// Answers with an error of ours as problem details; 503 asks to retry.
void WriteError(const Error& error, Response* response);
// The same for an error from changing the registry.
void WriteStorageError(const Error& error, Response* response);

}  // namespace scoreway::http
