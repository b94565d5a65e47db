// scoreway traffic: how the requests for a model are shared among its aliases.

#include <optional>

#include "commands.h"
#include "open_registry.h"
#include "printing.h"
#include "service/set_traffic.h"
#include "table.h"

namespace scoreway {
namespace {

void PrintPolicy(const TrafficPolicy& policy) {
  Table table({"model", policy.model});
  for (const TrafficShare& share : policy.split) {
    std::string percent;
    JsonWriter(&percent).Double(share.percent);
    table.Add({"share", share.alias + " " + percent + " %"});
  }
  if (policy.split.empty()) table.Add({"share", "all to the plain name"});
  table.Add({"sticky", policy.sticky ? "by key" : "no"});
  for (const std::string& alias : policy.shadow) table.Add({"shadow", alias});
  table.Add({"revision", std::to_string(policy.revision)});
  if (policy.revision > 0) table.Add({"changed", TimeText(policy.changed_micros) + " by " + policy.who});
  if (!policy.why.empty()) table.Add({"why", policy.why});
  Print(table.ToString());
}

}  // namespace

Status RunTraffic(const TrafficOptions& options) {
  SCOREWAY_ASSIGN_OR_RETURN(const OpenedRegistry registry, OpenRegistry(options.registry));
  Traffic traffic(*registry.store, SystemClock(), std::chrono::milliseconds(0));
  TrafficPolicy policy;
  if (options.action == TrafficOptions::Action::kShow) {
    SCOREWAY_ASSIGN_OR_RETURN(policy, traffic.store.Get(options.model));
  } else {
    TrafficPolicy wish;
    wish.model = options.model;
    for (const auto& [alias, percent] : options.split) wish.split.push_back({alias, percent});
    wish.shadow = options.shadow;
    wish.sticky = options.sticky;
    const auto expected =
        options.expected ? std::optional<int64_t>(static_cast<int64_t>(*options.expected)) : std::optional<int64_t>();
    SCOREWAY_ASSIGN_OR_RETURN(policy, SetTraffic({.registry = registry.registry.get(), .traffic = &traffic}, wish,
                                                 expected, {CurrentUser(), options.why}));
  }
  options.json ? PrintAsJson(policy) : PrintPolicy(policy);
  return {};
}

}  // namespace scoreway
