#include "importers/onnx/activations.h"

#include <array>
#include <cmath>

#include "importers/onnx/elementwise.h"

namespace scoreway::onnx {
namespace {

using op::BinaryFunction;
using op::UnaryFunction;

struct NamedFunction {
  std::string_view op_type;
  UnaryFunction function;
};

// Those that are one of ours as they stand.
constexpr std::array kFunctions = {
    NamedFunction{"Neg", UnaryFunction::kNegate},       NamedFunction{"Abs", UnaryFunction::kAbs},
    NamedFunction{"Sign", UnaryFunction::kSign},        NamedFunction{"Floor", UnaryFunction::kFloor},
    NamedFunction{"Ceil", UnaryFunction::kCeil},        NamedFunction{"Round", UnaryFunction::kRound},
    NamedFunction{"Sqrt", UnaryFunction::kSqrt},        NamedFunction{"Reciprocal", UnaryFunction::kReciprocal},
    NamedFunction{"Exp", UnaryFunction::kExp},          NamedFunction{"Log", UnaryFunction::kLog},
    NamedFunction{"Sin", UnaryFunction::kSin},          NamedFunction{"Cos", UnaryFunction::kCos},
    NamedFunction{"Tan", UnaryFunction::kTan},          NamedFunction{"Asin", UnaryFunction::kAsin},
    NamedFunction{"Acos", UnaryFunction::kAcos},        NamedFunction{"Atan", UnaryFunction::kAtan},
    NamedFunction{"Sinh", UnaryFunction::kSinh},        NamedFunction{"Cosh", UnaryFunction::kCosh},
    NamedFunction{"Tanh", UnaryFunction::kTanh},        NamedFunction{"Asinh", UnaryFunction::kAsinh},
    NamedFunction{"Acosh", UnaryFunction::kAcosh},      NamedFunction{"Atanh", UnaryFunction::kAtanh},
    NamedFunction{"Sigmoid", UnaryFunction::kLogistic}, NamedFunction{"Relu", UnaryFunction::kRelu},
};

Tensor Scalar(const Tensor& like, double number) { return ConstantTensor(like.type, {}, {number}); }

// The input, with rows and of numbers.
Result<Tensor> RealRows(Context& context, const Node& node) {
  SCOREWAY_RETURN_IF_ERROR(node.WantInputs(1));
  if (!node.input(0).is_real()) return Unsupported("of " + ElementTypeName(node.input(0).type));
  return Repeated(context, node.input(0));
}

// a where x <function> bound, else b.
Result<Outputs> Choose(Context& context, BinaryFunction function, const Tensor& x, double bound, ValueId a, ValueId b) {
  SCOREWAY_ASSIGN_OR_RETURN(const Tensor condition, Combine(context, function, x, Scalar(x, bound)));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId value, context.Add(op::Where{}, {condition.value, a, b}));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId rounded, context.Round(x.type, value));
  return Outputs{Context::Rows(x.type, x.dims, rounded)};
}

Result<ValueId> Affine(Context& context, ValueId x, double factor, double offset, double low = -op::kInfinity,
                       double high = op::kInfinity) {
  const uint32_t width = context.builder().shape(x).width;
  op::Affine affine;
  affine.form = op::Affine::Form::kMultiplyAdd;
  affine.factor.assign(width, factor);
  affine.offset.assign(width, offset);
  affine.low = low;
  affine.high = high;
  return context.Add(std::move(affine), {x});
}

// scale * alpha * (exp(x / alpha_inside) - 1) below 0, scale * x above.
Result<Outputs> Exponential(Context& context, const Tensor& x, double scale, double alpha, double alpha_inside) {
  SCOREWAY_ASSIGN_OR_RETURN(ValueId below, Affine(context, x.value, 1 / alpha_inside, 0));
  SCOREWAY_ASSIGN_OR_RETURN(below, context.Unary(UnaryFunction::kExpm1, below));
  SCOREWAY_ASSIGN_OR_RETURN(below, Affine(context, below, scale * alpha, 0));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId above, Affine(context, x.value, scale, 0));
  return Choose(context, BinaryFunction::kLess, x, 0, below, above);
}

Result<Outputs> Rounded(Context& context, const Tensor& x, ValueId value) {
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId rounded, context.Round(x.type, value));
  return Outputs{Context::Rows(x.type, x.dims, rounded)};
}

}  // namespace

Result<Outputs> LowerUnary(Context& context, const Node& node) {
  SCOREWAY_RETURN_IF_ERROR(node.WantInputs(1));
  for (const NamedFunction& named : kFunctions) {
    if (named.op_type != node.proto().op_type) continue;
    SCOREWAY_ASSIGN_OR_RETURN(Tensor out, Map(context, named.function, node.input(0)));
    return Outputs{std::move(out)};
  }
  return Unsupported("the operator is not supported");
}

