// /v1/models/NAME/drift and /performance: whether a model still sees what it was trained on, and still answers well.
// And the reference of a version, learned from its first rows.
#include <string>

#include "gateways/http/drift_handlers.h"
#include "gateways/http/json_body.h"
#include "gateways/http/list_parameters.h"
#include "gateways/http/registry_call.h"
#include "service/find_model.h"
#include "service/measure_drift.h"
#include "service/measure_performance.h"

namespace scoreway::http {
namespace {

// The model of the path, by its name or NAME@ALIAS, and ?version=.
Result<Reference> ReferenceOf(const Call& call) {
  const std::string model = ModelName(call);
  const std::string version = call.request().Query("version").value_or("");
  SCOREWAY_ASSIGN_OR_RETURN(const ModelWish wish, ReadModelWish(model, version));
  return ToReference(wish);
}

template <typename T>
void WriteBody(const T& value, Call& call) {
  JsonWriter json(&call.response().body);
  WriteJson(value, &json);
}

}  // namespace

void HandleGetDrift(Gateway& gateway, Call& call) {
  Answer(call, [&]() -> Status {
    SCOREWAY_ASSIGN_OR_RETURN(const Reference reference, ReferenceOf(call));
    DriftQuery query;
    query.window = call.request().Query("window").value_or(query.window);
    query.against = call.request().Query("against").value_or("");
    SCOREWAY_ASSIGN_OR_RETURN(const ModelDrift drift, MeasureDrift(gateway.service(), reference, query));
    WriteBody(drift, call);
    return {};
  });
}

void HandleGetPerformance(Gateway& gateway, Call& call) {
  Answer(call, [&]() -> Status {
    SCOREWAY_ASSIGN_OR_RETURN(const Reference reference, ReferenceOf(call));
    PerformanceQuery query;
    query.window = call.request().Query("window").value_or(query.window);
    query.segment = call.request().Query("segment").value_or("");
    query.outputs.prediction = call.request().Query("prediction").value_or("");
    const std::string task = call.request().Query("task").value_or("");
    if (task != "" && task != "classification" && task != "regression") {
      return Status(Code::kInvalidArgument, "not one of classification and regression", "query parameter 'task'");
    }
    if (task == "classification") query.outputs.task = PredictionTask::kClassification;
    if (task == "regression") query.outputs.task = PredictionTask::kRegression;
    SCOREWAY_ASSIGN_OR_RETURN(const Performance performance, MeasurePerformance(gateway.service(), reference, query));
    WriteBody(performance, call);
    return {};
  });
}

void HandleGetReference(Gateway& gateway, Call& call) {
  Answer(call, [&]() -> Status {
    SCOREWAY_ASSIGN_OR_RETURN(const int64_t version, VersionNumber(call));
    SCOREWAY_ASSIGN_OR_RETURN(const auto profile, gateway.service().profiles->Get(ModelName(call), version));
    if (!profile) {
      return Status(Code::kNotFound, "has no reference profile",
                    "version " + std::to_string(version) + " of '" + ModelName(call) + "'");
    }
    WriteBody(*profile, call);
    return {};
  });
}

void HandleLearnReference(Gateway& gateway, Call& call) {
  Answer(call, [&]() -> Status {
    SCOREWAY_ASSIGN_OR_RETURN(const int64_t version, VersionNumber(call));
    int64_t rows = 0;
    std::string who = "http";
    SCOREWAY_RETURN_IF_ERROR(ReadJsonBody(call.request().body(), {{"rows", Into(&rows)}, {"who", Into(&who)}}));
    if (rows < 1 || rows > 10'000'000) {
      return Status(Code::kInvalidArgument, "a number of rows from 1 to 10,000,000", "member 'rows'");
    }
    SCOREWAY_ASSIGN_OR_RETURN(const int64_t found, gateway.service().registry->Resolve({ModelName(call), {}, version}));
    SCOREWAY_ASSIGN_OR_RETURN(const uint64_t learned, LearnReference(gateway.service(), ModelName(call), found,
                                                                     static_cast<uint64_t>(rows), WhoOf(call, who)));
    JsonWriter json(&call.response().body);
    json.BeginObject();
    json.UintField("rows", learned);
    json.EndObject();
    return {};
  });
}

}  // namespace scoreway::http
