#include "service/job_service.h"

namespace scoreway {

Result<QueueCounts> JobService::RecentCounts() {
  constexpr std::chrono::milliseconds kAge{200};
  const std::lock_guard lock(mutex_);
  const auto now = std::chrono::steady_clock::now();
  if (counted_ == std::chrono::steady_clock::time_point() || now - counted_ > kAge) {
    SCOREWAY_ASSIGN_OR_RETURN(counts_, queue->Counts());
    counted_ = now;
  }
  return counts_;
}

}  // namespace scoreway
