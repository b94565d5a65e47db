#include "score/kernels/number_index.h"

#include <algorithm>
#include <cmath>

namespace scoreway {

namespace {

// Whether a direct table is exact and not much larger than the list.
bool SuitsDirect(const std::vector<double>& sorted) {
  if (sorted.empty()) return false;
  constexpr double kExactMax = 9007199254740992.0;  // 2^53
  const double span = sorted.back() - sorted.front();
  if (!(std::fabs(sorted.front()) < kExactMax && std::fabs(sorted.back()) < kExactMax)) return false;
  if (span > 4.0 * static_cast<double>(sorted.size()) + 64) return false;
  return std::all_of(sorted.begin(), sorted.end(), [](double x) { return x == std::floor(x); });
}

}  // namespace

NumberIndex::NumberIndex(const std::vector<double>& numbers) : empty_(numbers.empty()) {
  for (uint32_t i = 0; i < numbers.size(); ++i) {
    if (!std::isnan(numbers[i])) position_.push_back(i);
  }
  std::stable_sort(position_.begin(), position_.end(), [&](uint32_t a, uint32_t b) { return numbers[a] < numbers[b]; });
  for (uint32_t position : position_) sorted_.push_back(numbers[position]);
  if (!SuitsDirect(sorted_)) return;
  base_ = sorted_.front();
  direct_.assign(static_cast<size_t>(sorted_.back() - base_) + 1, kAbsent);
  direct_end_ = static_cast<double>(direct_.size());
  for (size_t i = sorted_.size(); i-- > 0;) direct_[static_cast<size_t>(sorted_[i] - base_)] = position_[i];
}

uint32_t NumberIndex::FindSorted(double number) const {
  const auto at = std::lower_bound(sorted_.begin(), sorted_.end(), number);
  if (at == sorted_.end() || *at != number) return kAbsent;
  return position_[static_cast<size_t>(at - sorted_.begin())];
}

}  // namespace scoreway
