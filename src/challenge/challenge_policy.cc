#include "challenge/challenge_policy.h"

#include <cmath>

#include "data/codec/json_members.h"

namespace scoreway {
namespace {

constexpr LossKind kKinds[] = {LossKind::kError, LossKind::kBrier, LossKind::kLogLoss, LossKind::kAbsoluteError,
                               LossKind::kSquaredError};
constexpr int64_t kSecondMicros = 1'000'000;
constexpr double kSecondsMax = 1e10;

Status Wrong(std::string_view member, std::string what) {
  return Status(Code::kInvalidArgument, std::move(what), "member '" + std::string(member) + "'");
}

void ReadSeconds(JsonMembers& members, std::string_view key, int64_t* micros) {
  double seconds = static_cast<double>(*micros) / kSecondMicros;
  members.Read(key, &seconds);
  if (!(seconds >= 0 && seconds <= kSecondsMax)) return members.Fail(key, "seconds from 0");
  *micros = std::llround(seconds * kSecondMicros);
}

void ReadPercentages(JsonMembers& members, std::string_view key, std::vector<double>* percentages) {
  simdjson::dom::element value;
  simdjson::dom::array items;
  if (!members.Find(key, &value)) return;
  if (value.get(items)) return members.Fail(key, "a list of percentages");
  percentages->clear();
  for (const simdjson::dom::element item : items) {
    double percent = 0;
    if (item.get(percent)) return members.Fail(key, "a list of percentages");
    percentages->push_back(percent);
  }
}

}  // namespace

std::string_view LossKindName(LossKind kind) {
  switch (kind) {
    case LossKind::kError: return "error";
    case LossKind::kBrier: return "brier";
    case LossKind::kLogLoss: return "log_loss";
    case LossKind::kAbsoluteError: return "absolute_error";
    case LossKind::kSquaredError: return "squared_error";
  }
  return "unknown";
}

std::string_view AllocationName(Allocation allocation) {
  return allocation == Allocation::kSteps ? "steps" : "thompson";
}

namespace {

Status CheckCanary(const ChallengePolicy& policy) {
  if (policy.canary.size() > ChallengePolicy::kCanaryStepsMax) {
    return Wrong("canary", "more than " + std::to_string(ChallengePolicy::kCanaryStepsMax) + " steps");
  }
  double before = 0;
  for (const double percent : policy.canary) {
    if (!(percent > before && percent < 100)) {
      return Wrong("canary", "percentages rise from above 0 to below 100");
    }
    before = percent;
  }
  if (policy.allocation == Allocation::kThompson && policy.canary.size() != 2) {
    return Wrong("canary", "thompson takes two percentages, the least and the most");
  }
  if (policy.canary_labels_min < 1) return Wrong("canary_labels_min", "must be at least 1");
  return {};
}

}  // namespace

Status CheckPolicy(const ChallengePolicy& policy) {
  if (policy.champion.empty()) return Wrong("champion", "must name an alias");
  if (!(policy.scale > 0 && std::isfinite(policy.scale))) return Wrong("scale", "must be above 0");
  if ((policy.metric == LossKind::kError || policy.metric == LossKind::kBrier) && policy.scale != 1) {
    return Wrong("scale", "errors and Brier scores lie between 0 and 1: there is nothing to scale");
  }
  if (!IsJson(policy.positive)) return Wrong("positive", "must be JSON: 1, true or \"yes\" with its quotes");
  if (!(policy.margin >= 0 && policy.margin < 1)) return Wrong("margin", "must be from 0 to below 1");
  if (!(policy.alpha > 0 && policy.alpha < 0.5)) return Wrong("alpha", "must be above 0 and below 0.5");
  if (!(policy.rollback_alpha > 0 && policy.rollback_alpha < 0.5)) {
    return Wrong("rollback_alpha", "must be above 0 and below 0.5");
  }
  if (policy.labels_min < 1) return Wrong("labels_min", "must be at least 1");
  if (policy.labels_max != 0 && policy.labels_max < policy.labels_min) {
    return Wrong("labels_max", "must be 0 or at least labels_min");
  }
  if (!(policy.latency_ratio_max >= 0)) return Wrong("latency_ratio_max", "must be from 0");
  if (!policy.drift_max.empty() && policy.drift_max != "quiet" && policy.drift_max != "warning") {
    return Wrong("drift_max", "must be quiet or warning, or empty");
  }
  if (policy.segments.size() > ChallengePolicy::kSegmentsMax) {
    return Wrong("segments", "more than " + std::to_string(ChallengePolicy::kSegmentsMax) + " inputs");
  }
  return CheckCanary(policy);
}

void WriteJson(const ChallengePolicy& policy, JsonWriter* json) {
  const auto seconds = [&](std::string_view key, int64_t micros) {
    json->DoubleField(key, static_cast<double>(micros) / kSecondMicros);
  };
  json->BeginObject();
  json->StringField("champion", policy.champion);
  json->StringField("metric", LossKindName(policy.metric));
  json->StringField("output", policy.output);
  json->RawField("positive", policy.positive);
  json->DoubleField("scale", policy.scale);
  json->DoubleField("margin", policy.margin);
  json->DoubleField("alpha", policy.alpha);
  json->DoubleField("rollback_alpha", policy.rollback_alpha);
  json->IntField("labels_min", policy.labels_min);
  json->IntField("labels_max", policy.labels_max);
  seconds("time_min_s", policy.time_min_micros);
  seconds("label_wait_s", policy.label_wait_micros);
  json->DoubleField("latency_ratio_max", policy.latency_ratio_max);
  json->StringField("drift_max", policy.drift_max);
  json->Key("canary");
  json->BeginArray();
  for (const double percent : policy.canary) json->Double(percent);
  json->EndArray();
  json->StringField("allocation", AllocationName(policy.allocation));
  json->IntField("canary_labels_min", policy.canary_labels_min);
  seconds("canary_time_s", policy.canary_time_micros);
  json->Key("segments");
  json->BeginArray();
  for (const std::string& input : policy.segments) json->String(input);
  json->EndArray();
  seconds("watch_s", policy.watch_micros);
  seconds("cool_down_s", policy.cool_down_micros);
  json->BoolField("dry_run", policy.dry_run);
  json->EndObject();
}

Result<ChallengePolicy> ParseChallengePolicy(std::string_view json) {
  ChallengePolicy policy;
  JsonMembers members(json);
  members.RefuseOthers({"champion",
                        "metric",
                        "output",
                        "positive",
                        "scale",
                        "margin",
                        "alpha",
                        "rollback_alpha",
                        "labels_min",
                        "labels_max",
                        "time_min_s",
                        "label_wait_s",
                        "latency_ratio_max",
                        "drift_max",
                        "canary",
                        "allocation",
                        "canary_labels_min",
                        "canary_time_s",
                        "segments",
                        "watch_s",
                        "cool_down_s",
                        "dry_run"});
  std::string metric(LossKindName(policy.metric)), allocation(AllocationName(policy.allocation));
  members.Read("champion", &policy.champion);
  members.Read("metric", &metric);
  members.Read("output", &policy.output);
  simdjson::dom::element positive;
  if (members.Find("positive", &positive)) policy.positive = simdjson::minify(positive);
  members.Read("scale", &policy.scale);
  members.Read("margin", &policy.margin);
  members.Read("alpha", &policy.alpha);
  members.Read("rollback_alpha", &policy.rollback_alpha);
  members.Read("labels_min", &policy.labels_min);
  members.Read("labels_max", &policy.labels_max);
  ReadSeconds(members, "time_min_s", &policy.time_min_micros);
  ReadSeconds(members, "label_wait_s", &policy.label_wait_micros);
  members.Read("latency_ratio_max", &policy.latency_ratio_max);
  members.Read("drift_max", &policy.drift_max);
  ReadPercentages(members, "canary", &policy.canary);
  members.Read("allocation", &allocation);
  members.Read("canary_labels_min", &policy.canary_labels_min);
  ReadSeconds(members, "canary_time_s", &policy.canary_time_micros);
  members.Read("segments", &policy.segments);
  ReadSeconds(members, "watch_s", &policy.watch_micros);
  ReadSeconds(members, "cool_down_s", &policy.cool_down_micros);
  members.Read("dry_run", &policy.dry_run);
  policy.allocation = allocation == AllocationName(Allocation::kThompson) ? Allocation::kThompson : Allocation::kSteps;
  if (allocation != AllocationName(policy.allocation)) members.Fail("allocation", "steps or thompson");
  bool is_known = false;
  for (const LossKind kind : kKinds) {
    if (LossKindName(kind) != metric) continue;
    policy.metric = kind;
    is_known = true;
  }
  if (!is_known) members.Fail("metric", "error, brier, log_loss, absolute_error or squared_error");
  SCOREWAY_RETURN_IF_ERROR(members.status());
  SCOREWAY_RETURN_IF_ERROR(CheckPolicy(policy));
  return policy;
}

}  // namespace scoreway
