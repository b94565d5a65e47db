#include "service/replay_challenge.h"

#include <utility>

#include "data/codec/json_times.h"
#include "service/logged_pairs.h"
#include "service/start_challenge.h"

namespace scoreway {
namespace {

Result<Challenge> BeginningOf(const Service& service, const ChallengeReplayRequest& request) {
  const auto version = [&](int64_t asked, const std::string& alias) -> Result<int64_t> {
    if (asked < 0)
      return Error{Code::kInvalidArgument, "versions are numbered from 1", "version " + std::to_string(asked)};
    return service.registry->Resolve({request.model, asked == 0 ? alias : std::string(), asked});
  };
  SCOREWAY_ASSIGN_OR_RETURN(const int64_t champion, version(request.champion_version, request.policy.champion));
  SCOREWAY_ASSIGN_OR_RETURN(const int64_t challenger, version(request.challenger_version, request.alias));
  if (champion == challenger) {
    return Error{Code::kInvalidArgument, "champion and challenger are both version " + std::to_string(champion),
                 "model '" + request.model + "'"};
  }
  return NewChallenge(request.model, request.alias, request.policy, champion, challenger, request.from_micros);
}

}  // namespace

Result<ChallengeReplayAnswer> ReplayChallenge(const Service& service, const ChallengeReplayRequest& request) {
  ChallengeReplayAnswer answer;
  Challenge& challenge = answer.challenge;
  SCOREWAY_ASSIGN_OR_RETURN(challenge, BeginningOf(service, request));
  const int64_t to = request.to_micros == 0 ? service.records->clock.NowMicros() : request.to_micros;
  const PairQuery query{.model = challenge.model,
                        .answering = challenge.champion_version,
                        .shadow = challenge.challenger_version,
                        .from_micros = request.from_micros,
                        .to_micros = to,
                        .rows_max = request.rows_max};
  const auto take = [&](const LoggedPair& pair) {
    if (challenge.started_micros == 0) challenge.started_micros = challenge.phase_micros = pair.time_micros;
    challenge.cursor_micros = pair.time_micros;
    if (!pair.has_label) {
      challenge.evidence.AddUnlabelled();
      return true;
    }
    challenge.evidence.Add(pair.pair);
    answer.decision = Decide(challenge, 0, pair.time_micros);
    if (answer.decision.verdict == Verdict::kWait) return true;
    answer.decided_micros = pair.time_micros;
    return false;
  };
  SCOREWAY_ASSIGN_OR_RETURN(const PairsRead read, ForEachPair(service, challenge.policy, query, take));
  answer.rows = read.rows;
  answer.is_whole = read.is_whole || answer.decided_micros != 0;
  if (answer.decision.reason.empty()) answer.decision = Decide(challenge, 0, to);
  return answer;
}

void WriteJson(const ChallengeReplayAnswer& answer, JsonWriter* json) {
  json->BeginObject();
  json->StringField("verdict", VerdictName(answer.decision.verdict));
  json->StringField("reason", answer.decision.reason);
  WriteTime("decided", answer.decided_micros, json);
  json->UintField("rows", answer.rows);
  json->BoolField("whole", answer.is_whole);
  json->Key("challenge");
  WriteJson(answer.challenge, json);
  json->EndObject();
}

}  // namespace scoreway
