// Functions of numbers.

#include <array>
#include <numbers>

#include "importers/pmml/functions.h"

namespace scoreway::pmml {
namespace {

using Arguments = std::vector<Cell>;
using op::BinaryFunction;
using op::UnaryFunction;

// Computed in float64 and then rounded to the type, as JPMML does.
Result<Cell> Rounded(Emit& emit, ValueId value, DataType type, const Arguments& arguments) {
  if (type == DataType::kFloat) {
    SCOREWAY_ASSIGN_OR_RETURN(value, emit.Unary(UnaryFunction::kFloat32, value));
  }
  return NumberCell(value, type, arguments);
}

Result<Cell> BinaryOf(Emit& emit, BinaryFunction function, const Arguments& arguments, DataType type) {
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId a, emit.AsNumber(arguments[0]));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId b, emit.AsNumber(arguments[1]));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId value, emit.Binary(function, a, b));
  return Rounded(emit, value, type, arguments);
}

DataType CommonOf(const Arguments& arguments) { return CommonNumber(arguments[0].type, arguments[1].type); }

Result<Cell> Arithmetic(Emit& emit, const Function& function, const Arguments& arguments) {
  const DataType type = CommonOf(arguments);
  switch (function.name[0]) {
    case '+': return BinaryOf(emit, BinaryFunction::kAdd, arguments, type);
    case '-': return BinaryOf(emit, BinaryFunction::kSubtract, arguments, type);
    default: return BinaryOf(emit, BinaryFunction::kMultiply, arguments, type);
  }
}

// Of two integers the quotient is one, too, rounded towards zero; without one where the divisor is 0.
Result<Cell> Divide(Emit& emit, const Function&, const Arguments& arguments) {
  const DataType type = CommonOf(arguments);
  SCOREWAY_ASSIGN_OR_RETURN(Cell quotient, BinaryOf(emit, BinaryFunction::kDivide, arguments, type));
  if (type != DataType::kInteger) return quotient;
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId whole, emit.Unary(UnaryFunction::kTruncate, quotient.value));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId divisor, emit.AsNumber(arguments[1]));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId none, emit.Number(op::kNaN));
  SCOREWAY_ASSIGN_OR_RETURN(quotient.value, emit.Where(divisor, whole, none));
  quotient.maybe_missing = true;
  return quotient;
}

Result<Cell> Modulo(Emit& emit, const Function&, const Arguments& arguments) {
  return BinaryOf(emit, BinaryFunction::kModulo, arguments, CommonOf(arguments));
}

Result<Cell> Power(Emit& emit, const Function&, const Arguments& arguments) {
  return BinaryOf(emit, BinaryFunction::kPower, arguments, CommonOf(arguments));
}

// 1 where the first is greater.
Result<Cell> ThresholdOf(Emit& emit, const Function&, const Arguments& arguments) {
  return BinaryOf(emit, BinaryFunction::kGreater, arguments, CommonOf(arguments));
}

Result<Cell> DoubleOfTwo(Emit& emit, const Function& function, const Arguments& arguments) {
  const BinaryFunction binary = function.name == "atan2" ? BinaryFunction::kAtan2 : BinaryFunction::kHypot;
  return BinaryOf(emit, binary, arguments, DataType::kDouble);
}

struct NamedUnary {
  std::string_view name;
  UnaryFunction function;
};
constexpr std::array kDoubleFunctions = {
    NamedUnary{"log10", UnaryFunction::kLog10}, NamedUnary{"ln", UnaryFunction::kLog},
    NamedUnary{"ln1p", UnaryFunction::kLog1p},  NamedUnary{"exp", UnaryFunction::kExp},
    NamedUnary{"expm1", UnaryFunction::kExpm1}, NamedUnary{"sqrt", UnaryFunction::kSqrt},
    NamedUnary{"sin", UnaryFunction::kSin},     NamedUnary{"cos", UnaryFunction::kCos},
    NamedUnary{"tan", UnaryFunction::kTan},     NamedUnary{"asin", UnaryFunction::kAsin},
    NamedUnary{"acos", UnaryFunction::kAcos},   NamedUnary{"atan", UnaryFunction::kAtan},
    NamedUnary{"sinh", UnaryFunction::kSinh},   NamedUnary{"cosh", UnaryFunction::kCosh},
    NamedUnary{"tanh", UnaryFunction::kTanh},
};

Result<Cell> DoubleOfOne(Emit& emit, const Function& function, const Arguments& arguments) {
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId x, emit.AsNumber(arguments[0]));
  for (const NamedUnary& entry : kDoubleFunctions) {
    if (entry.name != function.name) continue;
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId value, emit.Unary(entry.function, x));
    return NumberCell(value, DataType::kDouble, arguments);
  }
  return Context::Corrupt(emit.at(), "function is not known");
}

