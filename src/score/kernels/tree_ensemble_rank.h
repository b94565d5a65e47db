// Ranker: how many of a slot's cuts lie below a number, which is what narrow nodes compare. A table by the number's
// place between the first and the last cut says where to look; a search without branches over the few cuts there ends
// it. Immutable; thread-safe.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "score/kernels/tree_ensemble_forest.h"

namespace scoreway::forest {

class Ranker {
 public:
  // Of a slot that is neither kCategory nor kSet and has fewer than 2^16 cuts.
  explicit Ranker(const Slot& slot);

  uint32_t feature() const { return feature_; }

  uint32_t missing_rank() const { return missing_rank_; }

  // A missing number gets 0 if it goes left, else the number of cuts.
  uint16_t Rank(double x) const { return by_key_ ? RankIn<true>(x) : RankIn<false>(x); }

  // Ranks of many numbers, with as_float32 of the float32 nearest to each: groups of kLanes of them, group_size apart.
  void RankAll(const double* numbers, size_t count, bool as_float32, uint16_t* ranks, size_t group_size) const;

 private:
  // Bucket rises with x, so cuts of lower buckets lie below x and those of higher ones above. By key, buckets are as
  // wide as their numbers are large, which suits amounts of money; else all are equally wide. NaN may get any.
  template <bool kByKey>
  uint32_t Bucket(double x) const {
    if constexpr (kByKey) {
      const uint64_t key = OrderKey(x);
      const uint64_t bucket = (key - std::min(key, low_key_)) >> key_shift_;
      return static_cast<uint32_t>(std::min<uint64_t>(bucket, last_key_bucket_));
    } else {
      double place = (x - low_) * scale_;
      place = place > 0 ? place : 0;
      place = place < last_bucket_ ? place : last_bucket_;
      return static_cast<uint32_t>(static_cast<int32_t>(place));
    }
  }

  template <bool kByKey>
  uint16_t RankIn(double x) const {
    const double* cuts = cuts_.data();
    uint32_t rank = first_[Bucket<kByKey>(x)];
    for (uint32_t step = first_step_; step != 0; step /= 2) {
      rank += step & -static_cast<uint32_t>(cuts[rank + step - 1] < x);
    }
    return static_cast<uint16_t>(x == x ? rank + always_below_ : missing_rank_);
  }

  // The whole groups of them; how many numbers.
  size_t RankGroups(const double* numbers, size_t count, bool as_float32, uint16_t* ranks, size_t group_size) const;

  // Fills first_ and returns the most cuts in a bucket.
  template <bool kByKey>
  uint32_t FillBuckets(size_t buckets);

  uint32_t feature_ = 0;
  uint32_t first_step_ = 0;
  uint32_t always_below_ = 0;  // 1 if there is a cut that nothing is left of
  uint32_t missing_rank_ = 0;
  double low_ = 0;
  double scale_ = 0;
  double last_bucket_ = 0;
  bool by_key_ = false;
  uint32_t key_shift_ = 0;
  uint64_t low_key_ = 0;
  uint64_t last_key_bucket_ = 0;
  std::vector<uint16_t> first_;  // the first cut of each bucket, and one more for who reads two at once
  std::vector<double> cuts_;     // the other cuts, then infinities for the search to run into
};

}  // namespace scoreway::forest
