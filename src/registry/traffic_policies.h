// TrafficPolicies: how the requests that name a model alone are led to its aliases, and which aliases score copies of
// them.
//
//     table     partition   sort     value
//     traffic   "all"       model    the policy, as JSON
//
// A policy is changed by compare-and-set: each change has the next revision, and says who made it and why. One that has
// neither split nor shadow leads all requests to what the plain name means, as where there never was one.
//
// Errors: kConflict for a revision that is not the last one; kInvalidArgument names what is wrong; the Store's own
// beside these. Thread-safe.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "data/codec/json_writer.h"
#include "registry/alias_table.h"
#include "store/store.h"

namespace scoreway {

// The rows of the policies.
inline Partition TrafficPoliciesPartition() { return {"traffic", "all"}; }

struct TrafficShare {
  std::string alias;
  double percent = 0;

  bool operator==(const TrafficShare&) const = default;
};

struct TrafficPolicy {
  static constexpr size_t kSharesMax = 20;
  static constexpr size_t kShadowsMax = 8;

  std::string model;
  std::vector<TrafficShare> split;  // empty, or 100 percent together
  bool sticky = true;               // one key is led to one alias, as long as the shares stay
  std::vector<std::string> shadow;  // aliases that score a copy, after the answer
  int64_t revision = 0;             // 0: there never was one
  int64_t changed_micros = 0;
  std::string who, why;
};

// kInvalidArgument: names that are none, shares that are not 100 percent, an alias twice, or too many.
Status CheckPolicy(const TrafficPolicy& policy);

// The alias that a point in [0, 100) is led to; empty where the policy has no split.
std::string_view AliasAt(const TrafficPolicy& policy, double point);
// Where a key lies in [0, 100): the same for everybody.
double PointOfKey(std::string_view model, std::string_view key);

// {"model":...,"split":[{"alias":"champion","percent":90}],"sticky":true,"shadow":[],"revision":3,"changed":...,"who","why"}
void WriteJson(const TrafficPolicy& policy, JsonWriter* json);

using TrafficPolicySet = std::map<std::string, TrafficPolicy, std::less<>>;  // by model

class TrafficPolicies {
 public:
  // Store and clock must outlive this.
  TrafficPolicies(Store& store, const Clock& clock) : store_(store), clock_(clock) {}

  // With revision 0 if there never was one.
  Result<TrafficPolicy> Get(std::string_view model);
  // Takes model, split, sticky and shadow of the policy; gives it as it is then. `expected`: the revision it must have
  // now.
  Result<TrafficPolicy> Set(const TrafficPolicy& policy, std::optional<int64_t> expected, const Change& change);

  Result<TrafficPolicySet> ReadAll();
  // Differs after every change.
  Result<uint64_t> ChangeCount();

 private:
  Store& store_;
  const Clock& clock_;
};

}  // namespace scoreway
