#include <cmath>
#include <numbers>

#include "base/trigonometry.h"
#include "score/cells_kernel.h"
#include "score/kernels/cell_functions.h"
#include "score/kernels/exp_all.h"
#include "score/kernels/kernels.h"
#include "score/kernels/map_cells.h"
#include "score/kernels/normal_quantile.h"
#include "score/kernels/operator_kernel.h"

namespace scoreway {
namespace {

double Sign(double x) { return x > 0 ? 1 : x < 0 ? -1 : x == 0 ? 0 : x; }

// As scipy's ndtr: erf near the middle, erfc in the tails, so that neither tail loses its digits.
double NormalCdf(double x) {
  const double z = x * (std::numbers::sqrt2 / 2);
  const double size = std::fabs(z);
  if (size < 1) return 0.5 + 0.5 * std::erf(z);
  const double tail = 0.5 * std::erfc(size);
  return z > 0 ? 1 - tail : tail;
}

// The logistic function in float64 and in float32: of the exponent, and of its power.
constexpr auto kLogisticExponent = [](double x) { return -x; };
constexpr auto kLogisticOf = [](double power) { return 1 / (1 + power); };
constexpr auto kLogisticFloat32Exponent = [](double x) -> double {
  const auto negative = static_cast<float>(-x);
  return negative > 88.7F ? 88.7F : negative;
};
constexpr auto kLogisticFloat32Of = [](double power) -> double { return 1.0F / (static_cast<float>(power) + 1.0F); };

// Calls f with the function as a callable, so that each gets its own loop.
template <typename F>
void WithFunction(op::UnaryFunction function, F&& f) {
  using enum op::UnaryFunction;
  switch (function) {
    case kNegate: return f([](double x) { return -x; });
    case kAbs: return f([](double x) { return std::fabs(x); });
    case kSign: return f([](double x) { return Sign(x); });
    case kFloor: return f([](double x) { return std::floor(x); });
    case kCeil: return f([](double x) { return std::ceil(x); });
    case kRound: return f([](double x) { return std::nearbyint(x); });
    case kTruncate: return f([](double x) { return std::trunc(x); });
    case kSqrt: return f([](double x) { return std::sqrt(x); });
    case kSquare: return f([](double x) { return x * x; });
    case kReciprocal: return f([](double x) { return 1 / x; });
    case kExp: return f([](double x) { return std::exp(x); });
    case kExpm1: return f([](double x) { return std::expm1(x); });
    case kLog: return f([](double x) { return std::log(x); });
    case kLog1p: return f([](double x) { return std::log1p(x); });
    case kLog2: return f([](double x) { return std::log2(x); });
    case kLog10: return f([](double x) { return std::log10(x); });
    case kSin: return f([](double x) { return Sin(x); });
    case kCos: return f([](double x) { return Cos(x); });
    case kTan: return f([](double x) { return Tan(x); });
    case kAsin: return f([](double x) { return Asin(x); });
    case kAcos: return f([](double x) { return Acos(x); });
    case kAtan: return f([](double x) { return Atan(x); });
    case kSinh: return f([](double x) { return std::sinh(x); });
    case kCosh: return f([](double x) { return std::cosh(x); });
    case kTanh: return f([](double x) { return std::tanh(x); });
    case kAsinh: return f([](double x) { return std::asinh(x); });
    case kAcosh: return f([](double x) { return std::acosh(x); });
    case kAtanh: return f([](double x) { return std::atanh(x); });
    case kLogistic: return f([](double x) { return kLogisticOf(std::exp(kLogisticExponent(x))); });
    case kLogisticFloat32: return f([](double x) { return kLogisticFloat32Of(std::exp(kLogisticFloat32Exponent(x))); });
    case kNot: return f([](double x) { return std::isnan(x) ? x : x == 0 ? 1.0 : 0.0; });
    case kIsMissing: return f([](double x) { return std::isnan(x) ? 1.0 : 0.0; });
    case kNormalQuantile: return f([](double x) { return NormalQuantile(x); });
    case kIsPresent: return f([](double x) { return std::isnan(x) ? 0.0 : 1.0; });
    case kFloat32: return f([](double x) { return static_cast<double>(static_cast<float>(x)); });
    case kNormalCdf: return f([](double x) { return NormalCdf(x); });
    case kCloglogInverse: return f([](double x) { return 1 - std::exp(-std::exp(x)); });
    case kRelu: return f([](double x) { return x < 0 ? 0.0 : x; });
    case kDegrees: return f([](double x) { return x * (180 / std::numbers::pi); });
    case kRadians: return f([](double x) { return x * (std::numbers::pi / 180); });
    case kExp2: return f([](double x) { return std::exp2(x); });
    case kCbrt: return f([](double x) { return Cbrt(x); });
  }
}

class UnaryKernel final : public OperatorKernel<op::Unary>, public CellsKernel {
 public:
  explicit UnaryKernel(const KernelContext& context)
      : OperatorKernel(context), width_(context.input_shape().width), cell_(UnaryCellOf(op_.function)) {}

