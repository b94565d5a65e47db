#include "gateways/http/run_request.h"

#include <utility>

#include "gateways/http/json_body.h"

namespace scoreway::http {
namespace {

// Rules whose goal is settled when all is read, as it may follow from the metric's name.
struct RawRetention {
  RetentionRules rules;
  std::string goal;

  std::vector<JsonMember> Members() {
    return {{"keep_last", Into(&rules.keep_last)},
            {"keep_best", Into(&rules.keep_best)},
            {"metric", Into(&rules.metric)},
            {"goal", Into(&goal)},
            {"keep_every", Into(&rules.keep_every)}};
  }
  Result<RetentionRules> Settled() {
    if (!rules.metric.empty()) {
      SCOREWAY_ASSIGN_OR_RETURN(rules.goal, GoalOf(goal, rules.metric));
    }
    return rules;
  }
};

}  // namespace

Result<RunInfo> ReadStartRequest(std::string_view json) {
  RunInfo run;
  RawRetention retention;
  run.who = "http";
  SCOREWAY_RETURN_IF_ERROR(ReadJsonBody(
      json, {{"parameters", Into(&run.parameters)},
             {"tags", Into(&run.tags)},
             {"who", Into(&run.who)},
             {"source", Into(&run.source)},
             {"parent_run", Into(&run.parent_run)},
             {"parent_step", Into(&run.parent_step)},
             {"retention", [&](JsonElement element) { return ReadJsonObject(element, retention.Members()); }}}));
  SCOREWAY_ASSIGN_OR_RETURN(run.retention, retention.Settled());
  return run;
}

Result<FinishRequest> ReadFinishRequest(std::string_view json) {
  FinishRequest request;
  std::string state(StateName(request.state));
  SCOREWAY_RETURN_IF_ERROR(ReadJsonBody(json, {{"state", Into(&state)}, {"message", Into(&request.message)}}));
  if (state == StateName(RunInfo::State::kFailed)) {
    request.state = RunInfo::State::kFailed;
  } else if (state != StateName(RunInfo::State::kFinished)) {
    return Error{Code::kInvalidArgument, "a run ends as finished or failed", "member 'state'"};
  }
  return request;
}

Result<RetentionRules> ReadRetentionRules(std::string_view json) {
  RawRetention retention;
  SCOREWAY_RETURN_IF_ERROR(ReadJsonBody(json, retention.Members()));
  return retention.Settled();
}

Result<PromoteCheckpointRequest> ReadPromoteRequest(std::string_view json) {
  PromoteCheckpointRequest request;
  PushRequest& push = request.push.push;
  push.change.who = "http";
  ParitySample sample;
  SCOREWAY_RETURN_IF_ERROR(ReadJsonBody(json, {{"aliases", Into(&push.aliases)},
                                               {"description", Into(&push.metadata.description)},
                                               {"tags", Into(&push.metadata.tags)},
                                               {"who", Into(&push.change.who)},
                                               {"why", Into(&push.change.why)},
                                               {"require_parity", Into(&request.push.require_parity)},
                                               {"tolerance", Into(&request.push.parity.tolerance)},
                                               {"rows", Into(&sample.rows)},
                                               {"expected", Into(&sample.expected)}}));
  if (sample.rows.empty() != sample.expected.empty()) {
    return Error{Code::kInvalidArgument, "rows and expected come together", "member 'rows'"};
  }
  if (!sample.rows.empty()) request.push.sample = std::move(sample);
  return request;
}

}  // namespace scoreway::http
