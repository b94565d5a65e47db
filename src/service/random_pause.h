// RandomPause: before another try of what failed, drawn anew each time (jobs/retry_policy.h).
#pragma once

#include <chrono>
#include <cstdint>

#include "jobs/retry_policy.h"

namespace scoreway {

// After the failed `attempt`, counted from 1. Thread-safe.
std::chrono::milliseconds RandomPause(const RetryPolicy& policy, int64_t attempt);

}  // namespace scoreway