Result<Outputs> LowerNot(Context& context, const Node& node) {
  SCOREWAY_RETURN_IF_ERROR(node.WantInputs(1));
  const Tensor& in = node.input(0);
  if (in.is_text()) return Error{Code::kCorrupt, "texts where truth values belong", {}};
  if (!in.rows) {
    std::vector<double> numbers = in.numbers();
    for (double& number : numbers) number = number == 0 ? 1 : 0;
    return Outputs{ConstantTensor(ElementType::kBool, in.dims, std::move(numbers))};
  }
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId value, context.Unary(UnaryFunction::kNot, in.value));
  return Outputs{Context::Rows(ElementType::kBool, in.dims, value)};
}

Result<Outputs> LowerIsNaN(Context& context, const Node& node) {
  SCOREWAY_ASSIGN_OR_RETURN(const Tensor x, RealRows(context, node));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId value, context.Unary(UnaryFunction::kIsMissing, x.value));
  return Outputs{Context::Rows(ElementType::kBool, x.dims, value)};
}

Result<Outputs> LowerIsInf(Context& context, const Node& node) {
  SCOREWAY_ASSIGN_OR_RETURN(const Tensor x, RealRows(context, node));
  const bool positive = node.Integer("detect_positive", 1) != 0;
  const bool negative = node.Integer("detect_negative", 1) != 0;
  ValueId tested = x.value;
  double bound = positive ? INFINITY : -INFINITY;
  if (positive && negative) {
    SCOREWAY_ASSIGN_OR_RETURN(tested, context.Unary(UnaryFunction::kAbs, tested));
  } else if (!positive && !negative) {
    return Unsupported("neither infinity");
  }
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId infinity, context.ConstantNumbers({bound}));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId value, context.Binary(BinaryFunction::kEqual, tested, infinity));
  return Outputs{Context::Rows(ElementType::kBool, x.dims, value)};
}

// erf(x) = 2 Phi(x sqrt 2) - 1.
Result<Outputs> LowerErf(Context& context, const Node& node) {
  SCOREWAY_ASSIGN_OR_RETURN(const Tensor x, RealRows(context, node));
  SCOREWAY_ASSIGN_OR_RETURN(ValueId value, Affine(context, x.value, std::sqrt(2.0), 0));
  SCOREWAY_ASSIGN_OR_RETURN(value, context.Unary(UnaryFunction::kNormalCdf, value));
  SCOREWAY_ASSIGN_OR_RETURN(value, Affine(context, value, 2, -1));
  return Rounded(context, x, value);
}

Result<Outputs> LowerClip(Context& context, const Node& node) {
  SCOREWAY_RETURN_IF_ERROR(node.WantInputs(1));
  Tensor out = node.input(0);
  if (node.version() < 11) {
    const bool low = node.has("min"), high = node.has("max");
    if (low) {
      SCOREWAY_ASSIGN_OR_RETURN(out, Combine(context, BinaryFunction::kMax, out, Scalar(out, node.Number("min", 0))));
    }
    if (high) {
      SCOREWAY_ASSIGN_OR_RETURN(out, Combine(context, BinaryFunction::kMin, out, Scalar(out, node.Number("max", 0))));
    }
    return Outputs{std::move(out)};
  }
  for (const size_t bound : {size_t{1}, size_t{2}}) {
    if (!node.has_input(bound)) continue;
    const BinaryFunction function = bound == 1 ? BinaryFunction::kMax : BinaryFunction::kMin;
    SCOREWAY_ASSIGN_OR_RETURN(out, Combine(context, function, out, node.input(bound)));
  }
  return Outputs{std::move(out)};
}

Result<Outputs> LowerLeakyRelu(Context& context, const Node& node) {
  SCOREWAY_ASSIGN_OR_RETURN(const Tensor x, RealRows(context, node));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId below, Affine(context, x.value, node.Number("alpha", 0.01F), 0));
  return Choose(context, BinaryFunction::kLess, x, 0, below, x.value);
}

Result<Outputs> LowerPRelu(Context& context, const Node& node) {
  SCOREWAY_RETURN_IF_ERROR(node.WantInputs(2));
  SCOREWAY_ASSIGN_OR_RETURN(const Tensor x, RealRows(context, node));
  Tensor slope = node.input(1);
  // Before version 7 a list of slopes lay along the second axis.
  while (node.version() < 7 && !slope.rows && slope.rank() > 0 && slope.rank() + 1 < x.rank()) slope.dims.push_back(1);
  SCOREWAY_ASSIGN_OR_RETURN(const Tensor below, Combine(context, BinaryFunction::kMultiply, x, slope));
  if (below.dims != x.dims) return Unsupported("a slope of more dimensions than the input");
  return Choose(context, BinaryFunction::kLess, x, 0, below.value, x.value);
}

Result<Outputs> LowerElu(Context& context, const Node& node) {
  SCOREWAY_ASSIGN_OR_RETURN(const Tensor x, RealRows(context, node));
  return Exponential(context, x, 1, node.Number("alpha", 1), 1);
}

