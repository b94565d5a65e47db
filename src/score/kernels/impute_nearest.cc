#include <algorithm>
#include <cmath>

#include "score/kernels/kernels.h"
#include "score/kernels/operator_kernel.h"

namespace scoreway {
namespace {

class ImputeNearestKernel final : public OperatorKernel<op::ImputeNearest> {
 public:
  explicit ImputeNearestKernel(const KernelContext& context)
      : OperatorKernel(context),
        width_(context.input_shape().width),
        count_(op_.points.size() / width_),
        keep_(std::min<size_t>(op_.count, count_)) {}

  Status Run(const Tile& tile) const override {
    const Block& in = Input(tile);
    const Block& out = Output(tile);
    double* row = reinterpret_cast<double*>(tile.scratch);
    for (size_t r = 0; r < tile.rows; ++r) {
      bool missing = false;
      for (uint32_t c = 0; c < width_; ++c) {
        row[c] = in.number_column(c)[r];
        missing = missing || std::isnan(row[c]);
      }
      double* distances = row + width_;
      if (missing) Measure(row, distances);
      for (uint32_t c = 0; c < width_; ++c) {
        out.number_column(c)[r] = std::isnan(row[c]) ? Fill(c, distances, distances + count_) : row[c];
      }
    }
    return {};
  }

  size_t ScratchBytes(size_t) const override { return (width_ + count_ + 2 * keep_) * sizeof(double); }

 private:
  const double* point(size_t index) const { return op_.points.data() + index * width_; }

  // NaN where row and point have no column in common.
  void Measure(const double* row, double* distances) const {
    for (size_t k = 0; k < count_; ++k) {
      double sum = 0;
      uint32_t present = 0;
      for (uint32_t c = 0; c < width_; ++c) {
        const double difference = row[c] - point(k)[c];
        if (std::isnan(difference)) continue;
        sum += difference * difference;
        ++present;
      }
      distances[k] = present == 0 ? op::kNaN : std::sqrt(sum / present * width_);
    }
  }

  // `nearest` has room for keep_ distances, then keep_ values; of points equally far the first ones count.
  double Fill(uint32_t column, const double* distances, double* nearest) const {
    double* values = nearest + keep_;
    size_t found = 0;
    for (size_t k = 0; k < count_; ++k) {
      const double value = point(k)[column];
      if (std::isnan(value) || std::isnan(distances[k])) continue;
      if (found == keep_ && !(distances[k] < nearest[found - 1])) continue;
      size_t at = found < keep_ ? found++ : found - 1;
      for (; at > 0 && nearest[at - 1] > distances[k]; --at) {
        nearest[at] = nearest[at - 1];
        values[at] = values[at - 1];
      }
      nearest[at] = distances[k];
      values[at] = value;
    }
    return found == 0 ? op_.fill[column] : Mean(nearest, values, found);
  }

  double Mean(const double* distances, const double* values, size_t count) const {
    double sum = 0, weights = 0;
    for (size_t i = 0; i < count; ++i) {
      // The nearest comes first: where it is no distance away, only such count.
      double weight = 1;
      if (op_.inverse) weight = distances[0] == 0 ? (distances[i] == 0 ? 1 : 0) : 1 / distances[i];
      sum += weight * values[i];
      weights += weight;
    }
    return sum / weights;
  }

  uint32_t width_;
  size_t count_;
  size_t keep_;
};

}  // namespace

KernelResult MakeImputeNearest(const KernelContext& context) { return KernelOf<ImputeNearestKernel>(context); }

}  // namespace scoreway
