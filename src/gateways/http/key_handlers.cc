// /v1/keys: who may do what.
#include "base/utc_time.h"
#include "gateways/http/handlers.h"
#include "gateways/http/json_body.h"
#include "gateways/http/registry_call.h"

namespace scoreway::http {
namespace {

Result<ApiKey> ReadKey(const Call& call) {
  ApiKey key;
  std::string role(RoleName(key.role)), expires;
  SCOREWAY_RETURN_IF_ERROR(ReadJsonBody(
      call.request().body(), {{"name", Into(&key.name)}, {"role", Into(&role)}, {"expires", Into(&expires)}}));
  const auto known = RoleFromName(role);
  if (!known) return Error{Code::kInvalidArgument, "a role is predict, push or admin", "member 'role'"};
  key.role = *known;
  key.who = WhoOf(call, "http");
  if (expires.empty()) return key;
  const auto micros = ParseUtc(expires);
  if (!micros) return Error{Code::kInvalidArgument, "not a time such as 2026-03-01T12:00:00Z", "member 'expires'"};
  key.expires_micros = *micros;
  return key;
}

}  // namespace

void HandleListKeys(Gateway& gateway, Call& call) {
  Answer(call, [&]() -> Status {
    SCOREWAY_ASSIGN_OR_RETURN(const std::vector<ApiKey> keys, gateway.service().keys->store.List());
    JsonWriter json(&call.response().body);
    json.BeginObject();
    json.Key("keys");
    json.BeginArray();
    for (const ApiKey& key : keys) WriteJson(key, &json);
    json.EndArray();
    json.EndObject();
    return {};
  });
}

void HandleCreateKey(Gateway& gateway, Call& call) {
  Answer(call, [&]() -> Status {
    SCOREWAY_ASSIGN_OR_RETURN(const ApiKey wish, ReadKey(call));
    KeyRing& ring = *gateway.service().keys;
    SCOREWAY_ASSIGN_OR_RETURN(const ApiKeys::Made made, ring.store.Create(wish));
    SCOREWAY_RETURN_IF_ERROR(ring.keys.Refresh());
    call.response().status = 201;
    std::string& body = call.response().body;
    JsonWriter json(&body);
    WriteJson(made.key, &json);
    body.pop_back();
    body.append(",\"key\":\"").append(made.text).append("\"}");
    return {};
  });
}

void HandleRevokeKey(Gateway& gateway, Call& call) {
  Answer(call, [&]() -> Status {
    KeyRing& ring = *gateway.service().keys;
    SCOREWAY_RETURN_IF_ERROR(ring.store.Revoke(call.parameters[0]));
    SCOREWAY_RETURN_IF_ERROR(ring.keys.Refresh());
    call.response().status = 204;
    return {};
  });
}

}  // namespace scoreway::http
