#include "jobs/retry_policy.h"

#include <algorithm>

namespace scoreway {

bool IsPassing(Code code) {
  switch (code) {
    case Code::kUnavailable:
    case Code::kDeadlineExceeded:
    case Code::kConflict:
    case Code::kCorrupt:
    case Code::kInternal: return true;
    default: return false;
  }
}

std::chrono::microseconds PauseAfter(const RetryPolicy& policy, int64_t attempt, double fraction) {
  std::chrono::microseconds pause = policy.first_pause;
  for (int64_t i = 1; i < attempt && pause < policy.pause_max; ++i) pause *= 2;
  pause = std::min<std::chrono::microseconds>(pause, policy.pause_max);
  return pause / 2 + std::chrono::microseconds(static_cast<int64_t>(static_cast<double>(pause.count() / 2) * fraction));
}

}  // namespace scoreway
