#include <cmath>

#include "base/trigonometry.h"
#include "score/kernels/cell_functions.h"
#include "score/kernels/kernels.h"
#include "score/kernels/map_cells.h"
#include "score/kernels/operator_kernel.h"

namespace scoreway {
namespace {

double Truth(bool truth) { return truth ? 1 : 0; }

// Remainder with the sign of the divisor, and the floored quotient that goes with it, as numpy's.
double Modulo(double a, double b) {
  const double rest = std::fmod(a, b);
  if (b == 0 || std::isnan(rest)) return rest;
  if (rest == 0) return std::copysign(0.0, b);
  return (b < 0) != (rest < 0) ? rest + b : rest;
}
double FloorDivide(double a, double b) {
  if (b == 0) return a / b;
  const double rest = std::fmod(a, b);
  double quotient = (a - rest) / b;
  if (rest != 0 && (b < 0) != (rest < 0)) quotient -= 1;
  if (quotient == 0) return std::copysign(0.0, a / b);
  const double floored = std::floor(quotient);
  return quotient - floored > 0.5 ? floored + 1 : floored;
}

// NaN, once there, stays.
double Min(double a, double b) { return std::isnan(a) || a < b ? a : b; }
double Max(double a, double b) { return std::isnan(a) || a > b ? a : b; }

// A square is the product, rounded once: so numpy, Java and ONNX Runtime have it, too, which do not ask their pow then.
double Power(double a, double b) { return b == 2 ? a * a : std::pow(a, b); }

// The answer with a missing operand: missing, unless the other one decides (false and x, true or x).
double WithMissing(op::BinaryFunction function, double a, double b) {
  if (function == op::BinaryFunction::kAnd && (a == 0 || b == 0)) return 0;
  if (function == op::BinaryFunction::kOr) {
    if ((!std::isnan(a) && a != 0) || (!std::isnan(b) && b != 0)) return 1;
  }
  return op::kNaN;
}

// An input of width 1 serves every column.
uint32_t ColumnFor(const Block& block, uint32_t c) { return block.width == 1 ? 0 : c; }

// A function of two numbers as loops of its own: over the cells of one row, whose width decides, and over a column.
template <typename Function>
class BinaryKernel final : public OperatorKernel<op::Binary> {
 public:
  BinaryKernel(const KernelContext& context, Function function) : OperatorKernel(context), function_(function) {}

  Status Run(const Tile& tile) const override {
    const Block& a = Input(tile, 0);
    const Block& b = Input(tile, 1);
    const Block& out = Output(tile);
    if (tile.rows == 1) {
      const size_t a_step = a.width == 1 ? 0 : 1, b_step = b.width == 1 ? 0 : 1;
      if (out.width < kFewCells) {
        for (uint32_t c = 0; c < out.width; ++c, OneByOne()) {
          out.numbers[c] = function_(a.numbers[c * a_step], b.numbers[c * b_step]);
        }
        return {};
      }
      for (uint32_t c = 0; c < out.width; ++c) {
        out.numbers[c] = function_(a.numbers[c * a_step], b.numbers[c * b_step]);
      }
      return {};
    }
    for (uint32_t c = 0; c < out.width; ++c) {
      const double* __restrict x = a.number_column(ColumnFor(a, c));
      const double* __restrict y = b.number_column(ColumnFor(b, c));
      double* __restrict z = out.number_column(c);
      for (size_t r = 0; r < tile.rows; ++r) z[r] = function_(x[r], y[r]);
    }
    return {};
  }

