#include "importers/onnx/elementwise.h"

#include <cmath>

namespace scoreway::onnx {
namespace {

using op::BinaryFunction;
using op::UnaryFunction;

bool IsComparison(BinaryFunction function) {
  return function >= BinaryFunction::kLess && function <= BinaryFunction::kNotEqual;
}

bool IsNarrow(ElementType type) {
  return type == ElementType::kUint8 || type == ElementType::kInt8 || type == ElementType::kUint16 ||
         type == ElementType::kInt16 || type == ElementType::kUint32 || type == ElementType::kUint64;
}

bool IsArithmetic(BinaryFunction function) { return function <= BinaryFunction::kFloorDivide; }

std::optional<double> Computed(BinaryFunction function, double a, double b) {
  using enum BinaryFunction;
  switch (function) {
    case kAdd: return a + b;
    case kSubtract: return a - b;
    case kMultiply: return a * b;
    case kDivide: return a / b;
    case kPower: return std::pow(a, b);
    case kModulo: {
      const double rest = std::fmod(a, b);
      return rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest;
    }
    case kMin: return a < b || std::isnan(a) ? a : b;
    case kMax: return a > b || std::isnan(a) ? a : b;
    case kLess: return a < b ? 1 : 0;
    case kLessEqual: return a <= b ? 1 : 0;
    case kGreater: return a > b ? 1 : 0;
    case kGreaterEqual: return a >= b ? 1 : 0;
    case kEqual: return a == b ? 1 : 0;
    case kNotEqual: return a != b ? 1 : 0;
    case kAnd: return a != 0 && b != 0 ? 1 : 0;
    case kOr: return a != 0 || b != 0 ? 1 : 0;
    default: return std::nullopt;
  }
}

std::optional<double> Computed(UnaryFunction function, double x) {
  using enum UnaryFunction;
  switch (function) {
    case kNegate: return -x;
    case kAbs: return std::fabs(x);
    case kSign: return x > 0 ? 1 : x < 0 ? -1 : x;
    case kFloor: return std::floor(x);
    case kCeil: return std::ceil(x);
    case kRound: return std::nearbyint(x);
    case kSqrt: return std::sqrt(x);
    case kReciprocal: return 1 / x;
    case kExp: return std::exp(x);
    case kLog: return std::log(x);
    case kTanh: return std::tanh(x);
    case kLogistic: return 1 / (1 + std::exp(-x));
    case kRelu: return x < 0 ? 0 : x;
    default: return std::nullopt;
  }
}

// With the number of rows as one operand: what can be said whatever that number is.
std::optional<double> ComputedWithRows(BinaryFunction function, double a, double b) {
  using enum BinaryFunction;
  const double known = std::isnan(a) ? b : a;
  if (std::isnan(known)) return function == kEqual ? std::optional<double>(1) : std::nullopt;
  if ((function == kMultiply && known == 1) || (function == kAdd && known == 0)) return op::kNaN;
  if (std::isnan(a) && ((function == kDivide && b == 1) || (function == kSubtract && b == 0))) return op::kNaN;
  if (known < 0 && function == kEqual) return 0;
  if (known < 0 && function == kNotEqual) return 1;
  if (known <= 1 && function == kMax) return op::kNaN;
  return std::nullopt;
}

Result<Tensor> Fold(BinaryFunction function, ElementType type, const Tensor& a, const Tensor& b) {
  if (a.is_text()) return Unsupported("constant texts compared with each other");
  SCOREWAY_ASSIGN_OR_RETURN(const Dims dims, BroadcastDims(a, b));
  const std::vector<uint32_t> from_a = StretchMap(a.dims, dims);
  const std::vector<uint32_t> from_b = StretchMap(b.dims, dims);
  const bool integers = !a.is_real();
  std::vector<double> numbers;
  for (size_t i = 0; i < from_a.size(); ++i) {
    const double x = a.numbers()[from_a[i]];
    const double y = b.numbers()[from_b[i]];
    const bool rows = integers && (std::isnan(x) || std::isnan(y));
    std::optional<double> number = rows ? ComputedWithRows(function, x, y) : Computed(function, x, y);
    if (!number.has_value()) return Unsupported(rows ? "arithmetic with the number of rows" : "this of constants");
    const bool divides = function == BinaryFunction::kDivide || function == BinaryFunction::kModulo;
    if (integers && !rows && divides) {
      if (y == 0) return Error{Code::kCorrupt, "a division of integers by 0", {}};
      number = std::trunc(*number);
    }
    numbers.push_back(type == ElementType::kFloat ? static_cast<float>(*number) : *number);
  }
  return ConstantTensor(type, dims, std::move(numbers));
}

double Single(const Tensor& tensor) { return tensor.numbers()[0]; }

// A constant operand as the parameters of an Affine, which is one pass less than a Constant and a Binary.
std::optional<op::Affine> AffineWith(BinaryFunction function, const std::vector<double>& constant) {
  op::Affine affine;
  switch (function) {
    case BinaryFunction::kAdd:
      affine.form = op::Affine::Form::kMultiplyAdd;
      affine.offset = constant;
      return affine;
    case BinaryFunction::kMultiply:
      affine.form = op::Affine::Form::kMultiplyAdd;
      affine.factor = constant;
      return affine;
    case BinaryFunction::kSubtract:
      affine.form = op::Affine::Form::kSubtractDivide;
      affine.offset = constant;
      return affine;
    case BinaryFunction::kDivide:
      affine.form = op::Affine::Form::kSubtractDivide;
      affine.factor = constant;
      return affine;
    default: return std::nullopt;
  }
}

Result<ValueId> CombineRows(Context& context, BinaryFunction function, const Tensor& a, const Tensor& b,
                            const Dims& dims) {
  const bool swap = b.rows && !a.rows && (function == BinaryFunction::kAdd || function == BinaryFunction::kMultiply);
  const Tensor& left = swap ? b : a;
  const Tensor& right = swap ? a : b;
  const auto width = static_cast<size_t>(-ElementCount(dims));
  SCOREWAY_ASSIGN_OR_RETURN(ValueId x, context.Stretched(left, dims));
  if (!right.rows && !right.is_text() && context.builder().shape(x).width == width) {
    std::vector<double> constant;
    for (const uint32_t i : ConstantMap(right, dims)) constant.push_back(right.numbers()[i]);
    if (std::optional<op::Affine> affine = AffineWith(function, constant); affine.has_value()) {
      return context.Add(std::move(*affine), {x});
    }
  }
  SCOREWAY_ASSIGN_OR_RETURN(ValueId y, context.Stretched(right, dims));
  // Texts are compared column by column.
  if (left.is_text()) {
    for (ValueId* side : {&x, &y}) {
      if (context.builder().shape(*side).width == width) continue;
      SCOREWAY_ASSIGN_OR_RETURN(*side, context.Select(*side, std::vector<uint32_t>(width, 0)));
    }
  }
  return context.Binary(function, x, y);
}

// Before version 7 the second input was laid along the first from `axis` on, if `broadcast` said so.
Tensor LaidAlong(const Node& node, const Tensor& b) {
  Tensor laid = b;
  const int64_t axis = node.Integer("axis", -1);
  if (node.version() >= 7 || node.Integer("broadcast", 0) == 0 || axis < 0 || b.rows) return laid;
  const auto rank = static_cast<int64_t>(node.input(0).rank());
  while (static_cast<int64_t>(laid.dims.size()) < rank - axis) laid.dims.push_back(1);
  return laid;
}

Result<Outputs> LowerBinary(Context& context, const Node& node, BinaryFunction function) {
  SCOREWAY_RETURN_IF_ERROR(node.WantInputs(2));
  SCOREWAY_ASSIGN_OR_RETURN(Tensor out, Combine(context, function, node.input(0), LaidAlong(node, node.input(1))));
  return Outputs{std::move(out)};
}

Result<Tensor> CombineAll(Context& context, const Node& node, BinaryFunction function) {
  SCOREWAY_RETURN_IF_ERROR(node.WantInputs(std::max<size_t>(node.input_count(), 1)));
  Tensor all = node.input(0);
  for (size_t i = 1; i < node.input_count(); ++i) {
    SCOREWAY_ASSIGN_OR_RETURN(all, Combine(context, function, all, node.input(i)));
  }
  return all;
}

Result<Outputs> LowerMany(Context& context, const Node& node, BinaryFunction function) {
  SCOREWAY_ASSIGN_OR_RETURN(Tensor all, CombineAll(context, node, function));
  return Outputs{std::move(all)};
}

}  // namespace

Result<Tensor> Combine(Context& context, BinaryFunction function, const Tensor& a, const Tensor& b) {
  if (a.is_text() != b.is_text()) return Error{Code::kCorrupt, "texts meet numbers", {}};
  if (a.is_text() && function != BinaryFunction::kEqual && function != BinaryFunction::kNotEqual) {
    return Error{Code::kCorrupt, "arithmetic with texts", {}};
  }
  const bool truth = IsComparison(function) || function == BinaryFunction::kAnd || function == BinaryFunction::kOr;
  const ElementType type = truth ? ElementType::kBool : a.type;
  if (!truth && IsNarrow(a.type) && IsArithmetic(function)) {
    return Unsupported("arithmetic in " + ElementTypeName(a.type));
  }
  if (!a.rows && !b.rows) return Fold(function, type, a, b);
  SCOREWAY_ASSIGN_OR_RETURN(const Dims dims, BroadcastDims(a, b));
  SCOREWAY_ASSIGN_OR_RETURN(ValueId value, CombineRows(context, function, a, b, dims));
  if (function == BinaryFunction::kDivide && !a.is_real()) {
    SCOREWAY_ASSIGN_OR_RETURN(value, context.Unary(UnaryFunction::kTruncate, value));
  }
  const bool exact = function == BinaryFunction::kMin || function == BinaryFunction::kMax;
  if (!truth && !exact) {
    SCOREWAY_ASSIGN_OR_RETURN(value, context.Round(type, value));
  }
  return Context::Rows(type, dims, value);
}

Result<Tensor> Map(Context& context, UnaryFunction function, const Tensor& in) {
  if (in.is_text()) return Error{Code::kCorrupt, "texts where numbers belong", {}};
  if (IsNarrow(in.type)) return Unsupported("arithmetic in " + ElementTypeName(in.type));
  if (!in.rows) {
    std::vector<double> numbers;
    for (const double x : in.numbers()) {
      const std::optional<double> number = Computed(function, x);
      if (!number.has_value()) return Unsupported("of a constant");
      if (!in.is_real() && std::isnan(x)) return Unsupported("arithmetic with the number of rows");
      numbers.push_back(in.is_float() ? static_cast<float>(*number) : *number);
    }
    return ConstantTensor(in.type, in.dims, std::move(numbers));
  }
  SCOREWAY_ASSIGN_OR_RETURN(ValueId value, context.Unary(function, in.value));
  SCOREWAY_ASSIGN_OR_RETURN(value, context.Round(in.type, value));
  return Context::Rows(in.type, in.dims, value);
}

Result<Tensor> Repeated(Context& context, const Tensor& in, size_t row_axis) {
  if (in.rows) return in;
  if (in.rank() <= row_axis || in.dims[row_axis] != 1) return Unsupported("a constant where rows belong");
  Dims dims = in.dims;
  dims[row_axis] = Tensor::kRowsDim;
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId value, context.Columns(in));
  return Context::Rows(in.type, std::move(dims), value);
}

