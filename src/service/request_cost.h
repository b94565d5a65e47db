// RequestCost: how long a request for a model is likely to take, learned from those before it: parsing, scoring and
// writing, by the size of the body. So a door knows whether to answer on the thread that read the request.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>

#include "service/loaded_model.h"

namespace scoreway {

inline bool IsLikelyLonger(const LoadedModel& model, size_t body_bytes, int64_t nanoseconds) {
  const float likely = model.nanoseconds_per_byte.load(std::memory_order_relaxed) * static_cast<float>(body_bytes);
  return likely > static_cast<float>(nanoseconds);
}

// Does the work, and learns what it cost. A moving average that is written only when it tells something new: the value
// is shared between threads. One request that was held up by others on a busy machine must not make a cheap model look
// costly, so each moves it by a third at most, but for the first.
template <typename Work>
void DoAndLearnCost(const LoadedModel& model, size_t body_bytes, Work&& work) {
  using SteadyClock = std::chrono::steady_clock;
  const SteadyClock::time_point start = SteadyClock::now();
  work();
  const auto spent = std::chrono::duration_cast<std::chrono::nanoseconds>(SteadyClock::now() - start).count();
  const float known = model.nanoseconds_per_byte.load(std::memory_order_relaxed);
  const float seen = static_cast<float>(spent) / static_cast<float>(std::max<size_t>(body_bytes, 64));
  if (seen > known * 0.7f && seen < known * 1.4f) return;
  const float learned = known == LoadedModel::kFirstGuess ? seen : known * 0.9f + std::min(seen, known * 4) * 0.1f;
  model.nanoseconds_per_byte.store(learned, std::memory_order_relaxed);
}

}  // namespace scoreway
