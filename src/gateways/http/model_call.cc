#include "gateways/http/model_call.h"

#include <charconv>
#include <chrono>

#include "data/codec/json_writer.h"
#include "service/error_mapping.h"

namespace scoreway::http {
namespace {

int64_t SteadyNanoseconds() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

// A moving average that is written only when it tells something new: the value is shared between threads.
void LearnCost(const LoadedModel& model, size_t body_bytes, int64_t nanoseconds) {
  const float known = model.nanoseconds_per_byte.load(std::memory_order_relaxed);
  const float seen = static_cast<float>(nanoseconds) / static_cast<float>(std::max<size_t>(body_bytes, 64));
  if (seen > known * 0.7f && seen < known * 1.4f) return;
  model.nanoseconds_per_byte.store(known * 0.9f + seen * 0.1f, std::memory_order_relaxed);
}

void RunHere(Gateway& gateway, Exchange& exchange, PredictState& state, const Handle& model, ModelWork work) {
  const int64_t start = SteadyNanoseconds();
  work(gateway, exchange, state, model);
  LearnCost(*model, exchange.request().body().size(), SteadyNanoseconds() - start);
}

void RunOn(Gateway& gateway, WorkerPool& pool, Exchange& exchange, const Handle& model, ModelWork work) {
  gateway.RunOn(pool, exchange, [&gateway, model, work](Exchange& e) {
    const Gateway::BorrowedState borrowed = gateway.BorrowState();
    RunHere(gateway, e, *borrowed, model, work);
  });
}

void Run(Gateway& gateway, Exchange& exchange, PredictState& state, const Handle& model, ModelWork work) {
  if (state.predictor.WaitsForFeatures(model)) return RunOn(gateway, gateway.wait_pool(), exchange, model, work);
  const float likely_nanoseconds = model->nanoseconds_per_byte.load(std::memory_order_relaxed) *
                                   static_cast<float>(exchange.request().body().size());
  if (likely_nanoseconds <= static_cast<float>(gateway.options().inline_nanoseconds_max)) {
    return RunHere(gateway, exchange, state, model, work);
  }
  RunOn(gateway, gateway.score_pool(), exchange, model, work);
}

// What keeps a registered model from being loaded is not the request's fault.
void WriteLoadError(const Error& error, Exchange& exchange) {
  switch (error.code) {
    case Code::kInvalidArgument:
    case Code::kUnsupported:
    case Code::kCorrupt:
    case Code::kPermissionDenied:
    case Code::kResourceExhausted:
      return WriteRequestError({Code::kInternal, "the model cannot be loaded: " + error.message, error.place},
                               exchange);
    default: return WriteRequestError(error, exchange);
  }
}

Result<Reference> MakeReference(std::string_view name, std::string_view alias, int64_t version) {
  SCOREWAY_RETURN_IF_ERROR(CheckModelName(name));
  if (!alias.empty()) SCOREWAY_RETURN_IF_ERROR(CheckAliasName(alias));
  return Reference{std::string(name), std::string(alias), version};
}

}  // namespace

void WriteRequestError(const Error& error, Exchange& exchange) {
  WriteError(error, &exchange.response());
  if (!exchange.request().path().starts_with("/v2/")) return;
  std::string& body = exchange.response().body;
  body.pop_back();
  body += ",\"error\":";
  AppendJsonString(error.ToString(), &body);
  body += '}';
}

void WithModel(Gateway& gateway, Call& call, ModelWork work) {
  Exchange& exchange = call.exchange;
  const std::string_view model = call.parameters[0];
  const std::string_view digits = call.parameters[1];
  const size_t at = model.find('@');
  const std::string_view name = model.substr(0, at);
  const std::string_view alias = at == std::string_view::npos ? std::string_view() : model.substr(at + 1);
  if (at != std::string_view::npos && alias.empty()) {
    return WriteRequestError({Code::kInvalidArgument, "the alias behind '@' is missing", "path"}, exchange);
  }
  int64_t version = 0;
  if (!digits.empty()) {
    const auto [end, fault] = std::from_chars(digits.data(), digits.data() + digits.size(), version);
    if (fault != std::errc() || end != digits.data() + digits.size() || version <= 0 || !alias.empty()) {
      return WriteRequestError(
          {Code::kInvalidArgument, "not a version of a model: '" + std::string(digits) + "'", "path"}, exchange);
    }
  }
  if (const Handle handle = call.state->reader.Find(name, alias, version)) {
    return Run(gateway, exchange, *call.state, handle, work);
  }

  Result<Reference> reference = MakeReference(name, alias, version);
  if (!reference.ok()) return WriteRequestError(reference.error(), exchange);
  PredictState* const state = call.state;
  const Resumer resumer = exchange.Suspend();
  gateway.service().serving->Load(*reference, [&gateway, state, resumer, work](const Result<Handle>& loaded) {
    resumer.Resume([&gateway, state, loaded, work](Exchange& e) {
      if (!loaded.ok()) return WriteLoadError(loaded.error(), e);
      Run(gateway, e, *state, *loaded, work);
    });
  });
}

}  // namespace scoreway::http
