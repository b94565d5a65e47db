// /v1/models/NAME/traffic: the aliases that share a model's requests, and those that score copies of them.
#include <optional>
#include <string>
#include <vector>

#include "gateways/http/handlers.h"
#include "gateways/http/json_body.h"
#include "gateways/http/registry_call.h"
#include "service/set_traffic.h"

namespace scoreway::http {
namespace {

Status ReadSplit(const JsonElement& value, std::vector<TrafficShare>* split) {
  simdjson::dom::array items;
  if (value.get(items)) return Status(Code::kInvalidArgument, "not a list of shares");
  for (const JsonElement item : items) {
    TrafficShare share;
    SCOREWAY_RETURN_IF_ERROR(ReadJsonObject(item, {{"alias", Into(&share.alias)}, {"percent", Into(&share.percent)}}));
    split->push_back(std::move(share));
  }
  return {};
}

void WritePolicy(const TrafficPolicy& policy, Call& call) {
  JsonWriter json(&call.response().body);
  WriteJson(policy, &json);
}

}  // namespace

void HandleGetTraffic(Gateway& gateway, Call& call) {
  Answer(call, [&]() -> Status {
    SCOREWAY_ASSIGN_OR_RETURN(const TrafficPolicy policy, gateway.service().traffic->store.Get(ModelName(call)));
    WritePolicy(policy, call);
    return {};
  });
}

void HandlePutTraffic(Gateway& gateway, Call& call) {
  Answer(call, [&]() -> Status {
    TrafficPolicy policy;
    policy.model = ModelName(call);
    int64_t expected = -1;
    std::string who = "http", why;
    SCOREWAY_RETURN_IF_ERROR(ReadJsonBody(
        call.request().body(), {{"split", [&](const JsonElement& value) { return ReadSplit(value, &policy.split); }},
                                {"sticky", Into(&policy.sticky)},
                                {"shadow", Into(&policy.shadow)},
                                {"expected", Into(&expected)},
                                {"who", Into(&who)},
                                {"why", Into(&why)}}));
    const auto revision = expected < 0 ? std::optional<int64_t>() : std::optional<int64_t>(expected);
    SCOREWAY_ASSIGN_OR_RETURN(const TrafficPolicy set,
                              SetTraffic(gateway.service(), policy, revision, {WhoOf(call, who), why}));
    WritePolicy(set, call);
    return {};
  });
}

}  // namespace scoreway::http
