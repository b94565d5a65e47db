#include <cmath>
#include <numbers>
#include <optional>

#include "base/bessel.h"
#include "base/trigonometry.h"
#include "score/kernels/exp_all.h"
#include "score/kernels/kernels.h"
#include "score/kernels/operator_kernel.h"
#include "score/kernels/point_sums.h"

namespace scoreway {
namespace {

using op::Similarity;

PointTerm TermOf(Similarity similarity) {
  switch (similarity) {
    case Similarity::kLinear:
    case Similarity::kPolynomial:
    case Similarity::kSigmoid:
    case Similarity::kCosine: return PointTerm::kProduct;
    case Similarity::kLaplacian: return PointTerm::kDifference;
    case Similarity::kAdditiveChi2:
    case Similarity::kChi2: return PointTerm::kChi2;
    default: return PointTerm::kSquare;
  }
}

// Of smoothness nu at the distance d; the usual half numbers have a closed form.
double Matern(double nu, double d) {
  if (nu == 0.5) return std::exp(-d);
  if (nu == 1.5) {
    const double k = d * std::sqrt(3.0);
    return (1 + k) * std::exp(-k);
  }
  if (nu == 2.5) {
    const double k = d * std::sqrt(5.0);
    return (1 + k + k * k / 3) * std::exp(-k);
  }
  if (std::isinf(nu)) return std::exp(-(d * d) / 2);
  if (d == 0) return 1;
  const double k = std::sqrt(2 * nu) * d;
  // Far away the Bessel function is 0 and its power endless.
  if (k > 700) return 0;
  return std::pow(2, 1 - nu) / Gamma(nu) * std::pow(k, nu) * BesselK(nu, k);
}

double Length(const double* point, uint32_t width) {
  double sum = 0;
  for (uint32_t c = 0; c < width; ++c) sum += point[c] * point[c];
  return sum == 0 ? 1 : std::sqrt(sum);
}

std::vector<double> Scaled(std::vector<double> points, const std::vector<double>& scale) {
  for (size_t i = 0; i < points.size() && !scale.empty(); ++i) points[i] /= scale[i % scale.size()];
  return points;
}

class KernelMatrixKernel final : public OperatorKernel<op::KernelMatrix> {
 public:
  explicit KernelMatrixKernel(const KernelContext& context)
      : OperatorKernel(context), width_(context.input_shape().width) {
    const std::vector<double> points = Scaled(op_.points, op_.scale);
    sums_.emplace(TermOf(op_.similarity), points, width_);
    if (op_.similarity != Similarity::kCosine) return;
    for (size_t i = 0; i < points.size(); i += width_) lengths_.push_back(Length(points.data() + i, width_));
  }

  Status Run(const Tile& tile) const override {
    const Block& in = Input(tile);
    const Block& out = Output(tile);
    double* row = reinterpret_cast<double*>(tile.scratch);
    double* sums = row + width_;
    for (size_t r = 0; r < tile.rows; ++r) {
      for (uint32_t c = 0; c < width_; ++c) {
        row[c] = op_.scale.empty() ? in.number_column(c)[r] : in.number_column(c)[r] / op_.scale[c];
      }
      sums_->Run(row, sums);
      Finish(row, sums);
      for (uint32_t k = 0; k < out.width; ++k) out.number_column(k)[r] = sums[k];
    }
    return {};
  }

  size_t ScratchBytes(size_t) const override { return (width_ + sums_->count()) * sizeof(double); }

 private:
  // From the sums to the similarities, in place.
  void Finish(const double* row, double* sums) const {
    const size_t count = sums_->count();
    const auto each = [&](auto function) {
      for (size_t k = 0; k < count; ++k) sums[k] = function(sums[k]);
    };
    switch (op_.similarity) {
      case Similarity::kLinear: break;
      case Similarity::kPolynomial:
        each([this](double sum) { return std::pow(op_.gamma * sum + op_.offset, op_.degree); });
        break;
      case Similarity::kSigmoid: each([this](double sum) { return std::tanh(op_.gamma * sum + op_.offset); }); break;
      case Similarity::kRbf:
      case Similarity::kLaplacian:
      case Similarity::kChi2:
        each([gamma = op_.gamma](double sum) { return -gamma * sum; });
        ExpAll(sums, count);
        break;
      case Similarity::kCosine: {
        const double length = Length(row, width_);
        for (size_t k = 0; k < count; ++k) sums[k] /= length * lengths_[k];
        break;
      }
      case Similarity::kAdditiveChi2: each([](double sum) { return -sum; }); break;
      case Similarity::kMatern:
        each([this](double sum) { return std::isnan(sum) ? sum : Matern(op_.degree, std::sqrt(sum)); });
        break;
      case Similarity::kRationalQuadratic:
        each([this](double sum) { return std::pow(1 + sum * op_.gamma, -op_.degree); });
        break;
      case Similarity::kPeriodic:
        each([this](double sum) {
          const double sine = Sin(std::numbers::pi / op_.degree * std::sqrt(sum)) / op_.gamma;
          return std::exp(-2 * sine * sine);
        });
        break;
    }
  }

  uint32_t width_;
  std::optional<PointSums> sums_;  // of the scaled points
  std::vector<double> lengths_;    // for kCosine
};

}  // namespace

KernelResult MakeKernelMatrix(const KernelContext& context) { return KernelOf<KernelMatrixKernel>(context); }

}  // namespace scoreway
