// scoreway challenge: challengers against the champion; and scoreway history.

#include "commands.h"
#include "files.h"
#include "flag_duration.h"
#include "open_records.h"
#include "printing.h"
#include "service/evaluate_challenge.h"
#include "service/model_history.h"
#include "service/read_predictions.h"
#include "service/replay_challenge.h"
#include "service/start_challenge.h"
#include "table.h"

namespace scoreway {
namespace {

constexpr uint64_t kPolicyBytesMax = 1 << 20;

// The file's policy with what the flags say, as JSON that the policy's reader takes: one place knows the members.
Result<ChallengePolicy> PolicyOf(const ChallengeOptions& options) {
  ChallengePolicy policy;
  if (!options.policy.empty()) {
    SCOREWAY_ASSIGN_OR_RETURN(const std::shared_ptr<const std::string> text, ReadFile(options.policy, kPolicyBytesMax));
    auto read = ParseChallengePolicy(*text);
    if (!read.ok()) return AtPlace(options.policy, std::move(read).error());
    policy = std::move(read).value();
  }
  for (const LossKind kind :
       {LossKind::kError, LossKind::kBrier, LossKind::kLogLoss, LossKind::kAbsoluteError, LossKind::kSquaredError}) {
    if (LossKindName(kind) == options.metric) policy.metric = kind;
  }
  if (!options.output.empty()) policy.output = options.output;
  if (!options.positive.empty()) {
    // As a cell of CSV reads: a number, true, false, or a text.
    policy.positive = options.positive;
    if (ChallengePolicy trial{.positive = options.positive}; !CheckPolicy(trial).ok()) {
      policy.positive.clear();
      AppendJsonString(options.positive, &policy.positive);
    }
  }
  policy.scale = options.scale.value_or(policy.scale);
  policy.margin = options.margin.value_or(policy.margin);
  policy.alpha = options.alpha.value_or(policy.alpha);
  policy.labels_min = options.labels_min.value_or(policy.labels_min);
  policy.labels_max = options.labels_max.value_or(policy.labels_max);
  if (!options.segments.empty()) policy.segments = options.segments;
  if (!options.canary.empty()) policy.canary = options.canary;
  const auto read = [](const char* flag, const std::string& text, int64_t* micros) -> Status {
    if (text.empty()) return {};
    SCOREWAY_ASSIGN_OR_RETURN(*micros, ReadDuration(flag, text));
    return {};
  };
  SCOREWAY_RETURN_IF_ERROR(read("--label-wait", options.label_wait, &policy.label_wait_micros));
  SCOREWAY_RETURN_IF_ERROR(read("--watch", options.watch, &policy.watch_micros));
  SCOREWAY_RETURN_IF_ERROR(read("--cool-down", options.cool_down, &policy.cool_down_micros));
  policy.dry_run = policy.dry_run || options.dry_run;
  SCOREWAY_RETURN_IF_ERROR(CheckPolicy(policy));
  return policy;
}

void PrintChallenge(const Challenge& challenge, const std::string& reason) {
  const Evidence& evidence = challenge.evidence;
  Table table({"model", challenge.model});
  const bool is_champion = challenge.phase == ChallengePhase::kWatching ||
                           challenge.phase == ChallengePhase::kRollingBack || challenge.phase == ChallengePhase::kKept;
  table.Add({"challenger", challenge.alias + ", version " + std::to_string(challenge.challenger_version) +
                               (is_champion ? ", champion now" : "")});
  table.Add({"champion", challenge.policy.champion + ", version " + std::to_string(challenge.champion_version)});
  table.Add({"phase", std::string(PhaseName(challenge.phase)) + " since " + TimeText(challenge.phase_micros)});
  if (challenge.phase == ChallengePhase::kCanary) {
    table.Add({"canary", NumberText(CanaryPercent(challenge), "") + " % of the requests"});
  }
  if (!reason.empty()) table.Add({"now", reason});
  table.Add({"metric", std::string(LossKindName(challenge.policy.metric))});
  table.Add({"labels", std::to_string(evidence.labels())});
  if (evidence.unlabelled() > 0) table.Add({"labels not in time", std::to_string(evidence.unlabelled())});
  if (evidence.labels() > 0) {
    table.Add({"loss of the challenger", NumberText(evidence.challenger_loss())});
    table.Add({"loss of the champion", NumberText(evidence.champion_loss())});
    table.Add({"lead", NumberText(evidence.lead().low()) + " to " + NumberText(evidence.lead().high())});
    table.Add({"p99 of the challenger", NumberText(evidence.challenger_p99_micros() / 1000) + " ms"});
    table.Add({"p99 of the champion", NumberText(evidence.champion_p99_micros() / 1000) + " ms"});
  }
  Print(table.ToString());
}

Status PrintOne(const ChallengeOptions& options, const Challenge& challenge, const std::string& reason = {}) {
  options.json ? PrintAsJson(challenge) : PrintChallenge(challenge, reason);
  return {};
}

Status PrintList(const ChallengeOptions& options, const std::vector<Challenge>& challenges) {
  if (options.json) {
    PrintJson([&](JsonWriter& json) {
      json.Key("challenges");
      json.BeginArray();
      for (const Challenge& challenge : challenges) WriteJson(challenge, &json);
      json.EndArray();
    });
    return {};
  }
  Table table({"CHALLENGER", "VERSION", "CHAMPION", "PHASE", "SINCE (UTC)", "LABELS", "LOSS", "CHAMPION'S"});
  for (const Challenge& c : challenges) {
    table.Add({c.alias, std::to_string(c.challenger_version), std::to_string(c.champion_version),
               std::string(PhaseName(c.phase)), TimeText(c.phase_micros), std::to_string(c.evidence.labels()),
               NumberText(c.evidence.challenger_loss(), "-"), NumberText(c.evidence.champion_loss(), "-")});
  }
  Print(table.empty() ? "no challenges\n" : table.ToString());
  return {};
}

Status Replay(const ChallengeOptions& options, const Service& service) {
  ChallengeReplayRequest request{.model = options.model,
                                 .alias = options.alias,
                                 .champion_version = options.champion_version.value_or(0),
                                 .challenger_version = options.challenger_version.value_or(0)};
  SCOREWAY_ASSIGN_OR_RETURN(request.policy, PolicyOf(options));
  const int64_t now = service.records->clock.NowMicros();
  if (!options.from.empty()) {
    SCOREWAY_ASSIGN_OR_RETURN(request.from_micros, ReadTimeOrAge(options.from, now));
  }
  if (!options.to.empty()) {
    SCOREWAY_ASSIGN_OR_RETURN(request.to_micros, ReadTimeOrAge(options.to, now));
  }
  SCOREWAY_ASSIGN_OR_RETURN(const ChallengeReplayAnswer answer, ReplayChallenge(service, request));
  if (options.json) {
    PrintAsJson(answer);
    return {};
  }
  const std::string when = answer.decided_micros == 0 ? "" : "at " + TimeText(answer.decided_micros) + ": ";
  PrintChallenge(answer.challenge,
                 std::string(VerdictName(answer.decision.verdict)) + ", " + when + answer.decision.reason);
  return {};
}

}  // namespace

Status RunChallenge(const ChallengeOptions& options) {
  using Action = ChallengeOptions::Action;
  SCOREWAY_ASSIGN_OR_RETURN(const OpenedRecords opened,
                            OpenRecords(options.registry, options.place, WhenMissing::kMake));
  const Service service = opened.service();
  const Change change{CurrentUser(), options.why};
  switch (options.action) {
    case Action::kStart: {
      SCOREWAY_ASSIGN_OR_RETURN(const ChallengePolicy policy, PolicyOf(options));
      SCOREWAY_ASSIGN_OR_RETURN(const Challenge challenge,
                                StartChallenge(service, options.model, options.alias, policy, change));
      return PrintOne(options, challenge);
    }
    case Action::kList: {
      SCOREWAY_RETURN_IF_ERROR(service.registry->GetModel(options.model).status());
      SCOREWAY_ASSIGN_OR_RETURN(const std::vector<Challenge> challenges, service.challenges->List(options.model));
      return PrintList(options, challenges);
    }
    case Action::kShow: {
      SCOREWAY_ASSIGN_OR_RETURN(const auto found, service.challenges->Find(options.model, options.alias));
      if (found) return PrintOne(options, *found);
      return Status(Code::kNotFound, "no challenge of '" + options.alias + "'", "model '" + options.model + "'");
    }
    case Action::kStop: {
      SCOREWAY_ASSIGN_OR_RETURN(const Challenge challenge,
                                StopChallenge(service, options.model, options.alias, change));
      return PrintOne(options, challenge);
    }
    case Action::kRun: {
      SCOREWAY_ASSIGN_OR_RETURN(const ChallengeStep step, EvaluateChallenge(service, options.model, options.alias));
      return PrintOne(options, step.challenge, step.decision.reason);
    }
    case Action::kReplay: return Replay(options, service);
  }
  return {};
}

Status RunHistory(const HistoryOptions& options) {
  SCOREWAY_ASSIGN_OR_RETURN(const OpenedRegistry registry, OpenRegistry(options.registry));
  Challenges challenges(*registry.store);
  const Service service{.registry = registry.registry.get(), .challenges = &challenges};
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<HistoryEntry> entries,
                            ModelHistory(service, options.model, options.count));
  if (options.json) {
    PrintJson([&](JsonWriter& json) {
      json.Key("history");
      json.BeginArray();
      for (const HistoryEntry& entry : entries) WriteJson(entry, &json);
      json.EndArray();
    });
    return {};
  }
  Table table({"TIME (UTC)", "WHAT", "ALIAS", "FROM", "TO", "WHY"});
  const auto number = [](int64_t version) { return version == 0 ? std::string("-") : std::to_string(version); };
  for (const HistoryEntry& entry : entries) {
    if (entry.move) {
      table.Add({TimeText(entry.move->time_micros), "moved", entry.move->alias, number(entry.move->from),
                 number(entry.move->to), entry.move->who + (entry.move->why.empty() ? "" : ": " + entry.move->why)});
    } else {
      const ChallengeEvent& event = *entry.challenge;
      const bool is_back =
          event.kind == "rolling_back" || event.kind == "rolled_back" || event.kind == "would_roll_back";
      table.Add({TimeText(event.time_micros), event.kind, event.alias,
                 number(is_back ? event.challenger_version : event.champion_version),
                 number(is_back ? event.champion_version : event.challenger_version), event.reason});
    }
  }
  Print(table.empty() ? "nothing happened\n" : table.ToString());
  return {};
}

}  // namespace scoreway
