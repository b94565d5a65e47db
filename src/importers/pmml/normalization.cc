#include "importers/pmml/normalization.h"

#include <numbers>

namespace scoreway::pmml {
namespace {

using op::BinaryFunction;
using op::Precision;
using op::UnaryFunction;

// A chain of steps, each rounded to the precision. An error stops the chain and is given at its end.
class Steps {
 public:
  Steps(Emit& emit, ValueId x, Precision precision) : emit_(emit), precision_(precision), result_(x) {}

  Steps& Then(UnaryFunction function) {
    if (result_.ok()) result_ = Rounded(emit_.Unary(function, *result_));
    return *this;
  }
  Steps& Then(BinaryFunction function, double constant) {
    if (!result_.ok()) return *this;
    const Result<ValueId> by = emit_.Number(RoundTo(constant, precision_));
    result_ = by.ok() ? Rounded(emit_.Binary(function, *result_, *by)) : by;
    return *this;
  }
  Steps& ThenExponential() {
    if (result_.ok()) result_ = Exponential(emit_, *result_, precision_);
    return *this;
  }
  Result<ValueId> Finish() { return std::move(result_); }

 private:
  Result<ValueId> Rounded(Result<ValueId> x) { return x.ok() ? RoundTo(emit_, *x, precision_) : x; }

  Emit& emit_;
  Precision precision_;
  Result<ValueId> result_;
};

Result<ValueId> RowSum(Emit& emit, ValueId row, Precision precision) {
  const uint32_t width = emit.context().builder().shape(row).width;
  return emit.Add(op::Linear{precision, 1, std::vector<double>(width, 1), {}}, {row});
}

Result<ValueId> DivideBySum(Emit& emit, ValueId row, Precision precision) {
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId sum, RowSum(emit, row, precision));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId shares, emit.Binary(BinaryFunction::kDivide, row, sum));
  return RoundTo(emit, shares, precision);
}

}  // namespace

Result<ValueId> RoundTo(Emit& emit, ValueId x, Precision precision) {
  return precision == Precision::kFloat32 ? emit.Unary(UnaryFunction::kFloat32, x) : Result<ValueId>(x);
}

Result<ValueId> Exponential(Emit& emit, ValueId x, Precision precision) {
  if (precision == Precision::kFloat64) return emit.Unary(UnaryFunction::kExp, x);
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId base, emit.Number(2.7182817));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId power, emit.Binary(BinaryFunction::kPower, base, x));
  return RoundTo(emit, power, precision);
}

Result<ValueId> InverseLink(Emit& emit, std::string_view method, ValueId x, Precision precision) {
  Steps steps(emit, x, precision);
  if (method == "none") return x;
  if (method == "exp") return Exponential(emit, x, precision);
  if (method == "logit" || method == "softmax") {
    if (precision == Precision::kFloat64) return emit.Unary(UnaryFunction::kLogistic, x);
    return steps.Then(UnaryFunction::kNegate)
        .ThenExponential()
        .Then(BinaryFunction::kAdd, 1)
        .Then(UnaryFunction::kReciprocal)
        .Finish();
  }
  if (method == "probit") return steps.Then(UnaryFunction::kNormalCdf).Finish();
  if (method == "cloglog") return steps.Then(UnaryFunction::kCloglogInverse).Finish();
  if (method == "loglog") {  // exp(-exp(-x))
    return steps.Then(UnaryFunction::kNegate).ThenExponential().Then(UnaryFunction::kNegate).ThenExponential().Finish();
  }
  if (method == "cauchit") {  // 1/2 + atan(x) / pi
    return steps.Then(UnaryFunction::kAtan)
        .Then(BinaryFunction::kMultiply, std::numbers::inv_pi)
        .Then(BinaryFunction::kAdd, 0.5)
        .Finish();
  }
  return Context::Corrupt(emit.at(), "normalizationMethod '" + std::string(method) + "' is not known");
}

Result<ValueId> Softmax(Emit& emit, ValueId scores, Precision precision) {
  if (precision == Precision::kFloat64) return emit.Add(op::Row{op::RowFunction::kSoftmax}, {scores});
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId max, emit.Add(op::AggregateRow{op::RowAggregate::kMax, false}, {scores}));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId below, emit.Binary(BinaryFunction::kSubtract, scores, max));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId rounded, RoundTo(emit, below, precision));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId powers, Exponential(emit, rounded, precision));
  return DivideBySum(emit, powers, precision);
}

Result<ValueId> NormalizeSum(Emit& emit, ValueId scores, Precision precision) {
  if (precision == Precision::kFloat64) return emit.Add(op::Row{op::RowFunction::kNormalizeSum}, {scores});
  return DivideBySum(emit, scores, precision);
}

}  // namespace scoreway::pmml
