// /v1/models/NAME/challenges: challengers that are compared with the champion, or would have been; and
// /v1/models/NAME/history.
#include "challenge/challenges.h"
#include "gateways/http/handlers.h"
#include "gateways/http/json_body.h"
#include "gateways/http/list_parameters.h"
#include "gateways/http/registry_call.h"
#include "service/evaluate_challenge.h"
#include "service/model_history.h"
#include "service/read_predictions.h"
#include "service/replay_challenge.h"
#include "service/start_challenge.h"

namespace scoreway::http {
namespace {

constexpr int64_t kReplayRowsMax = 10'000'000;

std::string Challenger(const Call& call) { return std::string(call.parameters[1]); }

// The reader of the member `policy`, which tells its mistakes as the policy's own.
JsonMember PolicyMember(ChallengePolicy* policy) {
  return {"policy", [policy](const JsonElement& value) -> Status {
            SCOREWAY_ASSIGN_OR_RETURN(*policy, ParseChallengePolicy(simdjson::minify(value)));
            return {};
          }};
}

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
    ChallengePolicy policy;
    std::string who = "http", why;
    SCOREWAY_RETURN_IF_ERROR(
        ReadJsonBody(call.request().body(), {PolicyMember(&policy), {"who", Into(&who)}, {"why", Into(&why)}}));
    SCOREWAY_ASSIGN_OR_RETURN(
        const Challenge challenge,
        StartChallenge(gateway.service(), ModelName(call), Challenger(call), policy, {WhoOf(call, who), why}));
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

void HandleReplayChallenge(Gateway& gateway, Call& call) {
  Answer(call, [&]() -> Status {
    const int64_t now = gateway.service().records->clock.NowMicros();
    const auto into_time = [now](int64_t* micros) {
      return [now, micros](const JsonElement& value) -> Status {
        std::string text;
        SCOREWAY_RETURN_IF_ERROR(Into(&text)(value));
        if (text.empty()) return {};
        SCOREWAY_ASSIGN_OR_RETURN(*micros, ReadTimeOrAge(text, now));
        return {};
      };
    };
    ChallengeReplayRequest request{.model = ModelName(call), .alias = Challenger(call)};
    int64_t rows_max = 1'000'000;
    SCOREWAY_RETURN_IF_ERROR(
        ReadJsonBody(call.request().body(), {PolicyMember(&request.policy),
                                             {"from", into_time(&request.from_micros)},
                                             {"to", into_time(&request.to_micros)},
                                             {"champion_version", Into(&request.champion_version)},
                                             {"challenger_version", Into(&request.challenger_version)},
                                             {"rows_max", Into(&rows_max)}}));
    if (rows_max < 1 || rows_max > kReplayRowsMax) {
      return Status(Code::kInvalidArgument, "from 1 to 10,000,000", "member 'rows_max'");
    }
    request.rows_max = static_cast<uint64_t>(rows_max);
    SCOREWAY_ASSIGN_OR_RETURN(const ChallengeReplayAnswer answer, ReplayChallenge(gateway.service(), request));
    WriteValue(answer, call);
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
