#include "service/unload_policy.h"

#include <algorithm>
#include <numeric>
#include <tuple>

namespace scoreway {

std::vector<size_t> ChooseUnload(const std::vector<UnloadCandidate>& candidates, int64_t now_seconds,
                                 int64_t unused_seconds_max, size_t bytes_max) {
  std::vector<size_t> order(candidates.size());
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(), [&](size_t a, size_t b) {
    const UnloadCandidate &x = candidates[a], &y = candidates[b];
    return std::tie(x.named, x.last_used_seconds) < std::tie(y.named, y.last_used_seconds);
  });
  size_t bytes = 0;
  for (const UnloadCandidate& candidate : candidates) bytes += candidate.bytes;
  std::vector<size_t> chosen;
  for (const size_t index : order) {
    const UnloadCandidate& candidate = candidates[index];
    const int64_t unused_seconds = now_seconds - candidate.last_used_seconds;
    const bool stale = !candidate.named && unused_seconds >= unused_seconds_max;
    const bool in_the_way = bytes_max > 0 && bytes > bytes_max && unused_seconds > 0;
    if (!stale && !in_the_way) continue;
    chosen.push_back(index);
    bytes -= candidate.bytes;
  }
  return chosen;
}

}  // namespace scoreway
