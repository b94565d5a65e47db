#include "gateways/http/model_call.h"

#include <chrono>

#include "data/codec/json_writer.h"
#include "service/error_mapping.h"
#include "service/find_model.h"
#include "service/request_place.h"
#include "service/routing.h"

namespace scoreway::http {
namespace {

void RunHere(Gateway& gateway, Exchange& exchange, PredictState& state, const Handle& model, ModelWork work) {
  DoAndLearnCost(*model, exchange.request().body().size(), [&] { work(gateway, exchange, state, model); });
  ScoreShadows(gateway.service(), state.traffic, state.reader, state.predictor, model, exchange.caller,
               exchange.trace.trace_id);
}

void RunOn(Gateway& gateway, WorkerPool& pool, Exchange& exchange, const Handle& model, ModelWork work) {
  const Lane lane = LaneOf(*model, exchange.caller, gateway.options().admission, pool);
  exchange.RunOn(pool, lane, [&gateway, model, work](Exchange& e) {
    const Gateway::BorrowedState borrowed = gateway.BorrowState();
    RunHere(gateway, e, *borrowed, model, work);
  });
}

void AddErrorMember(const Error& error, Exchange& exchange) {
  if (!exchange.request().path().starts_with("/v2/")) return;
  std::string& body = exchange.response().body;
  body.pop_back();
  body += ",\"error\":";
  AppendJsonString(error.ToString(), &body);
  body += '}';
}

void Run(Gateway& gateway, Exchange& exchange, PredictState& state, const Handle& model, ModelWork work) {
  switch (PlaceOf(*model, state.predictor.WaitsForFeatures(model), exchange.request().body().size(),
                  gateway.options().inline_nanoseconds_max)) {
    case RequestPlace::kHere:
      gateway.light_flow().Note(std::chrono::steady_clock::now());
      return RunHere(gateway, exchange, state, model, work);
    case RequestPlace::kScorePool: return RunOn(gateway, gateway.score_pool(), exchange, model, work);
    case RequestPlace::kWaitPool: return RunOn(gateway, gateway.wait_pool(), exchange, model, work);
  }
}

}  // namespace

void WriteRequestError(const Error& error, Exchange& exchange) {
  WriteError(error, &exchange.response());
  AddErrorMember(error, exchange);
}

void WriteRefusal(const Refusal& refusal, Exchange& exchange) {
  const Error error = AsError(refusal);
  const int status = refusal.reason == Refusal::Reason::kModelBusy ? 429 : 503;
  WriteProblem(status, CodeName(error.code), error.message, error.place, &exchange.response());
  exchange.response().AddHeader("Retry-After", std::to_string(refusal.retry_after.count()));
  AddErrorMember(error, exchange);
}

void WithModel(Gateway& gateway, Call& call, ModelWork work) {
  WithModel(gateway, call, call.parameters[0], call.parameters[1], work);
}

void WithModel(Gateway& gateway, Call& call, std::string_view model, std::string_view version, ModelWork work) {
  Exchange& exchange = call.exchange;
  Result<ModelWish> wish = ReadModelWish(model, version);
  if (!wish.ok()) return WriteRequestError(wish.error(), exchange);
  // What is told about a model is told of what its name means.
  exchange.alias = exchange.request().method() != Method::kPost
                       ? wish->alias
                       : RouteAlias(gateway.service(), call.state->traffic, call.state->reader, *wish,
                                    exchange.request().Header("x-scoreway-key").value_or(""));
  wish->alias = exchange.alias;
  if (const Handle handle = call.state->reader.Find(wish->name, wish->alias, wish->version)) {
    return Run(gateway, exchange, *call.state, handle, work);
  }

  const Result<Reference> reference = ToReference(*wish);
  if (!reference.ok()) return WriteRequestError(reference.error(), exchange);
  PredictState* const state = call.state;
  const Resumer resumer = exchange.Suspend();
  gateway.service().serving->Load(*reference, [&gateway, state, resumer, work](const Result<Handle>& loaded) {
    resumer.Resume([&gateway, state, loaded, work](Exchange& e) {
      if (!loaded.ok()) return WriteRequestError(AsLoadError(loaded.error()), e);
      Run(gateway, e, *state, *loaded, work);
    });
  });
}

}  // namespace scoreway::http
