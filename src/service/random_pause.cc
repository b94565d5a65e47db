#include "service/random_pause.h"

#include <random>

namespace scoreway {

std::chrono::milliseconds RandomPause(const RetryPolicy& policy, int64_t attempt) {
  thread_local std::mt19937_64 random{std::random_device()()};
  const double fraction = std::uniform_real_distribution<double>()(random);
  return std::chrono::duration_cast<std::chrono::milliseconds>(PauseAfter(policy, attempt, fraction));
}

}  // namespace scoreway
