// Traffic: the policies by which requests are led to aliases, followed for those who answer.
#pragma once

#include <chrono>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "registry/traffic_policies.h"
#include "service/chance.h"
#include "service/serving_set.h"
#include "store/followed.h"

namespace scoreway {

struct Traffic {
  // The store must outlive this. `poll_interval` 0: Refresh is the only way.
  Traffic(Store& rows, const Clock& time, std::chrono::milliseconds poll_interval)
      : store(rows, time),
        policies({[this] { return store.ChangeCount(); }, [this] { return store.ReadAll(); }}, poll_interval) {}

  // Whether to load what a policy names and is not loaded: not again within some seconds, should it fail.
  bool MayLoad(std::string_view model, std::string_view alias);

  TrafficPolicies store;
  Followed<TrafficPolicySet> policies;

 private:
  std::mutex mutex_;
  std::map<std::string, std::chrono::steady_clock::time_point> tries_;  // by model and alias; guarded by mutex_
};

// A thread's view of it, with its own random numbers. One thread at a time.
class TrafficReader {
 public:
  // `traffic` null: there are no policies.
  TrafficReader(const Traffic* traffic, uint64_t seed);

  // The policy of the model, or null if it has none that does anything. Valid until the next call.
  const TrafficPolicy* Find(std::string_view model);
  // The alias for a request with that key, empty if it has none.
  std::string_view Choose(const TrafficPolicy& policy, std::string_view key);

 private:
  const bool has_policies_;
  Followed<TrafficPolicySet>::Reader reader_;
  Chance chance_;
};

}  // namespace scoreway
