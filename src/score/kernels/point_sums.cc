#include "score/kernels/point_sums.h"

#include <cstring>

namespace scoreway {
namespace {

// Sums side by side; machines of narrower registers take several for one.
constexpr size_t kLanes = 4;
using Lanes [[gnu::vector_size(kLanes * sizeof(double))]] = double;
using LaneBits [[gnu::vector_size(kLanes * sizeof(double))]] = int64_t;
// Lanes that stay in registers together.
constexpr size_t kGroups = 4;

template <PointTerm kTerm>
[[gnu::always_inline]] inline void Add(Lanes* sum, double x, const Lanes& y) {
  if constexpr (kTerm == PointTerm::kFused) {
    for (size_t k = 0; k < kLanes; ++k) (*sum)[k] = __builtin_fma(x, y[k], (*sum)[k]);
    return;
  }
  const Lanes difference = x - y;
  if constexpr (kTerm == PointTerm::kSquare) *sum += difference * difference;
  if constexpr (kTerm == PointTerm::kDifference) {
    LaneBits bits;
    std::memcpy(&bits, &difference, sizeof bits);
    bits &= INT64_MAX;
    Lanes size;
    std::memcpy(&size, &bits, sizeof size);
    *sum += size;
  }
  if constexpr (kTerm == PointTerm::kProduct) *sum += x * y;
  if constexpr (kTerm == PointTerm::kChi2) {
    const Lanes both = x + y;
    *sum += both != 0 ? difference * difference / both : Lanes{};
  }
}

}  // namespace

// The same loops for several machines: a function can be compiled for other instructions only as a whole.
struct PointSumFunctions {
  using Points = PointSums::Points;
  using Function = PointSums::Function;

  template <PointTerm kTerm, size_t kCount>
  [[gnu::always_inline]] static inline void SumGroups(const Points& points, const double* row, size_t first,
                                                      double* sums) {
    Lanes parts[kCount] = {};
    for (size_t c = 0; c < points.width; ++c) {
      const double* cells = points.cells + c * points.padded + first;
      for (size_t g = 0; g < kCount; ++g) {
        Lanes y;
        std::memcpy(&y, cells + g * kLanes, sizeof y);
        Add<kTerm>(&parts[g], row[c], y);
      }
    }
    if (first + kCount * kLanes <= points.count) {
      std::memcpy(sums + first, parts, sizeof parts);
    } else {
      std::memcpy(sums + first, parts, (points.count - first) * sizeof(double));
    }
  }

  template <PointTerm kTerm>
  [[gnu::always_inline]] static inline void Sum(const Points& points, const double* row, double* sums) {
    size_t first = 0;
    for (; first + kGroups * kLanes <= points.padded; first += kGroups * kLanes) {
      SumGroups<kTerm, kGroups>(points, row, first, sums);
    }
    for (; first < points.padded; first += kLanes) SumGroups<kTerm, 1>(points, row, first, sums);
  }

  template <PointTerm kTerm>
  static void SumPortable(const Points& points, const double* row, double* sums) {
    Sum<kTerm>(points, row, sums);
  }

#if defined(__x86_64__)
  template <PointTerm kTerm>
  [[gnu::target("avx2,fma")]] static void SumAvx2(const Points& points, const double* row, double* sums) {
    Sum<kTerm>(points, row, sums);
  }
#endif

  template <PointTerm kTerm>
  static Function Best() {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2") != 0 && __builtin_cpu_supports("fma") != 0) return SumAvx2<kTerm>;
#endif
    return SumPortable<kTerm>;
  }

  static Function Best(PointTerm term) {
    switch (term) {
      case PointTerm::kSquare: return Best<PointTerm::kSquare>();
      case PointTerm::kDifference: return Best<PointTerm::kDifference>();
      case PointTerm::kProduct: return Best<PointTerm::kProduct>();
      case PointTerm::kChi2: return Best<PointTerm::kChi2>();
      case PointTerm::kFused: return Best<PointTerm::kFused>();
    }
    return nullptr;
  }
};

PointSums::PointSums(PointTerm term, std::span<const double> points, size_t width)
    : count_(width == 0 ? 0 : points.size() / width),
      padded_((count_ + kLanes - 1) / kLanes * kLanes),
      width_(width),
      by_column_(padded_ * width),
      run_(PointSumFunctions::Best(term)) {
  for (size_t k = 0; k < count_; ++k) {
    for (size_t c = 0; c < width; ++c) by_column_[c * padded_ + k] = points[k * width + c];
  }
}

}  // namespace scoreway
