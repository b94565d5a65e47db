#include <algorithm>
#include <cmath>
#include <numbers>

#include "score/kernels/kernels.h"
#include "score/kernels/operator_kernel.h"

namespace scoreway {
namespace {

using op::Similarity;

// What the columns of a row and a point add up to, before the last step.
enum class Measure { kProduct, kSquares, kDifferences, kChi2 };

Measure MeasureOf(Similarity similarity) {
  switch (similarity) {
    case Similarity::kLinear:
    case Similarity::kPolynomial:
    case Similarity::kSigmoid:
    case Similarity::kCosine: return Measure::kProduct;
    case Similarity::kLaplacian: return Measure::kDifferences;
    case Similarity::kAdditiveChi2:
    case Similarity::kChi2: return Measure::kChi2;
    default: return Measure::kSquares;
  }
}

double AddTerm(Measure measure, double x, double y) {
  switch (measure) {
    case Measure::kProduct: return x * y;
    case Measure::kSquares: return (x - y) * (x - y);
    case Measure::kDifferences: return std::fabs(x - y);
    case Measure::kChi2: return x + y != 0 ? (x - y) * (x - y) / (x + y) : 0;
  }
  return 0;
}

// Not every standard library has the functions of mathematical physics; none of WebAssembly's.
#ifdef __STDCPP_MATH_SPEC_FUNCS__
constexpr bool kHasBesselFunctions = true;
double BesselK(double nu, double x) { return std::cyl_bessel_k(nu, x); }
#else
constexpr bool kHasBesselFunctions = false;
double BesselK(double, double) { return op::kNaN; }
#endif

bool HasClosedForm(double nu) { return nu == 0.5 || nu == 1.5 || nu == 2.5 || std::isinf(nu); }

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
  return std::pow(2, 1 - nu) / std::tgamma(nu) * std::pow(k, nu) * BesselK(nu, k);
}

double Length(const double* point, uint32_t width) {
  double sum = 0;
  for (uint32_t c = 0; c < width; ++c) sum += point[c] * point[c];
  return sum == 0 ? 1 : std::sqrt(sum);
}

class KernelMatrixKernel final : public OperatorKernel<op::KernelMatrix> {
 public:
  explicit KernelMatrixKernel(const KernelContext& context)
      : OperatorKernel(context),
        measure_(MeasureOf(op_.similarity)),
        width_(context.input_shape().width),
        points_(op_.points) {
    for (size_t i = 0; i < points_.size() && !op_.scale.empty(); ++i) points_[i] /= op_.scale[i % width_];
    if (op_.similarity != Similarity::kCosine) return;
    for (size_t i = 0; i < points_.size(); i += width_) lengths_.push_back(Length(points_.data() + i, width_));
  }

  Status Run(const Tile& tile) const override {
    const Block& in = Input(tile);
    const Block& out = Output(tile);
    double* rows = reinterpret_cast<double*>(tile.scratch);
    for (uint32_t c = 0; c < in.width; ++c) {
      const double* from = in.number_column(c);
      const double scale = op_.scale.empty() ? 1 : op_.scale[c];
      for (size_t r = 0; r < tile.rows; ++r) rows[r * in.width + c] = from[r] / scale;
    }
    for (size_t r = 0; r < tile.rows; ++r) {
      const double* row = rows + r * in.width;
      const double length = op_.similarity == Similarity::kCosine ? Length(row, in.width) : 1;
      for (uint32_t k = 0; k < out.width; ++k) {
        const double* point = points_.data() + size_t{k} * in.width;
        out.number_column(k)[r] = Finish(Sum(row, point, in.width), k, length);
      }
    }
    return {};
  }

  size_t ScratchBytes(size_t rows) const override { return rows * width_ * sizeof(double); }

 private:
  template <Measure kMeasure>
  static double SumOf(const double* row, const double* point, uint32_t width) {
    double sum = 0;
    for (uint32_t c = 0; c < width; ++c) sum += AddTerm(kMeasure, row[c], point[c]);
    return sum;
  }

  double Sum(const double* row, const double* point, uint32_t width) const {
    switch (measure_) {
      case Measure::kProduct: return SumOf<Measure::kProduct>(row, point, width);
      case Measure::kSquares: return SumOf<Measure::kSquares>(row, point, width);
      case Measure::kDifferences: return SumOf<Measure::kDifferences>(row, point, width);
      case Measure::kChi2: return SumOf<Measure::kChi2>(row, point, width);
    }
    return 0;
  }

  double Finish(double sum, uint32_t point, double length) const {
    switch (op_.similarity) {
      case Similarity::kLinear: return sum;
      case Similarity::kPolynomial: return std::pow(op_.gamma * sum + op_.offset, op_.degree);
      case Similarity::kSigmoid: return std::tanh(op_.gamma * sum + op_.offset);
      case Similarity::kRbf:
      case Similarity::kLaplacian: return std::exp(-op_.gamma * sum);
      case Similarity::kCosine: return sum / (length * lengths_[point]);
      case Similarity::kAdditiveChi2: return -sum;
      case Similarity::kChi2: return std::exp(-op_.gamma * sum);
      case Similarity::kMatern: return std::isnan(sum) ? sum : Matern(op_.degree, std::sqrt(sum));
      case Similarity::kRationalQuadratic: return std::pow(1 + sum * op_.gamma, -op_.degree);
      case Similarity::kPeriodic: {
        const double sine = std::sin(std::numbers::pi / op_.degree * std::sqrt(sum)) / op_.gamma;
        return std::exp(-2 * sine * sine);
      }
    }
    return op::kNaN;
  }

  Measure measure_;
  uint32_t width_;
  std::vector<double> points_;   // scaled
  std::vector<double> lengths_;  // for kCosine
};

}  // namespace

KernelResult MakeKernelMatrix(const KernelContext& context) {
  const auto& matrix = std::get<op::KernelMatrix>(context.op.params);
  if (!kHasBesselFunctions && matrix.similarity == Similarity::kMatern && !HasClosedForm(matrix.degree)) {
    return Error{Code::kUnsupported,
                 "a Matern kernel of another smoothness than 1/2, 3/2, 5/2 and infinity needs Bessel functions, which "
                 "this build lacks",
                 {}};
  }
  return KernelOf<KernelMatrixKernel>(context);
}

}  // namespace scoreway