// ---- casts ---------------------------------------------------------------------------------------------------------

namespace {

Result<Tensor> CastConstant(const Tensor& in, ElementType type) {
  Tensor out = in;
  out.type = type;
  if (in.type == type) return out;
  if (in.is_text() || type == ElementType::kString) return Unsupported("a cast between constant texts and numbers");
  std::vector<double> numbers = in.numbers();
  for (double& number : numbers) {
    if (type == ElementType::kFloat) {
      number = static_cast<float>(number);
    } else if (type == ElementType::kBool) {
      number = number != 0 ? 1 : 0;
    } else if (type != ElementType::kDouble) {
      if (in.is_real() && std::isnan(number)) return Unsupported("a cast of NaN to an integer");
      number = std::trunc(number);
    }
  }
  return ConstantTensor(type, in.dims, std::move(numbers));
}

Result<ValueId> CastRows(Context& context, const Tensor& in, ElementType type) {
  if (in.type == type) return in.value;
  if (type == ElementType::kString) {
    if (in.is_real() || in.type == ElementType::kBool) {
      return Unsupported("a cast of " + ElementTypeName(in.type) + " to text");
    }
    return context.Add(op::NumberToText{.integer = true}, {in.value});
  }
  ValueId value = in.value;
  if (in.is_text()) {
    SCOREWAY_ASSIGN_OR_RETURN(value, context.Add(op::TextUnary{.function = op::TextFunction::kToNumber}, {value}));
  }
  switch (type) {
    case ElementType::kFloat: return context.Unary(UnaryFunction::kFloat32, value);
    case ElementType::kDouble: return value;
    case ElementType::kBool: {
      SCOREWAY_ASSIGN_OR_RETURN(const ValueId zero, context.ConstantNumbers({0}));
      return context.Binary(BinaryFunction::kNotEqual, value, zero);
    }
    case ElementType::kInt64:
    case ElementType::kInt32:
      if (in.type == ElementType::kInt64 || in.type == ElementType::kInt32 || in.type == ElementType::kBool) {
        return value;
      }
      return context.Unary(UnaryFunction::kTruncate, value);
    default: return Unsupported("a cast to " + ElementTypeName(type));
  }
}

}  // namespace

