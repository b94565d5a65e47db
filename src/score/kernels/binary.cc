#include <cmath>

#include "score/kernels/kernels.h"
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

template <typename Function>
KernelResult KernelFor(const KernelContext& context, Function function) {
  const auto& op = std::get<op::Binary>(context.op.params);
  if (!op.missing_aware) return std::unique_ptr<Kernel>(new BinaryKernel<Function>(context, function));
  const auto aware = [function, kind = op.function](double a, double b) {
    return std::isnan(a) || std::isnan(b) ? WithMissing(kind, a, b) : function(a, b);
  };
  return std::unique_ptr<Kernel>(new BinaryKernel<decltype(aware)>(context, aware));
}

KernelResult MakeBinaryOfNumbers(const KernelContext& context) {
  using enum op::BinaryFunction;
  switch (std::get<op::Binary>(context.op.params).function) {
    case kAdd: return KernelFor(context, [](double a, double b) { return a + b; });
    case kSubtract: return KernelFor(context, [](double a, double b) { return a - b; });
    case kMultiply: return KernelFor(context, [](double a, double b) { return a * b; });
    case kDivide: return KernelFor(context, [](double a, double b) { return a / b; });
    case kPower: return KernelFor(context, [](double a, double b) { return std::pow(a, b); });
    case kModulo: return KernelFor(context, [](double a, double b) { return Modulo(a, b); });
    case kFloorDivide: return KernelFor(context, [](double a, double b) { return FloorDivide(a, b); });
    case kMin: return KernelFor(context, [](double a, double b) { return Min(a, b); });
    case kMax: return KernelFor(context, [](double a, double b) { return Max(a, b); });
    case kLess: return KernelFor(context, [](double a, double b) { return Truth(a < b); });
    case kLessEqual: return KernelFor(context, [](double a, double b) { return Truth(a <= b); });
    case kGreater: return KernelFor(context, [](double a, double b) { return Truth(a > b); });
    case kGreaterEqual: return KernelFor(context, [](double a, double b) { return Truth(a >= b); });
    case kEqual: return KernelFor(context, [](double a, double b) { return Truth(a == b); });
    case kNotEqual: return KernelFor(context, [](double a, double b) { return Truth(a != b); });
    case kAnd: return KernelFor(context, [](double a, double b) { return Truth(a != 0 && b != 0); });
    case kOr: return KernelFor(context, [](double a, double b) { return Truth(a != 0 || b != 0); });
    case kAtan2: return KernelFor(context, [](double a, double b) { return std::atan2(a, b); });
    case kHypot: return KernelFor(context, [](double a, double b) { return std::hypot(a, b); });
  }
  return Error{Code::kInternal, "no such function of two numbers", {}};
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

KernelResult MakeBinary(const KernelContext& context) {
  if (context.input_shape().kind == ValueKind::kText) return KernelOf<CompareTextKernel>(context);
  return MakeBinaryOfNumbers(context);
}

}  // namespace scoreway
