// RetryPolicy: whether, and after what pause, work that failed is tried again. Pure.
#pragma once

#include <chrono>
#include <cstdint>

#include "base/result.h"

namespace scoreway {

struct RetryPolicy {
  int64_t attempts_max = 5;
  std::chrono::milliseconds first_pause{500};
  std::chrono::milliseconds pause_max{60'000};
};

// Whether another try could end otherwise.
bool IsPassing(Code code);

// The pause after the failed `attempt`, counted from 1: doubled with each, of which `fraction` (0 up to 1, a random
// number) tells how much of its second half is waited, so that what failed together does not come back together.
std::chrono::microseconds PauseAfter(const RetryPolicy& policy, int64_t attempt, double fraction);

}  // namespace scoreway
