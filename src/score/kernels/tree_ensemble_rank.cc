#include "score/kernels/tree_ensemble_rank.h"

#include <algorithm>
#include <bit>

namespace scoreway::forest {
namespace {

// With more buckets than cuts most hold none or one; the table stays as small as the cuts.
constexpr size_t kBucketsPerCut = 4;

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
  size_t buckets = 1, key_buckets = 1;
  if (low != cuts_.end()) {
    const size_t wanted = cuts_.size() * kBucketsPerCut;
    low_ = *low;
    scale_ = static_cast<double>(wanted) / (*high - *low);
    if (std::isfinite(scale_) && scale_ > 0) {
      buckets = wanted;
    } else {
      scale_ = 0;
    }
    low_key_ = OrderKey(*low);
    const uint64_t range = OrderKey(*high) - low_key_;
    while ((range >> key_shift_) >= wanted) ++key_shift_;
    key_buckets = (range >> key_shift_) + 1;
  }
  last_bucket_ = static_cast<double>(buckets - 1);
  last_key_bucket_ = key_buckets - 1;
  const uint32_t most_by_key = FillBuckets<true>(key_buckets);
  uint32_t most = FillBuckets<false>(buckets);
  if (std::bit_width(most_by_key) < std::bit_width(most)) {
    by_key_ = true;
    most = FillBuckets<true>(key_buckets);
  }
  first_.shrink_to_fit();
  // Steps 2^k, ..., 2, 1 count up to 2^(k+1) - 1 cuts.
  first_step_ = std::bit_floor(most);
  cuts_.resize(cuts_.size() + 2 * size_t{first_step_}, op::kInfinity);
}

template <bool kByKey>
uint32_t Ranker::FillBuckets(size_t buckets) {
  first_.resize(buckets);
  uint32_t most = 0, cut = 0;
  for (uint32_t bucket = 0; bucket < buckets; ++bucket) {
    first_[bucket] = static_cast<uint16_t>(cut);
    while (cut < cuts_.size() && Bucket<kByKey>(cuts_[cut]) <= bucket) ++cut;
    most = std::max(most, cut - first_[bucket]);
  }
  return most;
}

}  // namespace scoreway::forest
