// /v1/models: what is registered.
#include "gateways/http/artifact_answer.h"
#include "gateways/http/handlers.h"
#include "gateways/http/list_parameters.h"
#include "gateways/http/registry_call.h"
#include "service/models.h"

namespace scoreway::http {

void HandleListModels(Gateway& gateway, Call& call) {
  Answer(call, [&]() -> Status {
    SCOREWAY_ASSIGN_OR_RETURN(const ListOptions options, ReadListOptions(call.request()));
    if (const auto search = call.request().Query("search")) {
      SCOREWAY_ASSIGN_OR_RETURN(const auto page, gateway.service().registry->Search(*search, options));
      WriteList("versions", page, &call.response().body);
    } else {
      SCOREWAY_ASSIGN_OR_RETURN(const auto page, gateway.service().registry->ListModels(options));
      WriteList("models", page, &call.response().body);
    }
    return {};
  });
}

void HandleGetModel(Gateway& gateway, Call& call) {
  Answer(call, [&]() -> Status {
    SCOREWAY_ASSIGN_OR_RETURN(const ModelInfo model, gateway.service().registry->GetModel(ModelName(call)));
    JsonWriter json(&call.response().body);
    WriteJson(model, &json);
    return {};
  });
}

void HandleDeleteModel(Gateway& gateway, Call& call) {
  Answer(call, [&]() -> Status {
    SCOREWAY_ASSIGN_OR_RETURN(const bool force, ReadFlag(call.request(), "force"));
    SCOREWAY_RETURN_IF_ERROR(scoreway::DeleteModel(gateway.service(), ModelName(call), force, ChangeOf(call)));
    call.response().status = 204;
    return {};
  });
}

void HandleListVersions(Gateway& gateway, Call& call) {
  Answer(call, [&]() -> Status {
    SCOREWAY_ASSIGN_OR_RETURN(const ListOptions options, ReadListOptions(call.request()));
    SCOREWAY_ASSIGN_OR_RETURN(const auto page, gateway.service().registry->ListVersions(ModelName(call), options));
    WriteList("versions", page, &call.response().body);
    return {};
  });
}

void HandleGetVersion(Gateway& gateway, Call& call) {
  Answer(call, [&]() -> Status {
    SCOREWAY_ASSIGN_OR_RETURN(const int64_t number, VersionNumber(call));
    SCOREWAY_ASSIGN_OR_RETURN(const VersionInfo version,
                              gateway.service().registry->GetVersion(ModelName(call), number));
    JsonWriter json(&call.response().body);
    WriteJson(version, &json);
    return {};
  });
}

void HandleDeleteVersion(Gateway& gateway, Call& call) {
  Answer(call, [&]() -> Status {
    SCOREWAY_ASSIGN_OR_RETURN(const int64_t number, VersionNumber(call));
    SCOREWAY_ASSIGN_OR_RETURN(const bool force, ReadFlag(call.request(), "force"));
    SCOREWAY_RETURN_IF_ERROR(
        scoreway::DeleteVersion(gateway.service(), ModelName(call), number, force, ChangeOf(call)));
    call.response().status = 204;
    return {};
  });
}

void HandleGetArtifact(Gateway& gateway, Call& call) {
  Answer(call, [&]() -> Status {
    SCOREWAY_ASSIGN_OR_RETURN(const int64_t number, VersionNumber(call));
    SCOREWAY_ASSIGN_OR_RETURN(const VersionInfo version,
                              gateway.service().registry->GetVersion(ModelName(call), number));
    Response& response = call.response();
    const std::string tag = '"' + version.artifact_sha256 + '"';
    response.AddHeader("ETag", tag);
    if (call.request().Header("if-none-match").value_or("").find(tag) != std::string_view::npos) {
      response.content_type = "application/octet-stream";
      response.status = 304;
      return {};
    }
    SCOREWAY_ASSIGN_OR_RETURN(std::unique_ptr<BlobReader> artifact,
                              gateway.service().registry->OpenArtifact(ModelName(call), number));
    return AnswerArtifact(gateway, std::move(artifact), &response);
  });
}

}  // namespace scoreway::http