Result<Tensor> CastTo(Context& context, const Tensor& in, ElementType type) {
  if (!in.rows) return CastConstant(in, type);
  Tensor out = in;
  out.type = type;
  SCOREWAY_ASSIGN_OR_RETURN(out.value, CastRows(context, in, type));
  return out;
}

// ---- nodes ---------------------------------------------------------------------------------------------------------

Result<Outputs> LowerAdd(Context& context, const Node& node) {
  return LowerBinary(context, node, BinaryFunction::kAdd);
}
Result<Outputs> LowerSub(Context& context, const Node& node) {
  return LowerBinary(context, node, BinaryFunction::kSubtract);
}
Result<Outputs> LowerMul(Context& context, const Node& node) {
  return LowerBinary(context, node, BinaryFunction::kMultiply);
}
Result<Outputs> LowerDiv(Context& context, const Node& node) {
  return LowerBinary(context, node, BinaryFunction::kDivide);
}

// The exponent may be of another type than the base, whose type the result has.
Result<Outputs> LowerPow(Context& context, const Node& node) {
  SCOREWAY_RETURN_IF_ERROR(node.WantInputs(2));
  const Tensor& base = node.input(0);
  const Tensor exponent = LaidAlong(node, node.input(1));
  if (!base.is_real()) return Unsupported("a power of integers");
  if (!exponent.rows && !exponent.is_text() && exponent.numbers().size() == 1) {
    const double power = Single(exponent);
    if (power == 2 || power == 0.5) {
      if (base.rows) {
        SCOREWAY_ASSIGN_OR_RETURN(Tensor out,
                                  Map(context, power == 2 ? UnaryFunction::kSquare : UnaryFunction::kSqrt, base));
        return Outputs{std::move(out)};
      }
    }
  }
  SCOREWAY_ASSIGN_OR_RETURN(Tensor out, Combine(context, BinaryFunction::kPower, base, exponent));
  return Outputs{std::move(out)};
}

