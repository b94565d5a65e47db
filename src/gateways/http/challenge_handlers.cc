// /v1/models/NAME/challenges: challengers that are compared with the champion; and /v1/models/NAME/history.
#include "challenge/challenges.h"
#include "gateways/http/handlers.h"
#include "gateways/http/json_body.h"
#include "gateways/http/list_parameters.h"
#include "gateways/http/registry_call.h"
#include "service/evaluate_challenge.h"
#include "service/model_history.h"
#include "service/start_challenge.h"

namespace scoreway::http {
namespace {

std::string Challenger(const Call& call) { return std::string(call.parameters[1]); }

template <typename T>
void WriteValue(const T& value, Call& call) {
  JsonWriter json(&call.response().body);
  WriteJson(value, &json);
}

}  // namespace

void HandleListChallenges(Gateway& gateway, Call& call) {
  Answer(call, [&]() -> Status {
    const Service& service = gateway.service();
    SCOREWAY_RETURN_IF_ERROR(service.registry->GetModel(ModelName(call)).status());
    ListPage<Challenge> page;
    SCOREWAY_ASSIGN_OR_RETURN(page.items, service.challenges->List(ModelName(call)));
    WriteList("challenges", page, &call.response().body);
    return {};
  });
}

void HandleGetChallenge(Gateway& gateway, Call& call) {
  Answer(call, [&]() -> Status {
    SCOREWAY_ASSIGN_OR_RETURN(const auto found, gateway.service().challenges->Find(ModelName(call), Challenger(call)));
    if (!found) {
      return Status(Code::kNotFound, "no challenge of '" + Challenger(call) + "'", "model '" + ModelName(call) + "'");
    }
    WriteValue(*found, call);
    return {};
  });
}

void HandlePutChallenge(Gateway& gateway, Call& call) {
  Answer(call, [&]() -> Status {
    std::string policy_text = "{}", who = "http", why;
    SCOREWAY_RETURN_IF_ERROR(ReadJsonBody(call.request().body(), {{"policy",
                                                                   [&](const JsonElement& value) -> Status {
                                                                     policy_text = simdjson::minify(value);
                                                                     return {};
                                                                   }},
                                                                  {"who", Into(&who)},
                                                                  {"why", Into(&why)}}));
    auto policy = ParseChallengePolicy(policy_text);
    if (!policy.ok()) return AtPlace("member 'policy'", std::move(policy).error());
    SCOREWAY_ASSIGN_OR_RETURN(
        const Challenge challenge,
        StartChallenge(gateway.service(), ModelName(call), Challenger(call), *policy, {WhoOf(call, who), why}));
    WriteValue(challenge, call);
    return {};
  });
}

void HandleDeleteChallenge(Gateway& gateway, Call& call) {
  Answer(call, [&]() -> Status {
    SCOREWAY_ASSIGN_OR_RETURN(const Challenge challenge,
                              StopChallenge(gateway.service(), ModelName(call), Challenger(call), ChangeOf(call)));
    WriteValue(challenge, call);
    return {};
  });
}

void HandleModelHistory(Gateway& gateway, Call& call) {
  Answer(call, [&]() -> Status {
    SCOREWAY_ASSIGN_OR_RETURN(const ListOptions options, ReadListOptions(call.request()));
    ListPage<HistoryEntry> page;
    SCOREWAY_ASSIGN_OR_RETURN(page.items, ModelHistory(gateway.service(), ModelName(call), options.count_max));
    WriteList("history", page, &call.response().body);
    return {};
  });
}

}  // namespace scoreway::http