  Status Run(const Tile& tile) const override {
    const Block& in = Input(tile);
    const Block& out = Output(tile);
    if (tile.rows == 1) {
      RunCells(in.numbers, out.numbers);
    } else {
      for (uint32_t c = 0; c < in.width; ++c) RunMany(in.number_column(c), tile.rows, out.number_column(c));
    }
    return {};
  }

  void RunCells(const double* in, double* out) const override {
    if (width_ >= kExpAllMin) return RunMany(in, width_, out);
    for (uint32_t c = 0; c < width_; ++c) out[c] = cell_(in[c]);
  }

 private:
  [[gnu::noinline]] void RunMany(const double* in, size_t count, double* out) const {
    using enum op::UnaryFunction;
    switch (op_.function) {
      case kExp: return ExpAll(in, out, count);
      case kLogistic: return ThroughExp(in, count, out, kLogisticExponent, kLogisticOf);
      case kLogisticFloat32: return ThroughExp(in, count, out, kLogisticFloat32Exponent, kLogisticFloat32Of);
      default: break;
    }
    if (count < kFewCells) {
      for (size_t i = 0; i < count; ++i) out[i] = cell_(in[i]);
      return;
    }
    WithFunction(op_.function, [&](auto function) {
      const double* __restrict x = in;
      double* __restrict y = out;
      for (size_t i = 0; i < count; ++i) y[i] = function(x[i]);
    });
  }

  // of(e^exponent(x)), the powers of many cells at once.
  template <typename Exponent, typename Of>
  static void ThroughExp(const double* in, size_t count, double* out, Exponent exponent, Of of) {
    if (count < kFewCells) {
      for (size_t i = 0; i < count; ++i, OneByOne()) out[i] = exponent(in[i]);
      ExpAll(out, count);
      for (size_t i = 0; i < count; ++i, OneByOne()) out[i] = of(out[i]);
      return;
    }
    for (size_t i = 0; i < count; ++i) out[i] = exponent(in[i]);
    ExpAll(out, count);
    for (size_t i = 0; i < count; ++i) out[i] = of(out[i]);
  }

  const uint32_t width_;
  const UnaryCell cell_;  // for few cells, which all loops would be chosen for in vain
};

// kIsMissing and kIsPresent of text.
class TextPresenceKernel final : public OperatorKernel<op::Unary> {
 public:
  using OperatorKernel::OperatorKernel;

  Status Run(const Tile& tile) const override {
    const bool wanted = op_.function == op::UnaryFunction::kIsMissing;
    const Block& out = Output(tile);
    ForEachText(Input(tile), tile.rows, [&](uint32_t c, size_t r, std::string_view text) {
      out.number_column(c)[r] = (text.data() == nullptr) == wanted ? 1 : 0;
    });
    return {};
  }
};

}  // namespace

UnaryCell UnaryCellOf(op::UnaryFunction function) {
  UnaryCell cell = nullptr;
  WithFunction(function, [&cell](auto f) { cell = [](double x) -> double { return decltype(f)()(x); }; });
  return cell;
}

KernelResult MakeUnary(const KernelContext& context) {
  if (context.input_shape().kind == ValueKind::kText) return KernelOf<TextPresenceKernel>(context);
  return KernelOf<UnaryKernel>(context);
}

}  // namespace scoreway