Result<Outputs> LowerMod(Context& context, const Node& node) {
  if (node.Integer("fmod", 0) != 0) return Unsupported("fmod");
  return LowerBinary(context, node, BinaryFunction::kModulo);
}

Result<Outputs> LowerMin(Context& context, const Node& node) { return LowerMany(context, node, BinaryFunction::kMin); }
Result<Outputs> LowerMax(Context& context, const Node& node) { return LowerMany(context, node, BinaryFunction::kMax); }
Result<Outputs> LowerSum(Context& context, const Node& node) { return LowerMany(context, node, BinaryFunction::kAdd); }

Result<Outputs> LowerMean(Context& context, const Node& node) {
  SCOREWAY_ASSIGN_OR_RETURN(const Tensor sum, CombineAll(context, node, BinaryFunction::kAdd));
  const Tensor count = ConstantTensor(sum.type, {}, {static_cast<double>(node.input_count())});
  SCOREWAY_ASSIGN_OR_RETURN(Tensor mean, Combine(context, BinaryFunction::kDivide, sum, count));
  return Outputs{std::move(mean)};
}

Result<Outputs> LowerEqual(Context& context, const Node& node) {
  return LowerBinary(context, node, BinaryFunction::kEqual);
}
Result<Outputs> LowerLess(Context& context, const Node& node) {
  return LowerBinary(context, node, BinaryFunction::kLess);
}
Result<Outputs> LowerLessOrEqual(Context& context, const Node& node) {
  return LowerBinary(context, node, BinaryFunction::kLessEqual);
}
Result<Outputs> LowerGreater(Context& context, const Node& node) {
  return LowerBinary(context, node, BinaryFunction::kGreater);
}
Result<Outputs> LowerGreaterOrEqual(Context& context, const Node& node) {
  return LowerBinary(context, node, BinaryFunction::kGreaterEqual);
}
Result<Outputs> LowerAnd(Context& context, const Node& node) {
  return LowerBinary(context, node, BinaryFunction::kAnd);
}
Result<Outputs> LowerOr(Context& context, const Node& node) { return LowerBinary(context, node, BinaryFunction::kOr); }
Result<Outputs> LowerXor(Context& context, const Node& node) {
  return LowerBinary(context, node, BinaryFunction::kNotEqual);
}