Result<Cell> SameTypeOfOne(Emit& emit, const Function& function, const Arguments& arguments) {
  const UnaryFunction unary = function.name == "abs" ? UnaryFunction::kAbs : UnaryFunction::kRound;
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId x, emit.AsNumber(arguments[0]));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId value, emit.Unary(unary, x));
  return NumberCell(value, CommonNumber(arguments[0].type, arguments[0].type), arguments);
}

Result<Cell> RoundToInteger(Emit& emit, const Function& function, const Arguments& arguments) {
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId x, emit.AsNumber(arguments[0]));
  if (function.name == "ceil") {
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId value, emit.Unary(UnaryFunction::kCeil, x));
    return NumberCell(value, DataType::kInteger, arguments);
  }
  SCOREWAY_ASSIGN_OR_RETURN(ValueId value, emit.Unary(UnaryFunction::kFloor, x));
  if (function.name == "round") {  // halves upwards
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId fraction, emit.Binary(BinaryFunction::kSubtract, x, value));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId half, emit.Number(0.5));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId up, emit.Binary(BinaryFunction::kGreaterEqual, fraction, half));
    SCOREWAY_ASSIGN_OR_RETURN(value, emit.Binary(BinaryFunction::kAdd, value, up));
  }
  return NumberCell(value, DataType::kInteger, arguments);
}

struct NamedAggregate {
  std::string_view name;
  op::RowAggregate function;
};
constexpr std::array kAggregates = {
    NamedAggregate{"min", op::RowAggregate::kMin},         NamedAggregate{"max", op::RowAggregate::kMax},
    NamedAggregate{"avg", op::RowAggregate::kMean},        NamedAggregate{"sum", op::RowAggregate::kSum},
    NamedAggregate{"product", op::RowAggregate::kProduct}, NamedAggregate{"median", op::RowAggregate::kMedian},
};

// Of the arguments that are there.
Result<Cell> Aggregate(Emit& emit, const Function& function, const Arguments& arguments) {
  DataType type = CommonNumber(arguments[0].type, arguments[0].type);
  std::vector<ValueId> values;
  for (const Cell& argument : arguments) {
    type = CommonNumber(type, argument.type);
    SCOREWAY_ASSIGN_OR_RETURN(values.emplace_back(), emit.AsNumber(argument));
  }
  if ((function.name == "avg" || function.name == "median") && type == DataType::kInteger) type = DataType::kDouble;
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId row, emit.Concat(std::move(values)));
  for (const NamedAggregate& entry : kAggregates) {
    if (entry.name != function.name) continue;
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId value, emit.Add(op::AggregateRow{entry.function, true}, {row}));
    return Rounded(emit, value, type, arguments);
  }
  return Context::Corrupt(emit.at(), "function is not known");
}

// (x - mu) / sigma of normalCDF(x, mu, sigma) and its like.
Result<ValueId> Standardize(Emit& emit, const Arguments& arguments) {
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId x, emit.AsNumber(arguments[0]));
  if (arguments.size() == 1) return x;
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId mu, emit.AsNumber(arguments[1]));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId sigma, emit.AsNumber(arguments[2]));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId distance, emit.Binary(BinaryFunction::kSubtract, x, mu));
  return emit.Binary(BinaryFunction::kDivide, distance, sigma);
}

Result<Cell> NormalCdf(Emit& emit, const Function&, const Arguments& arguments) {
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId z, Standardize(emit, arguments));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId value, emit.Unary(UnaryFunction::kNormalCdf, z));
  return NumberCell(value, DataType::kDouble, arguments);
}

// exp(-z^2 / 2) / (sigma sqrt(2 pi))
Result<Cell> NormalPdf(Emit& emit, const Function&, const Arguments& arguments) {
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId z, Standardize(emit, arguments));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId square, emit.Unary(UnaryFunction::kSquare, z));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId half, emit.Number(-0.5));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId exponent, emit.Binary(BinaryFunction::kMultiply, square, half));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId power, emit.Unary(UnaryFunction::kExp, exponent));
  SCOREWAY_ASSIGN_OR_RETURN(ValueId scale, emit.Number(std::numbers::inv_sqrtpi / std::numbers::sqrt2));
  if (arguments.size() == 3) {
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId sigma, emit.AsNumber(arguments[2]));
    SCOREWAY_ASSIGN_OR_RETURN(scale, emit.Binary(BinaryFunction::kDivide, scale, sigma));
  }
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId value, emit.Binary(BinaryFunction::kMultiply, power, scale));
  return NumberCell(value, DataType::kDouble, arguments);
}

