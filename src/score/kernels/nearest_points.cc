#include <algorithm>
#include <cmath>
#include <optional>

#include "score/kernels/kernels.h"
#include "score/kernels/operator_kernel.h"
#include "score/kernels/point_metric.h"
#include "score/kernels/point_sums.h"

namespace scoreway {
namespace {

// The nearest so far: a heap with the farthest of them on top, which a nearer one replaces. As scikit-learn's, so that
// among equals the same ones stay.
class NearestHeap {
 public:
  NearestHeap(double* distances, double* indices, uint32_t size)
      : distances_(distances), indices_(indices), size_(size) {
    std::fill_n(distances_, size, op::kInfinity);
    std::fill_n(indices_, size, 0.0);
  }

  double farthest() const { return distances_[0]; }

  void Push(double distance, size_t index) {
    if (!(distance < distances_[0])) return;
    size_t at = 0;
    while (true) {
      size_t child = 2 * at + 1;
      if (child >= size_) break;
      if (child + 1 < size_ && distances_[child] < distances_[child + 1]) ++child;
      if (!(distance < distances_[child])) break;
      Move(child, at);
      at = child;
    }
    distances_[at] = distance;
    indices_[at] = static_cast<double>(index);
  }

  void Sort() {
    for (size_t i = 1; i < size_; ++i) {
      const double distance = distances_[i], index = indices_[i];
      size_t at = i;
      for (; at > 0 && distances_[at - 1] > distance; --at) Move(at - 1, at);
      distances_[at] = distance;
      indices_[at] = index;
    }
  }

 private:
  void Move(size_t from, size_t to) {
    distances_[to] = distances_[from];
    indices_[to] = indices_[from];
  }

  double* distances_;
  double* indices_;
  size_t size_;
};

// As matrix products of OpenBLAS add up on processors with fused multiply-add.
double FusedProduct(const double* x, const double* y, uint32_t width) {
  double sum = 0;
  for (uint32_t c = 0; c < width; ++c) sum = std::fma(x[c], y[c], sum);
  return sum;
}

// Points of more numbers are scanned where they lie: PointSums would hold all of them a second time.
constexpr size_t kSummedNumbersMax = size_t{1} << 20;

// The terms whose sums over the columns are the reduced distances of a scan, or what they are made from.
std::optional<PointTerm> TermOfScan(const op::NearestPoints& op) {
  using Search = op::NearestPoints::Search;
  if (op.points.size() > kSummedNumbersMax) return std::nullopt;
  if (op.search == Search::kScanByProduct) return PointTerm::kFused;
  if (op.search != Search::kScan) return std::nullopt;
  if (op.metric == op::PointMetric::kEuclidean) return PointTerm::kSquare;
  if (op.metric == op::PointMetric::kManhattan) return PointTerm::kDifference;
  return std::nullopt;
}

class NearestPointsKernel final : public OperatorKernel<op::NearestPoints> {
  using Search = op::NearestPoints::Search;

 public:
  explicit NearestPointsKernel(const KernelContext& context)
      : OperatorKernel(context), metric_(op_.metric, op_.settings), width_(context.input_shape().width) {
    if (const auto term = TermOfScan(op_)) sums_.emplace(*term, op_.points, width_);
    if (op_.search != Search::kScanByProduct) return;
    for (size_t k = 0; k < count(); ++k) squares_.push_back(FusedProduct(point(k), point(k), width_));
  }

  Status Run(const Tile& tile) const override {
    const Block& in = Input(tile);
    const Block& out = Output(tile);
    double* row = reinterpret_cast<double*>(tile.scratch);
    double* indices = row + width_;
    double* distances = indices + op_.count;
    for (size_t r = 0; r < tile.rows; ++r) {
      for (uint32_t c = 0; c < width_; ++c) row[c] = in.number_column(c)[r];
      NearestHeap heap(distances, indices, op_.count);
      Find(row, distances + op_.count, &heap);
      heap.Sort();
      for (uint32_t i = 0; i < op_.count; ++i) {
        const bool found = distances[i] < op::kInfinity;
        out.number_column(i)[r] = found ? indices[i] : op::kNaN;
        out.number_column(op_.count + i)[r] = found ? metric_.Finish(distances[i]) : op::kNaN;
      }
    }
    return {};
  }

  size_t ScratchBytes(size_t) const override {
    return (width_ + 2 * size_t{op_.count} + (sums_ ? sums_->count() : 0)) * sizeof(double);
  }

 private:
  size_t count() const { return op_.points.size() / width_; }
  const double* point(size_t index) const { return op_.points.data() + index * width_; }

  // `sums` is for those of all points, where they are summed together.
  void Find(const double* row, double* sums, NearestHeap* heap) const {
    if (sums_) sums_->Run(row, sums);
    switch (op_.search) {
      case Search::kScan:
        for (size_t k = 0; k < count(); ++k) heap->Push(sums_ ? sums[k] : metric_.Reduced(row, point(k), width_), k);
        break;
      case Search::kScanByProduct: ScanByProduct(row, sums, heap); break;
      case Search::kBoxTree:
      case Search::kBallTree: Walk(row, 0, LeastReduced(row, 0), heap); break;
    }
  }

  void ScanByProduct(const double* row, const double* products, NearestHeap* heap) const {
    const double square = FusedProduct(row, row, width_);
    for (size_t k = 0; k < count(); ++k) {
      const double product = sums_ ? products[k] : FusedProduct(row, point(k), width_);
      const double reduced = square + -2 * product + squares_[k];
      heap->Push(std::isnan(reduced) ? reduced : std::max(0.0, reduced), k);
    }
  }

  // `least` is what no point below the node falls short of.
  void Walk(const double* row, size_t node, double least, NearestHeap* heap) const {
    if (!(least <= heap->farthest())) return;
    if (op_.leaf[node] != 0) {
      for (uint32_t i = op_.begin[node]; i < op_.end[node]; ++i) {
        heap->Push(metric_.Reduced(row, point(op_.order[i]), width_), op_.order[i]);
      }
      return;
    }
    const size_t left = 2 * node + 1, right = left + 1;
    const double left_least = LeastReduced(row, left), right_least = LeastReduced(row, right);
    if (left_least <= right_least) {
      Walk(row, left, left_least, heap);
      Walk(row, right, right_least, heap);
    } else {
      Walk(row, right, right_least, heap);
      Walk(row, left, left_least, heap);
    }
  }

  double LeastReduced(const double* row, size_t node) const {
    if (op_.search == Search::kBallTree) {
      const double distance = metric_.Distance(row, op_.bounds.data() + node * width_, width_) - op_.radius[node];
      return metric_.Reduce(std::max(0.0, distance));
    }
    const double* low = op_.bounds.data() + node * width_;
    const double* high = low + op_.begin.size() * width_;
    double least = 0;
    for (uint32_t c = 0; c < width_; ++c) {
      const double below = low[c] - row[c], above = row[c] - high[c];
      const double outside = 0.5 * ((below + std::fabs(below)) + (above + std::fabs(above)));
      if (op_.metric == op::PointMetric::kChebyshev) {
        least = std::max(least, outside);
      } else {
        least += metric_.Reduce(outside);
      }
    }
    return least;
  }

  PointMetricFunction metric_;
  uint32_t width_;
  std::optional<PointSums> sums_;
  std::vector<double> squares_;  // of the points, for kScanByProduct
};

}  // namespace

KernelResult MakeNearestPoints(const KernelContext& context) { return KernelOf<NearestPointsKernel>(context); }

}  // namespace scoreway
