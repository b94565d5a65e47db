#include "challenge/challenge.h"

#include "base/utc_time.h"
#include "data/codec/json_members.h"

namespace scoreway {
namespace {

constexpr ChallengePhase kPhases[] = {
    ChallengePhase::kTesting,    ChallengePhase::kCanary,      ChallengePhase::kPromoting,
    ChallengePhase::kWatching,   ChallengePhase::kRollingBack, ChallengePhase::kKept,
    ChallengePhase::kRolledBack, ChallengePhase::kRejected,    ChallengePhase::kStopped};

void ReadTime(JsonMembers& members, std::string_view key, int64_t* micros) {
  std::string text;
  members.Read(key, &text);
  if (const auto time = ParseUtc(text)) {
    *micros = *time;
  } else {
    members.Fail(key, "a time");
  }
}

// The member as JSON text; "{}" if it is absent.
std::string ObjectText(JsonMembers& members, std::string_view key) {
  simdjson::dom::element element;
  return members.Find(key, &element) ? simdjson::minify(element) : "{}";
}

}  // namespace

std::string_view PhaseName(ChallengePhase phase) {
  switch (phase) {
    case ChallengePhase::kTesting: return "testing";
    case ChallengePhase::kCanary: return "canary";
    case ChallengePhase::kPromoting: return "promoting";
    case ChallengePhase::kWatching: return "watching";
    case ChallengePhase::kRollingBack: return "rolling_back";
    case ChallengePhase::kKept: return "kept";
    case ChallengePhase::kRolledBack: return "rolled_back";
    case ChallengePhase::kRejected: return "rejected";
    case ChallengePhase::kStopped: return "stopped";
  }
  return "unknown";
}

bool IsEnd(ChallengePhase phase) { return phase >= ChallengePhase::kKept; }

void WriteJson(const Challenge& challenge, JsonWriter* json) {
  json->BeginObject();
  json->StringField("model", challenge.model);
  json->StringField("challenger", challenge.alias);
  json->StringField("phase", PhaseName(challenge.phase));
  json->IntField("champion_version", challenge.champion_version);
  json->IntField("challenger_version", challenge.challenger_version);
  json->StringField("started", FormatUtc(challenge.started_micros));
  json->StringField("phase_since", FormatUtc(challenge.phase_micros));
  json->StringField("seen_until", FormatUtc(challenge.cursor_micros));
  json->IntField("canary_step", challenge.canary_step);
  json->IntField("revision", challenge.revision);
  json->StringField("who", challenge.who);
  json->StringField("why", challenge.why);
  json->Key("policy");
  WriteJson(challenge.policy, json);
  json->Key("evidence");
  challenge.evidence.Write(json);
  json->EndObject();
}

Result<Challenge> ParseChallenge(std::string_view text) {
  const auto corrupt = [](const Status& status) {
    return Error{Code::kCorrupt, "a stored challenge cannot be read: " + status.ToString(), {}};
  };
  Challenge challenge;
  JsonMembers members(text);
  std::string phase;
  members.Read("model", &challenge.model);
  members.Read("challenger", &challenge.alias);
  members.Read("phase", &phase);
  members.Read("champion_version", &challenge.champion_version);
  members.Read("challenger_version", &challenge.challenger_version);
  ReadTime(members, "started", &challenge.started_micros);
  ReadTime(members, "phase_since", &challenge.phase_micros);
  ReadTime(members, "seen_until", &challenge.cursor_micros);
  members.Read("canary_step", &challenge.canary_step);  // challenges of an older release have none
  members.Read("revision", &challenge.revision);
  members.Read("who", &challenge.who);
  members.Read("why", &challenge.why);
  bool is_known = false;
  for (const ChallengePhase known : kPhases) {
    if (PhaseName(known) != phase) continue;
    challenge.phase = known;
    is_known = true;
  }
  if (!is_known) members.Fail("phase", "a phase");
  if (!members.status().ok()) return corrupt(members.status());
  auto policy = ParseChallengePolicy(ObjectText(members, "policy"));
  if (!policy.ok()) return corrupt(policy.status());
  challenge.policy = std::move(policy).value();
  const auto steps = static_cast<int64_t>(challenge.policy.canary.size());
  if (challenge.canary_step < 0 || (challenge.phase == ChallengePhase::kCanary && challenge.canary_step >= steps)) {
    return corrupt(Status(Code::kCorrupt, "no such step of the canary"));
  }
  auto evidence = Evidence::Parse(ObjectText(members, "evidence"), challenge.policy);
  if (!evidence.ok()) return corrupt(evidence.status());
  challenge.evidence = std::move(evidence).value();
  return challenge;
}

}  // namespace scoreway
