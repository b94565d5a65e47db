#include <algorithm>
#include <cmath>
#include <numbers>
#include <optional>

#include "score/kernels/kernels.h"
#include "score/kernels/map_cells.h"
#include "score/kernels/operator_kernel.h"
#include "score/kernels/point_sums.h"

namespace scoreway {
namespace {

using op::FieldCompare;
using Measure = op::FieldDistances::Measure;

class FieldDistancesKernel final : public OperatorKernel<op::FieldDistances> {
 public:
  explicit FieldDistancesKernel(const KernelContext& context)
      : OperatorKernel(context), width_(context.input_shape().width), count_(context.output_shape().width) {
    for (const double weight : op_.presence_weight) all_present_ += weight;
    // x * 1 changes no bit, and so is left out; and if no cell is missing, all is present.
    const bool adjusts_by_one = all_present_ != 0 && std::isfinite(all_present_);
    if (const auto term = adjusts_by_one ? TermOfPlain() : std::nullopt) sums_.emplace(*term, op_.points, width_);
    for (uint32_t c = 0; c < width_; ++c) {
      for (size_t k = 0; k < count_; ++k) columns_.push_back(op_.points[k * width_ + c]);
    }
  }

  // Row by row, each of its cells with all points.
  Status Run(const Tile& tile) const override {
    const Block& in = Input(tile);
    const Block& out = Output(tile);
    double* sums = tile.rows == 1 ? out.numbers : reinterpret_cast<double*>(tile.scratch);
    for (size_t r = 0; r < tile.rows; ++r) {
      if (tile.rows == 1 && sums_ && RunPlain(in.numbers, sums)) return {};
      std::fill_n(sums, count_, 0.0);
      double present = 0;
      for (uint32_t c = 0; c < width_; ++c) {
        const double x = in.number_column(c)[r];
        if (std::isnan(x)) continue;
        present += op_.presence_weight[c];
        AddColumn(c, x, sums);
      }
      const double adjustment = present == 0 ? op::kNaN : all_present_ / present;
      for (uint32_t k = 0; k < count_; ++k, OneByOne()) out.number_column(k)[r] = Finish(sums[k] * adjustment);
    }
    return {};
  }

  size_t ScratchBytes(size_t) const override { return count_ * sizeof(double); }

 private:
  // What the distances are sums of, if all fields are compared alike and weigh 1.
  std::optional<PointTerm> TermOfPlain() const {
    const auto is_one = [](double weight) { return weight == 1; };
    const auto is_difference = [](FieldCompare compare) { return compare == FieldCompare::kAbsoluteDifference; };
    if (!std::ranges::all_of(op_.weight, is_one) || !std::ranges::all_of(op_.compare, is_difference)) return {};
    switch (op_.measure) {
      case Measure::kEuclidean:
      case Measure::kSquaredEuclidean: return PointTerm::kSquare;
      case Measure::kManhattan: return PointTerm::kDifference;
      default: return {};
    }
  }

  // False if a cell is missing.
  bool RunPlain(const double* row, double* sums) const {
    bool any_missing = false;
    for (uint32_t c = 0; c < width_; ++c) any_missing |= std::isnan(row[c]);
    if (any_missing) return false;
    sums_->Run(row, sums);
    if (op_.measure != Measure::kEuclidean) return true;
    for (size_t k = 0; k < count_; ++k, OneByOne()) sums[k] = std::sqrt(sums[k]);
    return true;
  }

  void AddColumn(uint32_t c, double x, double* sums) const {
    switch (op_.compare[c]) {
      case FieldCompare::kAbsoluteDifference: return AddColumn(c, sums, [x](double y) { return std::fabs(x - y); });
      case FieldCompare::kGaussian:
        return AddColumn(c, sums, [x, scale = op_.scale[c]](double y) {
          return std::exp((-std::numbers::ln2 * (x - y) * (x - y)) / (scale * scale));
        });
      case FieldCompare::kUnequal: return AddColumn(c, sums, [x](double y) { return x == y ? 0.0 : 1.0; });
      case FieldCompare::kEqual: return AddColumn(c, sums, [x](double y) { return x == y ? 1.0 : 0.0; });
    }
  }

  template <typename Compare>
  void AddColumn(uint32_t c, double* sums, Compare compare) const {
    const double weight = op_.weight[c];
    switch (op_.measure) {
      case Measure::kEuclidean:
      case Measure::kSquaredEuclidean:
        return ForPoints(c, sums, [=](double sum, double y) {
          const double difference = compare(y);
          return sum + difference * difference * weight;
        });
      case Measure::kMinkowski:
        return ForPoints(c, sums, [=, exponent = op_.exponent](double sum, double y) {
          return sum + std::pow(compare(y), exponent) * weight;
        });
      case Measure::kManhattan:
        return ForPoints(c, sums, [=](double sum, double y) { return sum + compare(y) * weight; });
      case Measure::kChebyshev:
        return ForPoints(c, sums, [=](double sum, double y) {
          const double difference = compare(y) * weight;
          return sum < difference ? difference : sum;
        });
    }
  }

  template <typename Add>
  void ForPoints(uint32_t c, double* __restrict sums, Add add) const {
    const double* __restrict cells = columns_.data() + c * count_;
    if (count_ < kFewCells) {
      for (size_t k = 0; k < count_; ++k, OneByOne()) sums[k] = add(sums[k], cells[k]);
      return;
    }
    for (size_t k = 0; k < count_; ++k) sums[k] = add(sums[k], cells[k]);
  }

  double Finish(double sum) const {
    switch (op_.measure) {
      case Measure::kEuclidean: return std::sqrt(sum);
      case Measure::kMinkowski: return std::pow(sum, 1 / op_.exponent);
      default: return sum;
    }
  }

  const uint32_t width_;
  const size_t count_;
  double all_present_ = 0;
  std::optional<PointSums> sums_;
  std::vector<double> columns_;  // of the points, each count_ cells
};

}  // namespace

KernelResult MakeFieldDistances(const KernelContext& context) { return KernelOf<FieldDistancesKernel>(context); }

}  // namespace scoreway
