// ModelCall: from the model that a path names to work with its Handle.
#pragma once

#include <string_view>

#include "gateways/http/gateway.h"

namespace scoreway::http {

using ModelWork = void (*)(Gateway& gateway, Exchange& exchange, PredictState& state, const Handle& model);

// Calls `work` with the model that the path's first two parameters mean: "NAME" or "NAME@ALIAS", and a version, which
// is empty on paths without one. Where it is loaded, that happens at once; else the request is suspended until it is.
// Work that is likely to take long, by what the model's requests of this size have cost, goes to the pool.
void WithModel(Gateway& gateway, Call& call, ModelWork work);
// The same for a model that is named elsewhere.
void WithModel(Gateway& gateway, Call& call, std::string_view model, std::string_view version, ModelWork work);

// An error as problem details; on paths of the Open Inference Protocol with the member "error" that its clients read.
void WriteRequestError(const Error& error, Exchange& exchange);
// 429 or 503, and when to try again.
void WriteRefusal(const Refusal& refusal, Exchange& exchange);

}  // namespace scoreway::http
