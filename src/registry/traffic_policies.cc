#include "registry/traffic_policies.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "base/murmur_hash.h"
#include "base/utc_time.h"
#include "data/codec/json_members.h"
#include "registry/model_names.h"

namespace scoreway {
namespace {

constexpr double kPercentSlack = 1e-6;  // of the sum of shares

std::string PolicyText(const TrafficPolicy& policy) {
  std::string text;
  JsonWriter json(&text);
  WriteJson(policy, &json);
  return text;
}

Result<TrafficPolicy> ParsePolicy(std::string_view model, std::string_view text) {
  TrafficPolicy policy;
  policy.model = model;
  JsonMembers members(text);
  simdjson::dom::element value;
  simdjson::dom::array items;
  std::string changed;
  if (members.Find("split", &value) && !value.get(items)) {
    for (const simdjson::dom::element item : items) {
      std::string_view alias;
      double percent = 0;
      if (item["alias"].get(alias) || item["percent"].get(percent)) continue;
      policy.split.push_back({std::string(alias), percent});
    }
  }
  if (members.Find("shadow", &value) && !value.get(items)) {
    for (const simdjson::dom::element item : items) {
      std::string_view alias;
      if (!item.get(alias)) policy.shadow.emplace_back(alias);
    }
  }
  members.Read("sticky", &policy.sticky);
  members.Read("revision", &policy.revision);
  members.Read("changed", &changed);
  members.Read("who", &policy.who);
  members.Read("why", &policy.why);
  policy.changed_micros = ParseUtc(changed).value_or(0);
  if (members.status().ok()) return policy;
  return Error{Code::kCorrupt, "a stored policy cannot be read: " + members.status().ToString(),
               TrafficPoliciesPartition().ToString() + " " + std::string(model)};
}

}  // namespace

Status CheckPolicy(const TrafficPolicy& policy) {
  SCOREWAY_RETURN_IF_ERROR(CheckModelName(policy.model));
  if (policy.split.size() > TrafficPolicy::kSharesMax || policy.shadow.size() > TrafficPolicy::kShadowsMax) {
    return Status(Code::kInvalidArgument, "a policy has at most " + std::to_string(TrafficPolicy::kSharesMax) +
                                              " shares and " + std::to_string(TrafficPolicy::kShadowsMax) + " shadows");
  }
  double sum = 0;
  std::set<std::string_view> aliases;
  for (const TrafficShare& share : policy.split) {
    SCOREWAY_RETURN_IF_ERROR(CheckAliasName(share.alias));
    if (!aliases.insert(share.alias).second) {
      return Status(Code::kInvalidArgument, "the alias stands twice in the split", "alias '" + share.alias + "'");
    }
    if (!(share.percent >= 0 && share.percent <= 100)) {
      return Status(Code::kInvalidArgument, "a share is from 0 to 100 percent", "alias '" + share.alias + "'");
    }
    sum += share.percent;
  }
  if (!policy.split.empty() && std::abs(sum - 100) > kPercentSlack) {
    return Status(Code::kInvalidArgument, "the shares are not 100 percent together", "split");
  }
  aliases.clear();
  for (const std::string& alias : policy.shadow) {
    SCOREWAY_RETURN_IF_ERROR(CheckAliasName(alias));
    if (!aliases.insert(alias).second) {
      return Status(Code::kInvalidArgument, "the alias stands twice among the shadows", "alias '" + alias + "'");
    }
  }
  return {};
}

std::string_view AliasAt(const TrafficPolicy& policy, double point) {
  double end = 0;
  for (const TrafficShare& share : policy.split) {
    end += share.percent;
    if (point < end) return share.alias;
  }
  // The sum may fall short of 100 by a rounding error.
  return policy.split.empty() ? std::string_view() : policy.split.back().alias;
}

// Seeded by the model, so that one customer is not the guinea pig of all models at once.
double PointOfKey(std::string_view model, std::string_view key) {
  return static_cast<double>(MurmurHash3(key, MurmurHash3(model))) * (100.0 / 4294967296.0);
}

void WriteJson(const TrafficPolicy& policy, JsonWriter* json) {
  json->BeginObject();
  json->StringField("model", policy.model);
  json->Key("split");
  json->BeginArray();
  for (const TrafficShare& share : policy.split) {
    json->BeginObject();
    json->StringField("alias", share.alias);
    json->DoubleField("percent", share.percent);
    json->EndObject();
  }
  json->EndArray();
  json->BoolField("sticky", policy.sticky);
  json->Key("shadow");
  json->BeginArray();
  for (const std::string& alias : policy.shadow) json->String(alias);
  json->EndArray();
  json->IntField("revision", policy.revision);
  json->Key("changed");
  policy.revision == 0 ? json->Null() : json->String(FormatUtc(policy.changed_micros));
  json->StringField("who", policy.who);
  json->StringField("why", policy.why);
  json->EndObject();
}

Result<TrafficPolicy> TrafficPolicies::Get(std::string_view model) {
  SCOREWAY_RETURN_IF_ERROR(CheckModelName(model));
  SCOREWAY_ASSIGN_OR_RETURN(const auto text, store_.Get(TrafficPoliciesPartition(), model));
  if (text) return ParsePolicy(model, *text);
  TrafficPolicy policy;
  policy.model = model;
  return policy;
}

Result<TrafficPolicy> TrafficPolicies::Set(const TrafficPolicy& policy, std::optional<int64_t> expected,
                                           const Change& change) {
  SCOREWAY_RETURN_IF_ERROR(CheckPolicy(policy));
  SCOREWAY_ASSIGN_OR_RETURN(const auto text, store_.Get(TrafficPoliciesPartition(), policy.model));
  int64_t revision = 0;
  if (text) {
    SCOREWAY_ASSIGN_OR_RETURN(const TrafficPolicy before, ParsePolicy(policy.model, *text));
    revision = before.revision;
  }
  if (expected && *expected != revision) {
    return Error{Code::kConflict,
                 "the policy has revision " + std::to_string(revision) + ", not " + std::to_string(*expected),
                 "model '" + policy.model + "'"};
  }
  TrafficPolicy next = policy;
  next.revision = revision + 1;
  next.changed_micros = clock_.NowMicros();
  next.who = change.who;
  next.why = change.why;
  SCOREWAY_RETURN_IF_ERROR(
      store_.Apply(TrafficPoliciesPartition(), PutIfUnchanged(policy.model, PolicyText(next), text)));
  return next;
}

Result<TrafficPolicySet> TrafficPolicies::ReadAll() {
  TrafficPolicySet set;
  ScanRange all;
  all.row_count_max = 1000;
  SCOREWAY_RETURN_IF_ERROR(ForEachRow(store_, TrafficPoliciesPartition(), all, [&](const Row& row) -> Status {
    SCOREWAY_ASSIGN_OR_RETURN(TrafficPolicy policy, ParsePolicy(row.sort, row.value));
    set.emplace(row.sort, std::move(policy));
    return {};
  }));
  return set;
}

Result<uint64_t> TrafficPolicies::ChangeCount() { return store_.ChangeCount(TrafficPoliciesPartition()); }

}  // namespace scoreway
