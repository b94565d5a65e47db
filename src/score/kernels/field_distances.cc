#include <algorithm>
#include <cmath>
#include <numbers>

#include "score/kernels/kernels.h"
#include "score/kernels/operator_kernel.h"

namespace scoreway {
namespace {

using op::FieldCompare;
using Measure = op::FieldDistances::Measure;

class FieldDistancesKernel final : public OperatorKernel<op::FieldDistances> {
 public:
  explicit FieldDistancesKernel(const KernelContext& context)
      : OperatorKernel(context), width_(context.input_shape().width) {
    for (const double weight : op_.presence_weight) all_present_ += weight;
  }

  // Row by row: the row is gathered in scratch and compared with every point.
  Status Run(const Tile& tile) const override {
    const Block& in = Input(tile);
    const Block& out = Output(tile);
    double* row = reinterpret_cast<double*>(tile.scratch);
    for (size_t r = 0; r < tile.rows; ++r) {
      double present = 0;
      for (uint32_t c = 0; c < width_; ++c) {
        row[c] = in.number_column(c)[r];
        if (!std::isnan(row[c])) present += op_.presence_weight[c];
      }
      const double adjustment = present == 0 ? op::kNaN : all_present_ / present;
      for (uint32_t k = 0; k < out.width; ++k) {
        out.number_column(k)[r] = Finish(Reduce(row, op_.points.data() + size_t{k} * width_) * adjustment);
      }
    }
    return {};
  }

  size_t ScratchBytes(size_t) const override { return width_ * sizeof(double); }

 private:
  double Reduce(const double* row, const double* point) const {
    double result = 0;
    for (uint32_t c = 0; c < width_; ++c) {
      if (std::isnan(row[c])) continue;
      const double difference = Raise(Compare(c, row[c], point[c])) * op_.weight[c];
      result = op_.measure == Measure::kChebyshev ? std::max(result, difference) : result + difference;
    }
    return result;
  }

  double Compare(uint32_t column, double x, double y) const {
    switch (op_.compare[column]) {
      case FieldCompare::kAbsoluteDifference: return std::fabs(x - y);
      case FieldCompare::kGaussian: {
        const double scale = op_.scale[column];
        return std::exp((-std::numbers::ln2 * (x - y) * (x - y)) / (scale * scale));
      }
      case FieldCompare::kUnequal: return x == y ? 0 : 1;
      case FieldCompare::kEqual: return x == y ? 1 : 0;
    }
    return op::kNaN;
  }

  double Raise(double difference) const {
    switch (op_.measure) {
      case Measure::kEuclidean:
      case Measure::kSquaredEuclidean: return difference * difference;
      case Measure::kMinkowski: return std::pow(difference, op_.exponent);
      default: return difference;
    }
  }

  double Finish(double sum) const {
    switch (op_.measure) {
      case Measure::kEuclidean: return std::sqrt(sum);
      case Measure::kMinkowski: return std::pow(sum, 1 / op_.exponent);
      default: return sum;
    }
  }

  uint32_t width_;
  double all_present_ = 0;
};

}  // namespace

KernelResult MakeFieldDistances(const KernelContext& context) { return KernelOf<FieldDistancesKernel>(context); }

}  // namespace scoreway
