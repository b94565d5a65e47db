#include "score/kernels/tree_ensemble_rank.h"

#include <algorithm>
#include <bit>

#include "base/vector_intrinsics.h"

namespace scoreway::forest {
namespace {

// With more buckets than cuts most hold none or one; the table stays as small as the cuts.
constexpr size_t kBucketsPerCut = 4;

double NumberOfKey(uint64_t key) {
  const bool negative = key >> 63 == 0;
  return std::bit_cast<double>(negative ? ~key : key & ~(uint64_t{1} << 63));
}

#if defined(__x86_64__)
const bool kHasAvx512 = __builtin_cpu_supports("avx512f") != 0 && __builtin_cpu_supports("avx512vl") != 0;
#endif

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
  first_.push_back(0);
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

void Ranker::RankAll(const double* numbers, size_t count, bool as_float32, uint16_t* ranks, size_t group_size) const {
  size_t i = 0;
#if defined(__x86_64__)
  if (kHasAvx512 && !by_key_) i = RankGroups(numbers, count, as_float32, ranks, group_size);
#endif
  for (; i < count; ++i) {
    const double x = as_float32 ? static_cast<double>(static_cast<float>(numbers[i])) : numbers[i];
    ranks[i / kLanes * group_size + i % kLanes] = Rank(x);
  }
}

#if defined(__x86_64__)
[[gnu::target("avx512f,avx512vl")]] size_t Ranker::RankGroups(const double* numbers, size_t count, bool as_float32,
                                                              uint16_t* ranks, size_t group_size) const {
  static_assert(kLanes == 8);
  const double* const cuts = cuts_.data();
  const __m512d low = _mm512_set1_pd(low_), scale = _mm512_set1_pd(scale_), last = _mm512_set1_pd(last_bucket_);
  const __m256i below = _mm256_set1_epi32(static_cast<int>(always_below_));
  const __m256i missing = _mm256_set1_epi32(static_cast<int>(missing_rank_));
  size_t i = 0;
  for (; i + kLanes <= count; i += kLanes, ranks += group_size) {
    __m512d x = _mm512_loadu_pd(numbers + i);
    if (as_float32) x = _mm512_cvtps_pd(_mm512_cvtpd_ps(x));
    // A maximum of NaN and another is the other: the second.
    const __m512d place = _mm512_max_pd(_mm512_mul_pd(_mm512_sub_pd(x, low), scale), _mm512_setzero_pd());
    const __m256i bucket = _mm512_cvttpd_epi32(_mm512_min_pd(place, last));
    const __m256i two = _mm256_i32gather_epi32(reinterpret_cast<const int*>(first_.data()), bucket, sizeof(uint16_t));
    __m256i rank = _mm256_and_si256(two, _mm256_set1_epi32(0xFFFF));
    for (uint32_t step = first_step_; step != 0; step /= 2) {
      const __m512d cut = _mm512_i32gather_pd(rank, cuts + step - 1, sizeof(double));
      const __m256i steps = _mm256_set1_epi32(static_cast<int>(step));
      rank = _mm256_mask_add_epi32(rank, _mm512_cmp_pd_mask(cut, x, _CMP_LT_OQ), rank, steps);
    }
    rank = _mm256_mask_mov_epi32(_mm256_add_epi32(rank, below), _mm512_cmp_pd_mask(x, x, _CMP_UNORD_Q), missing);
    _mm_storeu_si128(reinterpret_cast<__m128i*>(ranks), _mm256_cvtepi32_epi16(rank));
  }
  return i;
}
#endif

}  // namespace scoreway::forest
