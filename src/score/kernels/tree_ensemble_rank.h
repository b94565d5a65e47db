// Ranker: how many of a slot's cuts lie below a number, which is what narrow nodes compare. A table by the number's
// place between the first and the last cut says where to look; a search without branches over the few cuts there ends
// it. Immutable; thread-safe.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "score/kernels/tree_ensemble_forest.h"

namespace scoreway::forest {

class Ranker {
 public:
  // Of a slot that is not kCategory and has fewer than 2^16 cuts.
  explicit Ranker(const Slot& slot);

  uint32_t feature() const { return feature_; }

  uint32_t missing_rank() const { return missing_rank_; }

  // A missing number gets 0 if it goes left, else the number of cuts.
  uint16_t Rank(double x) const {
    const double* cuts = cuts_.data();
    uint32_t rank = first_[Bucket(x)];
    for (uint32_t step = first_step_; step != 0; step /= 2) {
      rank += step & -static_cast<uint32_t>(cuts[rank + step - 1] < x);
    }
    return static_cast<uint16_t>(x == x ? rank + always_below_ : missing_rank_);
  }

 private:
  // Rises with x, so cuts of lower buckets lie below x and those of higher ones above. NaN: 0.
  uint32_t Bucket(double x) const {
    double place = (x - low_) * scale_;
    place = place > 0 ? place : 0;
    place = place < last_bucket_ ? place : last_bucket_;
    return static_cast<uint32_t>(static_cast<int32_t>(place));
  }

  uint32_t feature_ = 0;
  uint32_t first_step_ = 0;
  uint32_t always_below_ = 0;  // 1 if there is a cut that nothing is left of
  uint32_t missing_rank_ = 0;
  double low_ = 0;
  double scale_ = 0;
  double last_bucket_ = 0;
  std::vector<uint16_t> first_;  // the first cut of each bucket
  std::vector<double> cuts_;     // the other cuts, then infinities for the search to run into
};

}  // namespace scoreway::forest