Result<Outputs> LowerWhere(Context& context, const Node& node) {
  SCOREWAY_RETURN_IF_ERROR(node.WantInputs(3));
  const Tensor& condition = node.input(0);
  const Tensor& a = node.input(1);
  const Tensor& b = node.input(2);
  if (a.is_text() != b.is_text() || condition.is_text()) return Error{Code::kCorrupt, "texts meet numbers", {}};
  Tensor both;
  SCOREWAY_ASSIGN_OR_RETURN(both.dims, BroadcastDims(a, b));
  both.rows = a.rows || b.rows;
  SCOREWAY_ASSIGN_OR_RETURN(const Dims dims, BroadcastDims(condition, both));
  if (!condition.rows && !both.rows) {
    if (a.is_text()) return Unsupported("a choice of constant texts");
    const std::vector<uint32_t> from_condition = StretchMap(condition.dims, dims);
    const std::vector<uint32_t> from_a = StretchMap(a.dims, dims);
    const std::vector<uint32_t> from_b = StretchMap(b.dims, dims);
    std::vector<double> numbers;
    for (size_t i = 0; i < from_a.size(); ++i) {
      numbers.push_back(condition.numbers()[from_condition[i]] != 0 ? a.numbers()[from_a[i]] : b.numbers()[from_b[i]]);
    }
    return Outputs{ConstantTensor(a.type, dims, std::move(numbers))};
  }
  const auto width = static_cast<size_t>(-ElementCount(dims));
  std::vector<ValueId> inputs;
  for (const Tensor* tensor : {&condition, &a, &b}) {
    SCOREWAY_ASSIGN_OR_RETURN(ValueId value, context.Stretched(*tensor, dims));
    if (tensor != &condition && context.builder().shape(value).width != width) {
      SCOREWAY_ASSIGN_OR_RETURN(value, context.Select(value, std::vector<uint32_t>(width, 0)));
    }
    inputs.push_back(value);
  }
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId value, context.Add(op::Where{}, std::move(inputs)));
  return Outputs{Context::Rows(a.type, dims, value)};
}

Result<Outputs> LowerCast(Context& context, const Node& node) {
  SCOREWAY_RETURN_IF_ERROR(node.WantInputs(1));
  ElementType type = static_cast<ElementType>(node.Integer("to", 0));
  if (node.version() < 6) {
    const std::string_view name = node.Text("to", "");
    type = name == "FLOAT"    ? ElementType::kFloat
           : name == "DOUBLE" ? ElementType::kDouble
           : name == "INT64"  ? ElementType::kInt64
           : name == "INT32"  ? ElementType::kInt32
           : name == "BOOL"   ? ElementType::kBool
           : name == "STRING" ? ElementType::kString
                              : ElementType::kUndefined;
  }
  SCOREWAY_ASSIGN_OR_RETURN(Tensor out, CastTo(context, node.input(0), type));
  return Outputs{std::move(out)};
}

Result<Outputs> LowerCastLike(Context& context, const Node& node) {
  SCOREWAY_RETURN_IF_ERROR(node.WantInputs(2));
  SCOREWAY_ASSIGN_OR_RETURN(Tensor out, CastTo(context, node.input(0), node.input(1).type));
  return Outputs{std::move(out)};
}

Result<Outputs> LowerIdentity(Context&, const Node& node) {
  SCOREWAY_RETURN_IF_ERROR(node.WantInputs(1));
  return Outputs{node.input(0)};
}

Result<Outputs> LowerDropout(Context&, const Node& node) {
  SCOREWAY_RETURN_IF_ERROR(node.WantInputs(1));
  const bool training =
      node.has_input(2) && !(!node.input(2).rows && node.input(2).numbers() == std::vector<double>{0});
  if (training || (node.output_count() > 1 && !node.proto().outputs[1].empty())) {
    return Unsupported("dropout in training");
  }
  return Outputs{node.input(0)};
}

}  // namespace scoreway::onnx
