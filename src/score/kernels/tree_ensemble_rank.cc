#include "score/kernels/tree_ensemble_rank.h"

#include <algorithm>
#include <bit>

namespace scoreway::forest {
namespace {

// With more buckets than cuts most hold none or one; the table stays smaller than the cuts.
constexpr size_t kBucketsPerCut = 2;

double NumberOfKey(uint64_t key) {
  const bool negative = key >> 63 == 0;
  return std::bit_cast<double>(negative ? ~key : key & ~(uint64_t{1} << 63));
}

}  // namespace

Ranker::Ranker(const Slot& slot) : feature_(slot.feature) {
  missing_rank_ = slot.kind == SlotKind::kMissingLeft ? 0 : static_cast<uint32_t>(slot.cuts.size());
  for (const uint64_t key : slot.cuts) {
    if (key < OrderKey(-op::kInfinity)) {
      always_below_ = 1;
    } else {
      cuts_.push_back(NumberOfKey(key));
    }
  }
  const auto is_finite = [](double x) { return std::isfinite(x); };
  const auto low = std::find_if(cuts_.begin(), cuts_.end(), is_finite);
  const auto high = std::find_if(cuts_.rbegin(), cuts_.rend(), is_finite);
  size_t buckets = 1;
  if (low != cuts_.end()) {
    const auto wanted = static_cast<double>(cuts_.size() * kBucketsPerCut);
    low_ = *low;
    scale_ = wanted / (*high - *low);
    if (std::isfinite(scale_) && scale_ > 0) {
      buckets = cuts_.size() * kBucketsPerCut;
    } else {
      scale_ = 0;
    }
  }
  last_bucket_ = static_cast<double>(buckets - 1);
  first_.resize(buckets);
  uint32_t most = 0;
  uint32_t cut = 0;
  for (uint32_t bucket = 0; bucket < buckets; ++bucket) {
    first_[bucket] = static_cast<uint16_t>(cut);
    while (cut < cuts_.size() && Bucket(cuts_[cut]) <= bucket) ++cut;
    most = std::max(most, cut - first_[bucket]);
  }
  // Steps 2^k, ..., 2, 1 count up to 2^(k+1) - 1 cuts.
  first_step_ = std::bit_floor(most);
  cuts_.resize(cuts_.size() + 2 * size_t{first_step_}, op::kInfinity);
}

}  // namespace scoreway::forest
