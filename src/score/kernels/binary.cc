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

// Calls f with the function as a callable, so that each gets its own loop.
template <typename F>
void WithFunction(op::BinaryFunction function, F&& f) {
  using enum op::BinaryFunction;
  switch (function) {
    case kAdd: return f([](double a, double b) { return a + b; });
    case kSubtract: return f([](double a, double b) { return a - b; });
    case kMultiply: return f([](double a, double b) { return a * b; });
    case kDivide: return f([](double a, double b) { return a / b; });
    case kPower: return f([](double a, double b) { return std::pow(a, b); });
    case kModulo: return f([](double a, double b) { return Modulo(a, b); });
    case kFloorDivide: return f([](double a, double b) { return FloorDivide(a, b); });
    case kMin: return f([](double a, double b) { return Min(a, b); });
    case kMax: return f([](double a, double b) { return Max(a, b); });
    case kLess: return f([](double a, double b) { return Truth(a < b); });
    case kLessEqual: return f([](double a, double b) { return Truth(a <= b); });
    case kGreater: return f([](double a, double b) { return Truth(a > b); });
    case kGreaterEqual: return f([](double a, double b) { return Truth(a >= b); });
    case kEqual: return f([](double a, double b) { return Truth(a == b); });
    case kNotEqual: return f([](double a, double b) { return Truth(a != b); });
    case kAnd: return f([](double a, double b) { return Truth(a != 0 && b != 0); });
    case kOr: return f([](double a, double b) { return Truth(a != 0 || b != 0); });
    case kAtan2: return f([](double a, double b) { return std::atan2(a, b); });
    case kHypot: return f([](double a, double b) { return std::hypot(a, b); });
  }
}

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

class BinaryKernel final : public OperatorKernel<op::Binary> {
 public:
  using OperatorKernel::OperatorKernel;

  Status Run(const Tile& tile) const override {
    WithFunction(op_.function, [&](auto function) {
      if (!op_.missing_aware) return Map(tile, function);
      Map(tile, [&](double a, double b) {
        return std::isnan(a) || std::isnan(b) ? WithMissing(op_.function, a, b) : function(a, b);
      });
    });
    return {};
  }

 private:
  template <typename Function>
  void Map(const Tile& tile, Function function) const {
    const Block& a = Input(tile, 0);
    const Block& b = Input(tile, 1);
    const Block& out = Output(tile);
    for (uint32_t c = 0; c < out.width; ++c) {
      const double* __restrict x = a.number_column(ColumnFor(a, c));
      const double* __restrict y = b.number_column(ColumnFor(b, c));
      double* __restrict z = out.number_column(c);
      for (size_t r = 0; r < tile.rows; ++r) z[r] = function(x[r], y[r]);
    }
  }
};

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
  return KernelOf<BinaryKernel>(context);
}

}  // namespace scoreway
