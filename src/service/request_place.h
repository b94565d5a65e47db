// RequestPlace: on which threads a request for a model is answered.
#pragma once

#include "service/gathering_scorer.h"
#include "service/request_cost.h"

namespace scoreway {

enum class RequestPlace {
  kHere,       // on the thread that read it
  kScorePool,  // which computes
  kWaitPool,   // whose threads mostly wait: for a store, or for the calls of others
};

// `waits_for_features`: as Predictor::WaitsForFeatures. What is likely to take longer than `here_max` leaves its
// thread; so does what would wait for a gathered call.
inline RequestPlace PlaceOf(const LoadedModel& model, bool waits_for_features, size_t body_bytes, int64_t here_max) {
  if (waits_for_features) return RequestPlace::kWaitPool;
  const bool is_long = IsLikelyLonger(model, body_bytes, here_max);
  const GatheringScorer* gathering = GatheringOf(*model.scorer);
  if (gathering == nullptr) return is_long ? RequestPlace::kScorePool : RequestPlace::kHere;
  return is_long || gathering->IsBusy() ? RequestPlace::kWaitPool : RequestPlace::kHere;
}

}  // namespace scoreway
