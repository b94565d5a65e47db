// /v1/models/NAME/drift and /performance: whether a model still sees what it was trained on, and still answers well.
// And the reference of a version, learned from its first rows.
#include <string>

#include "base/number_text.h"
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

// A number of the query; *value as it is if it is absent.
Status ReadDouble(const Request& request, std::string_view name, double* value) {
  const auto text = request.Query(name);
  if (!text || ParseDouble(*text, value) == NumberParse::kOk) return {};
  return Status(Code::kInvalidArgument, "not a number", "query parameter '" + std::string(name) + "'");
}

Status ReadBounds(const Request& request, DriftBounds* bounds) {
  SCOREWAY_RETURN_IF_ERROR(ReadDouble(request, "level", &bounds->level));
  SCOREWAY_RETURN_IF_ERROR(ReadDouble(request, "psi_warning", &bounds->psi_warning));
  SCOREWAY_RETURN_IF_ERROR(ReadDouble(request, "psi_alarm", &bounds->psi_alarm));
  SCOREWAY_ASSIGN_OR_RETURN(const int64_t rows_min,
                            ReadNumber(request, "rows_min", static_cast<int64_t>(bounds->rows_min)));
  if (rows_min < 0) return Status(Code::kInvalidArgument, "a number of rows", "query parameter 'rows_min'");
  bounds->rows_min = static_cast<uint64_t>(rows_min);
  return {};
}

// Each ?probability=CLASS=OUTPUT.
Status ReadProbabilities(const Request& request, OutputWish* outputs) {
  for (const auto& [name, value] : request.QueryParameters()) {
    if (name != "probability") continue;
    const size_t equals = value.find('=');
    if (equals == std::string::npos) {
      return Status(Code::kInvalidArgument, "not CLASS=OUTPUT", "query parameter 'probability'");
    }
    outputs->probabilities.emplace_back(value.substr(0, equals), value.substr(equals + 1));
  }
  return {};
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
    SCOREWAY_ASSIGN_OR_RETURN(query.shadow, ReadFlag(call.request(), "shadow"));
    SCOREWAY_RETURN_IF_ERROR(ReadBounds(call.request(), &query.bounds));
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
    SCOREWAY_RETURN_IF_ERROR(ReadProbabilities(call.request(), &query.outputs));
    SCOREWAY_ASSIGN_OR_RETURN(query.shadow, ReadFlag(call.request(), "shadow"));
    SCOREWAY_ASSIGN_OR_RETURN(const int64_t stretches, ReadNumber(call.request(), "stretches", 0));
    if (stretches < 0 || stretches > static_cast<int64_t>(PerformanceQuery::kStretchesMax)) {
      return Status(Code::kInvalidArgument, "from 0 to 200", "query parameter 'stretches'");
    }
    query.stretches = static_cast<size_t>(stretches);
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