// The x that normalCDF takes to the number: mu + sigma z.
Result<Cell> NormalQuantile(Emit& emit, const Function&, const Arguments& arguments) {
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId p, emit.AsNumber(arguments[0]));
  SCOREWAY_ASSIGN_OR_RETURN(ValueId x, emit.Unary(UnaryFunction::kNormalQuantile, p));
  if (arguments.size() == 3) {
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId mu, emit.AsNumber(arguments[1]));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId sigma, emit.AsNumber(arguments[2]));
    SCOREWAY_ASSIGN_OR_RETURN(x, emit.Binary(BinaryFunction::kMultiply, x, sigma));
    SCOREWAY_ASSIGN_OR_RETURN(x, emit.Binary(BinaryFunction::kAdd, x, mu));
  }
  return NumberCell(x, DataType::kDouble, arguments);
}

// erf(x) = 2 Phi(x sqrt 2) - 1
Result<Cell> Erf(Emit& emit, const Function&, const Arguments& arguments) {
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId x, emit.AsNumber(arguments[0]));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId root, emit.Number(std::numbers::sqrt2));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId scaled, emit.Binary(BinaryFunction::kMultiply, x, root));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId phi, emit.Unary(UnaryFunction::kNormalCdf, scaled));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId twice, emit.Binary(BinaryFunction::kAdd, phi, phi));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId one, emit.Number(1));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId value, emit.Binary(BinaryFunction::kSubtract, twice, one));
  return NumberCell(value, DataType::kDouble, arguments);
}

constexpr std::array kFunctions = {
    Function{"+", 2, 2, Arithmetic},
    Function{"-", 2, 2, Arithmetic},
    Function{"*", 2, 2, Arithmetic},
    Function{"/", 2, 2, Divide},
    Function{"modulo", 2, 2, Modulo},
    Function{"pow", 2, 2, Power},
    Function{"threshold", 2, 2, ThresholdOf},
    Function{"atan2", 2, 2, DoubleOfTwo},
    Function{"hypot", 2, 2, DoubleOfTwo},
    Function{"log10", 1, 1, DoubleOfOne},
    Function{"ln", 1, 1, DoubleOfOne},
    Function{"ln1p", 1, 1, DoubleOfOne},
    Function{"exp", 1, 1, DoubleOfOne},
    Function{"expm1", 1, 1, DoubleOfOne},
    Function{"sqrt", 1, 1, DoubleOfOne},
    Function{"sin", 1, 1, DoubleOfOne},
    Function{"cos", 1, 1, DoubleOfOne},
    Function{"tan", 1, 1, DoubleOfOne},
    Function{"asin", 1, 1, DoubleOfOne},
    Function{"acos", 1, 1, DoubleOfOne},
    Function{"atan", 1, 1, DoubleOfOne},
    Function{"sinh", 1, 1, DoubleOfOne},
    Function{"cosh", 1, 1, DoubleOfOne},
    Function{"tanh", 1, 1, DoubleOfOne},
    Function{"abs", 1, 1, SameTypeOfOne},
    Function{"rint", 1, 1, SameTypeOfOne},
    Function{"floor", 1, 1, RoundToInteger},
    Function{"ceil", 1, 1, RoundToInteger},
    Function{"round", 1, 1, RoundToInteger},
    Function{"min", 1, kAnyNumber, Aggregate},
    Function{"max", 1, kAnyNumber, Aggregate},
    Function{"avg", 1, kAnyNumber, Aggregate},
    Function{"sum", 1, kAnyNumber, Aggregate},
    Function{"product", 1, kAnyNumber, Aggregate},
    Function{"median", 1, kAnyNumber, Aggregate},
    Function{"normalCDF", 3, 3, NormalCdf},
    Function{"stdNormalCDF", 1, 1, NormalCdf},
    Function{"normalPDF", 3, 3, NormalPdf},
    Function{"stdNormalPDF", 1, 1, NormalPdf},
    Function{"normalIDF", 3, 3, NormalQuantile},
    Function{"stdNormalIDF", 1, 1, NormalQuantile},
    Function{"erf", 1, 1, Erf},
};

}  // namespace

std::span<const Function> ArithmeticFunctions() { return kFunctions; }

Cell NumberCell(ValueId value, DataType type, const std::vector<Cell>& arguments) {
  Cell cell;
  cell.value = value;
  cell.type = type;
  cell.op_type = DefaultOpType(type);
  cell.maybe_missing = false;
  for (const Cell& argument : arguments) cell.maybe_missing |= argument.maybe_missing;
  // Roots and logarithms of what has none are missing, too.
  if (type == DataType::kDouble || type == DataType::kFloat) cell.maybe_missing = true;
  return cell;
}

DataType CommonNumber(DataType a, DataType b) {
  const auto as_number = [](DataType type) {
    if (type == DataType::kBoolean) return DataType::kInteger;
    return IsText(type) ? DataType::kDouble : type;
  };
  a = as_number(a);
  b = as_number(b);
  if (a == DataType::kDouble || b == DataType::kDouble) return DataType::kDouble;
  return a == DataType::kFloat || b == DataType::kFloat ? DataType::kFloat : DataType::kInteger;
}

}  // namespace scoreway::pmml
