// /v1/models/NAME/aliases: where they point, and moving them.
#include "gateways/http/alias_request.h"
#include "gateways/http/handlers.h"
#include "gateways/http/list_parameters.h"
#include "gateways/http/registry_call.h"
#include "service/promote.h"

namespace scoreway::http {
namespace {

std::string AliasName(const Call& call) { return std::string(call.parameters[1]); }

// The alias as it stands after a change, with the event that the change left, if any.
void WriteMoved(const std::string& alias, int64_t version, const std::vector<AliasEvent>& events, std::string* out) {
  JsonWriter json(out);
  json.BeginObject();
  json.StringField("alias", alias);
  json.IntField("version", version);
  json.Key("events");
  json.BeginArray();
  for (const AliasEvent& event : events) WriteJson(event, &json);
  json.EndArray();
  json.EndObject();
}

}  // namespace

void HandleListAliases(Gateway& gateway, Call& call) {
  Answer(call, [&]() -> Status {
    SCOREWAY_ASSIGN_OR_RETURN(const ModelInfo model, gateway.service().registry->GetModel(ModelName(call)));
    JsonWriter json(&call.response().body);
    json.BeginObject();
    json.Key("aliases");
    json.BeginObject();
    for (const auto& [alias, version] : model.aliases) json.IntField(alias, version);
    json.EndObject();
    json.EndObject();
    return {};
  });
}

void HandleGetAlias(Gateway& gateway, Call& call) {
  Answer(call, [&]() -> Status {
    SCOREWAY_RETURN_IF_ERROR(CheckAliasName(AliasName(call)));
    SCOREWAY_ASSIGN_OR_RETURN(const int64_t version,
                              gateway.service().registry->Resolve(Reference{ModelName(call), AliasName(call), 0}));
    JsonWriter json(&call.response().body);
    json.BeginObject();
    json.StringField("alias", AliasName(call));
    json.IntField("version", version);
    json.EndObject();
    return {};
  });
}

void HandlePutAlias(Gateway& gateway, Call& call) {
  Answer(call, [&]() -> Status {
    SCOREWAY_ASSIGN_OR_RETURN(AliasRequest request, ReadAliasRequest(call.request().body()));
    request.change.who = WhoOf(call, request.change.who);
    if (!request.version)
      return Status(Code::kInvalidArgument, "the version to point at is missing", "member 'version'");
    const AliasMove move{AliasName(call), *request.version, request.expected};
    SCOREWAY_ASSIGN_OR_RETURN(const auto events,
                              MoveAliases(gateway.service(), ModelName(call), {&move, 1}, request.change));
    WriteMoved(move.alias, move.to, events, &call.response().body);
    return {};
  });
}

void HandleDeleteAlias(Gateway& gateway, Call& call) {
  Answer(call, [&]() -> Status {
    const AliasMove move{AliasName(call), 0, std::nullopt};
    SCOREWAY_RETURN_IF_ERROR(MoveAliases(gateway.service(), ModelName(call), {&move, 1}, ChangeOf(call)).status());
    call.response().status = 204;
    return {};
  });
}

void HandleAliasHistory(Gateway& gateway, Call& call) {
  Answer(call, [&]() -> Status {
    SCOREWAY_ASSIGN_OR_RETURN(const ListOptions options, ReadListOptions(call.request()));
    SCOREWAY_ASSIGN_OR_RETURN(const auto page,
                              gateway.service().registry->AliasHistory(ModelName(call), AliasName(call), options));
    WriteList("history", page, &call.response().body);
    return {};
  });
}

void HandleRollbackAlias(Gateway& gateway, Call& call) {
  Answer(call, [&]() -> Status {
    SCOREWAY_ASSIGN_OR_RETURN(AliasRequest request, ReadAliasRequest(call.request().body()));
    request.change.who = WhoOf(call, request.change.who);
    if (request.version || request.expected) {
      return Status(Code::kInvalidArgument, "a rollback goes to where the alias was; only who and why can be said",
                    "body");
    }
    SCOREWAY_ASSIGN_OR_RETURN(const AliasEvent event,
                              RollbackAlias(gateway.service(), ModelName(call), AliasName(call), request.change));
    WriteMoved(event.alias, event.to, {event}, &call.response().body);
    return {};
  });
}

}  // namespace scoreway::http
