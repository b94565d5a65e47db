// /v1/models/NAME/runs: the trainings of a model.
#include "gateways/http/handlers.h"
#include "gateways/http/list_parameters.h"
#include "gateways/http/registry_call.h"
#include "gateways/http/run_request.h"
#include "service/compare_runs.h"
#include "service/run_reference.h"

namespace scoreway::http {

void HandleStartRun(Gateway& gateway, Call& call) {
  Answer(call, [&]() -> Status {
    SCOREWAY_ASSIGN_OR_RETURN(RunInfo run, ReadStartRequest(call.request().body()));
    run.name = ModelName(call);
    run.who = WhoOf(call, run.who);
    const std::string key(call.request().Header("idempotency-key").value_or(""));
    SCOREWAY_ASSIGN_OR_RETURN(const StartAnswer answer, gateway.service().runs->Start(run, key));
    call.response().status = answer.is_new ? 201 : 200;
    call.response().AddHeader("Location",
                              "/v1/models/" + answer.run.name + "/runs/" + std::to_string(answer.run.number));
    JsonWriter json(&call.response().body);
    WriteJson(answer.run, &json);
    return {};
  });
}

void HandleListRuns(Gateway& gateway, Call& call) {
  Answer(call, [&]() -> Status {
    SCOREWAY_ASSIGN_OR_RETURN(const ListOptions options, ReadListOptions(call.request()));
    SCOREWAY_ASSIGN_OR_RETURN(const auto page, gateway.service().runs->ListRuns(ModelName(call), options));
    WriteList("runs", page, &call.response().body);
    return {};
  });
}

void HandleGetRun(Gateway& gateway, Call& call) {
  Answer(call, [&]() -> Status {
    SCOREWAY_ASSIGN_OR_RETURN(const int64_t number, RunNumber(gateway, call));
    SCOREWAY_ASSIGN_OR_RETURN(const RunInfo run, gateway.service().runs->GetRun(ModelName(call), number));
    JsonWriter json(&call.response().body);
    WriteJson(run, &json);
    return {};
  });
}

void HandleFinishRun(Gateway& gateway, Call& call) {
  Answer(call, [&]() -> Status {
    SCOREWAY_ASSIGN_OR_RETURN(const int64_t number, RunNumber(gateway, call));
    SCOREWAY_ASSIGN_OR_RETURN(const FinishRequest request, ReadFinishRequest(call.request().body()));
    SCOREWAY_ASSIGN_OR_RETURN(const RunInfo run,
                              gateway.service().runs->Finish(ModelName(call), number, request.state, request.message));
    JsonWriter json(&call.response().body);
    WriteJson(run, &json);
    return {};
  });
}

void HandlePruneRun(Gateway& gateway, Call& call) {
  Answer(call, [&]() -> Status {
    SCOREWAY_ASSIGN_OR_RETURN(const int64_t number, RunNumber(gateway, call));
    SCOREWAY_ASSIGN_OR_RETURN(const RetentionRules rules, ReadRetentionRules(call.request().body()));
    SCOREWAY_ASSIGN_OR_RETURN(const PruneCounts counts,
                              gateway.service().runs->Prune(ModelName(call), number, rules.empty() ? nullptr : &rules));
    JsonWriter json(&call.response().body);
    json.BeginObject();
    json.UintField("checkpoints", counts.checkpoints);
    json.UintField("bytes", counts.bytes);
    json.EndObject();
    return {};
  });
}

void HandleCompareRuns(Gateway& gateway, Call& call) {
  Answer(call, [&]() -> Status {
    std::vector<int64_t> numbers;
    std::string metric, goal;
    for (const auto& [key, value] : call.request().QueryParameters()) {
      if (key == "metric") {
        metric = value;
      } else if (key == "goal") {
        goal = value;
      } else if (key == "run") {
        SCOREWAY_ASSIGN_OR_RETURN(const int64_t number, FindRun(*gateway.service().runs, ModelName(call), value));
        numbers.push_back(number);
      } else {
        return Status(Code::kInvalidArgument, "unknown; known are metric, goal and run",
                      "query parameter '" + key + "'");
      }
    }
    SCOREWAY_ASSIGN_OR_RETURN(const RunComparison comparison,
                              CompareRuns(gateway.service(), ModelName(call), numbers, metric, goal));
    JsonWriter json(&call.response().body);
    WriteJson(comparison, &json);
    return {};
  });
}

}  // namespace scoreway::http
