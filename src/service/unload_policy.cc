#include "service/unload_policy.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <tuple>

namespace scoreway {
namespace {

// The latest use of an unnamed version, by name.
std::map<std::string_view, int64_t> LastUnnamed(const std::vector<UnloadCandidate>& candidates) {
  std::map<std::string_view, int64_t> last;
  for (const UnloadCandidate& candidate : candidates) {
    if (candidate.named) continue;
    int64_t& used = last.emplace(candidate.name, candidate.last_used_ms).first->second;
    used = std::max(used, candidate.last_used_ms);
  }
  return last;
}

}  // namespace

std::vector<size_t> ChooseUnload(const std::vector<UnloadCandidate>& candidates, int64_t now_ms,
                                 const UnloadLimits& limits) {
  std::vector<size_t> order(candidates.size());
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(), [&](size_t a, size_t b) {
    const UnloadCandidate &x = candidates[a], &y = candidates[b];
    return std::tie(x.named, x.last_used_ms) < std::tie(y.named, y.last_used_ms);
  });
  size_t bytes = 0;
  for (const UnloadCandidate& candidate : candidates) bytes += candidate.bytes;
  const bool is_full = limits.bytes_max > 0 && bytes > limits.bytes_max;
  const size_t small_bytes = limits.bytes_max / 20;
  const auto is_in_the_way = [&](const UnloadCandidate& candidate) {
    return is_full &&
           (bytes > limits.bytes_max || (candidate.bytes <= small_bytes && bytes > limits.bytes_max - small_bytes));
  };
  const auto last_unnamed = LastUnnamed(candidates);
  const auto is_stale = [&](const UnloadCandidate& candidate) {
    if (candidate.named) return false;
    const bool is_last = candidate.last_used_ms == last_unnamed.at(candidate.name);
    return now_ms - candidate.last_used_ms >= (is_last ? limits.last_unnamed_ms : limits.unnamed_ms);
  };
  std::vector<size_t> chosen;
  for (const size_t index : order) {
    const UnloadCandidate& candidate = candidates[index];
    if (candidate.keep || !(is_stale(candidate) || is_in_the_way(candidate))) continue;
    chosen.push_back(index);
    bytes -= candidate.bytes;
  }
  return chosen;
}

}  // namespace scoreway