 private:
  Function function_;
};

// A function of two numbers with what it answers to a missing one.
template <op::BinaryFunction kKind, typename Function>
struct MissingAware {
  double operator()(double a, double b) const {
    return std::isnan(a) || std::isnan(b) ? WithMissing(kKind, a, b) : Function()(a, b);
  }
};

// Calls f with the function as a callable without a state, so that each gets its own loop.
template <op::BinaryFunction kKind, typename F, typename Function>
void CallWith(bool missing_aware, F&& f, Function function) {
  if (missing_aware) return f(MissingAware<kKind, Function>());
  f(function);
}
template <typename F>
void WithFunction(op::BinaryFunction function, bool aware, F&& f) {
  using enum op::BinaryFunction;
  switch (function) {
    case kAdd: return CallWith<kAdd>(aware, f, [](double a, double b) { return a + b; });
    case kSubtract: return CallWith<kSubtract>(aware, f, [](double a, double b) { return a - b; });
    case kMultiply: return CallWith<kMultiply>(aware, f, [](double a, double b) { return a * b; });
    case kDivide: return CallWith<kDivide>(aware, f, [](double a, double b) { return a / b; });
    case kPower: return CallWith<kPower>(aware, f, [](double a, double b) { return Power(a, b); });
    case kModulo: return CallWith<kModulo>(aware, f, [](double a, double b) { return Modulo(a, b); });
    case kFloorDivide: return CallWith<kFloorDivide>(aware, f, [](double a, double b) { return FloorDivide(a, b); });
    case kMin: return CallWith<kMin>(aware, f, [](double a, double b) { return Min(a, b); });
    case kMax: return CallWith<kMax>(aware, f, [](double a, double b) { return Max(a, b); });
    case kLess: return CallWith<kLess>(aware, f, [](double a, double b) { return Truth(a < b); });
    case kLessEqual: return CallWith<kLessEqual>(aware, f, [](double a, double b) { return Truth(a <= b); });
    case kGreater: return CallWith<kGreater>(aware, f, [](double a, double b) { return Truth(a > b); });
    case kGreaterEqual: return CallWith<kGreaterEqual>(aware, f, [](double a, double b) { return Truth(a >= b); });
    case kEqual: return CallWith<kEqual>(aware, f, [](double a, double b) { return Truth(a == b); });
    case kNotEqual: return CallWith<kNotEqual>(aware, f, [](double a, double b) { return Truth(a != b); });
    case kAnd: return CallWith<kAnd>(aware, f, [](double a, double b) { return Truth(a != 0 && b != 0); });
    case kOr: return CallWith<kOr>(aware, f, [](double a, double b) { return Truth(a != 0 || b != 0); });
    case kAtan2: return CallWith<kAtan2>(aware, f, [](double a, double b) { return Atan2(a, b); });
    case kHypot: return CallWith<kHypot>(aware, f, [](double a, double b) { return std::hypot(a, b); });
  }
}

KernelResult MakeBinaryOfNumbers(const KernelContext& context) {
  const auto& op = std::get<op::Binary>(context.op.params);
  std::unique_ptr<Kernel> kernel;
  WithFunction(op.function, op.missing_aware,
               [&](auto function) { kernel = std::make_unique<BinaryKernel<decltype(function)>>(context, function); });
  if (kernel == nullptr) return Error{Code::kInternal, "no such function of two numbers", {}};
  return kernel;
}

// kEqual and kNotEqual of text. A missing text equals nothing.
class CompareTextKernel final : public OperatorKernel<op::Binary> {
 public:
  using OperatorKernel::OperatorKernel;

  Status Run(const Tile& tile) const override {
    const Block& a = Input(tile, 0);
    const Block& b = Input(tile, 1);
    const Block& out = Output(tile);
    for (uint32_t c = 0; c < out.width; ++c) {
      const std::string_view* x = a.text_column(ColumnFor(a, c));
      const std::string_view* y = b.text_column(ColumnFor(b, c));
      for (size_t r = 0; r < tile.rows; ++r) out.number_column(c)[r] = Compare(x[r], y[r]);
    }
    return {};
  }

 private:
  double Compare(std::string_view x, std::string_view y) const {
    const bool missing = x.data() == nullptr || y.data() == nullptr;
    if (missing && op_.missing_aware) return op::kNaN;
    const bool equal = !missing && x == y;
    return Truth(equal == (op_.function == op::BinaryFunction::kEqual));
  }
};

}  // namespace

BinaryCell BinaryCellOf(op::BinaryFunction function, bool missing_aware) {
  BinaryCell cell = nullptr;
  WithFunction(function, missing_aware,
               [&cell](auto f) { cell = [](double a, double b) { return decltype(f)()(a, b); }; });
  return cell;
}

KernelResult MakeBinary(const KernelContext& context) {
  if (context.input_shape().kind == ValueKind::kText) return KernelOf<CompareTextKernel>(context);
  return MakeBinaryOfNumbers(context);
}

}  // namespace scoreway