Result<Outputs> LowerSelu(Context& context, const Node& node) {
  SCOREWAY_ASSIGN_OR_RETURN(const Tensor x, RealRows(context, node));
  return Exponential(context, x, node.Number("gamma", 1.05070098735548F), node.Number("alpha", 1.67326319217681F), 1);
}

Result<Outputs> LowerCelu(Context& context, const Node& node) {
  SCOREWAY_ASSIGN_OR_RETURN(const Tensor x, RealRows(context, node));
  const double alpha = node.Number("alpha", 1);
  return Exponential(context, x, 1, alpha, alpha);
}

Result<Outputs> LowerHardSigmoid(Context& context, const Node& node) {
  SCOREWAY_ASSIGN_OR_RETURN(const Tensor x, RealRows(context, node));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId value,
                            Affine(context, x.value, node.Number("alpha", 0.2F), node.Number("beta", 0.5F), 0, 1));
  return Rounded(context, x, value);
}

Result<Outputs> LowerHardSwish(Context& context, const Node& node) {
  SCOREWAY_ASSIGN_OR_RETURN(const Tensor x, RealRows(context, node));
  SCOREWAY_ASSIGN_OR_RETURN(ValueId value, Affine(context, x.value, 1.0 / 6, 0.5, 0, 1));
  SCOREWAY_ASSIGN_OR_RETURN(value, context.Binary(BinaryFunction::kMultiply, value, x.value));
  return Rounded(context, x, value);
}

// log(1 + exp(x)) without overflow: max(x, 0) + log1p(exp(-|x|)).
Result<Outputs> LowerSoftplus(Context& context, const Node& node) {
  SCOREWAY_ASSIGN_OR_RETURN(const Tensor x, RealRows(context, node));
  SCOREWAY_ASSIGN_OR_RETURN(ValueId value, context.Unary(UnaryFunction::kAbs, x.value));
  SCOREWAY_ASSIGN_OR_RETURN(value, context.Unary(UnaryFunction::kNegate, value));
  SCOREWAY_ASSIGN_OR_RETURN(value, context.Unary(UnaryFunction::kExp, value));
  SCOREWAY_ASSIGN_OR_RETURN(value, context.Unary(UnaryFunction::kLog1p, value));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId positive, context.Unary(UnaryFunction::kRelu, x.value));
  SCOREWAY_ASSIGN_OR_RETURN(value, context.Binary(BinaryFunction::kAdd, value, positive));
  return Rounded(context, x, value);
}

Result<Outputs> LowerSoftsign(Context& context, const Node& node) {
  SCOREWAY_ASSIGN_OR_RETURN(const Tensor x, RealRows(context, node));
  SCOREWAY_ASSIGN_OR_RETURN(ValueId value, context.Unary(UnaryFunction::kAbs, x.value));
  SCOREWAY_ASSIGN_OR_RETURN(value, Affine(context, value, 1, 1));
  SCOREWAY_ASSIGN_OR_RETURN(value, context.Binary(BinaryFunction::kDivide, x.value, value));
  return Rounded(context, x, value);
}

Result<Outputs> LowerThresholdedRelu(Context& context, const Node& node) {
  SCOREWAY_ASSIGN_OR_RETURN(const Tensor x, RealRows(context, node));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId zero, context.ConstantNumbers(std::vector<double>(x.width(), 0)));
  return Choose(context, BinaryFunction::kGreater, x, node.Number("alpha", 1), x.value, zero);
}

Result<Outputs> LowerGelu(Context& context, const Node& node) {
  SCOREWAY_ASSIGN_OR_RETURN(const Tensor x, RealRows(context, node));
  if (node.Text("approximate", "none") != "none") return Unsupported("the approximation of Gelu");
  SCOREWAY_ASSIGN_OR_RETURN(ValueId value, context.Unary(UnaryFunction::kNormalCdf, x.value));
  SCOREWAY_ASSIGN_OR_RETURN(value, context.Binary(BinaryFunction::kMultiply, value, x.value));
  return Rounded(context, x, value);
}

// x + bias below -lambda, x - bias above lambda, else 0.
Result<Outputs> LowerShrink(Context& context, const Node& node) {
  SCOREWAY_ASSIGN_OR_RETURN(const Tensor x, RealRows(context, node));
  const double bias = node.Number("bias", 0), lambda = node.Number("lambd", 0.5F);
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId zero, context.ConstantNumbers(std::vector<double>(x.width(), 0)));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId low, Affine(context, x.value, 1, bias));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId high, Affine(context, x.value, 1, -bias));
  SCOREWAY_ASSIGN_OR_RETURN(const Outputs above, Choose(context, BinaryFunction::kGreater, x, lambda, high, zero));
  return Choose(context, BinaryFunction::kLess, x, -lambda, low, above[0].value);
}

}  // namespace scoreway::onnx
