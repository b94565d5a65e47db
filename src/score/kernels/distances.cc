#include <algorithm>
#include <cmath>

#include "score/kernels/kernels.h"
#include "score/kernels/operator_kernel.h"

namespace scoreway {
namespace {

using Metric = op::Distances::Metric;

// So few rows are measured one by one, many points at once.
constexpr size_t kSingleRowsMax = 4;
// Points whose sums stay in registers.
constexpr size_t kPoints = 16;

template <bool kManhattan>
double Term(double x, double y) {
  return kManhattan ? std::fabs(x - y) : (x - y) * (x - y);
}

// Points by column: column c of point k is points[c * count + k].
struct Points {
  const double* cells;
  size_t count;
  size_t width;
};

// sums[k]: the terms of point k and the row, in the order of the columns, for `kCount` points from `first` on.
template <bool kManhattan, size_t kCount>
[[gnu::always_inline]] inline void SumTerms(const double* row, const Points& points, size_t first, double* sums) {
  double parts[kCount] = {};
  for (size_t c = 0; c < points.width; ++c) {
    const double x = row[c];
    const double* cells = points.cells + c * points.count + first;
    for (size_t k = 0; k < kCount; ++k) parts[k] += Term<kManhattan>(x, cells[k]);
  }
  for (size_t k = 0; k < kCount; ++k) sums[first + k] = parts[k];
}

template <bool kManhattan>
[[gnu::always_inline]] inline void SumAll(const double* row, const Points& points, double* sums) {
  size_t k = 0;
  for (; k + kPoints <= points.count; k += kPoints) SumTerms<kManhattan, kPoints>(row, points, k, sums);
  for (; k < points.count; ++k) SumTerms<kManhattan, 1>(row, points, k, sums);
}

using SumFunction = void (*)(const double* row, const Points& points, double* sums);

// The same sums whatever the vectors: a point's terms are added in the order of the columns.
template <bool kManhattan>
void SumPlain(const double* row, const Points& points, double* sums) {
  SumAll<kManhattan>(row, points, sums);
}

#if defined(__x86_64__)
template <bool kManhattan>
[[gnu::target("avx2")]] void SumAvx2(const double* row, const Points& points, double* sums) {
  SumAll<kManhattan>(row, points, sums);
}
#endif

template <bool kManhattan>
SumFunction BestSum() {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx2") != 0) return SumAvx2<kManhattan>;
#endif
  return SumPlain<kManhattan>;
}

class DistancesKernel final : public OperatorKernel<op::Distances> {
 public:
  explicit DistancesKernel(const KernelContext& context)
      : OperatorKernel(context),
        width_(context.input_shape().width),
        count_(context.output_shape().width),
        sum_(op_.metric == Metric::kManhattan ? BestSum<true>() : BestSum<false>()),
        by_column_(op_.points.size()) {
    for (size_t k = 0; k < count_; ++k) {
      for (size_t c = 0; c < width_; ++c) by_column_[c * count_ + k] = op_.points[k * width_ + c];
    }
  }

  Status Run(const Tile& tile) const override {
    const Block& in = Input(tile);
    const Block& out = Output(tile);
    if (tile.rows <= kSingleRowsMax) {
      for (size_t r = 0; r < tile.rows; ++r) RunRow(in, out, r, reinterpret_cast<double*>(tile.scratch));
    } else {
      for (size_t k = 0; k < count_; ++k) RunPoint(in, out, k, tile.rows);
    }
    return {};
  }

  size_t ScratchBytes(size_t) const override { return (width_ + count_) * sizeof(double); }

 private:
  void RunRow(const Block& in, const Block& out, size_t r, double* row) const {
    double* sums = row + width_;
    for (uint32_t c = 0; c < width_; ++c) row[c] = in.number_column(c)[r];
    sum_(row, {by_column_.data(), count_, width_}, sums);
    const bool root = op_.metric == Metric::kEuclidean;
    for (uint32_t k = 0; k < count_; ++k) out.number_column(k)[r] = root ? std::sqrt(sums[k]) : sums[k];
  }

  void RunPoint(const Block& in, const Block& out, size_t k, size_t rows) const {
    const double* point = op_.points.data() + k * width_;
    double* __restrict sums = out.number_column(static_cast<uint32_t>(k));
    std::fill_n(sums, rows, 0.0);
    for (uint32_t c = 0; c < width_; ++c) {
      const double* __restrict x = in.number_column(c);
      const double y = point[c];
      if (op_.metric == Metric::kManhattan) {
        for (size_t r = 0; r < rows; ++r) sums[r] += Term<true>(x[r], y);
      } else {
        for (size_t r = 0; r < rows; ++r) sums[r] += Term<false>(x[r], y);
      }
    }
    if (op_.metric == Metric::kEuclidean) {
      for (size_t r = 0; r < rows; ++r) sums[r] = std::sqrt(sums[r]);
    }
  }

  size_t width_;
  size_t count_;
  SumFunction sum_;
  std::vector<double> by_column_;
};

}  // namespace

KernelResult MakeDistances(const KernelContext& context) { return KernelOf<DistancesKernel>(context); }

}  // namespace scoreway
