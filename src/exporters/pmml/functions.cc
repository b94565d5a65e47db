// Unary, Binary and Where of model/operators/derived.h.

#include <numbers>

#include "exporters/pmml/lower.h"

namespace scoreway::pmml_export {
namespace {

Expression Negated(const Expression& x) { return Apply("-", {Number(0), x}); }
Expression Quotient(const Expression& a, const Expression& b) { return Apply("/", {a, b}); }
Expression Product(const Expression& a, const Expression& b) { return Apply("*", {a, b}); }
Expression Total(const Expression& a, const Expression& b) { return Apply("+", {a, b}); }
Expression IsNegative(const Expression& x) { return Apply("lessThan", {x, Number(0)}); }

Expression SignOf(const Expression& x) {
  const Expression below = If(IsNegative(x), Number(-1), Number(0));
  return If(Apply("greaterThan", {x, Number(0)}), Number(1), below);
}

// An odd function, given for sizes only, of any number.
Expression Odd(const Expression& x, const Expression& of_size) { return If(IsNegative(x), Negated(of_size), of_size); }

// log(s + sqrt(s^2 + 1)) as log1p of what exceeds 1.
Expression Asinh(const Expression& x) {
  const Expression size = Apply("abs", {x});
  const Expression square = Product(size, size);
  const Expression root = Apply("sqrt", {Total(square, Number(1))});
  return Odd(x, Apply("ln1p", {Total(size, Quotient(square, Total(Number(1), root)))}));
}

Expression Acosh(const Expression& x) {
  const Expression above = Apply("-", {x, Number(1)});
  const Expression root = Apply("sqrt", {Total(Product(Number(2), above), Product(above, above))});
  return Apply("ln1p", {Total(above, root)});
}

Expression Atanh(const Expression& x) {
  const Expression ratio = Quotient(Product(Number(2), x), Apply("-", {Number(1), x}));
  return Product(Number(0.5), Apply("ln1p", {ratio}));
}

// The function of x; no text if there is none.
Expression Of(op::UnaryFunction function, const Expression& x) {
  using enum op::UnaryFunction;
  switch (function) {
    case kNegate: return Negated(x);
    case kAbs: return Apply("abs", {x});
    case kSign: return SignOf(x);
    case kFloor: return Apply("floor", {x});
    case kCeil: return Apply("ceil", {x});
    case kRound: return Apply("rint", {x});
    case kTruncate: return If(IsNegative(x), Apply("ceil", {x}), Apply("floor", {x}));
    case kSqrt: return Apply("sqrt", {x});
    case kSquare: return Product(x, x);
    case kReciprocal: return Quotient(Number(1), x);
    case kExp: return Apply("exp", {x});
    case kExpm1: return Apply("expm1", {x});
    case kLog: return Apply("ln", {x});
    case kLog1p: return Apply("ln1p", {x});
    case kLog2: return Quotient(Apply("ln", {x}), Number(std::numbers::ln2));
    case kLog10: return Apply("log10", {x});
    case kSin: return Apply("sin", {x});
    case kCos: return Apply("cos", {x});
    case kTan: return Apply("tan", {x});
    case kAsin: return Apply("asin", {x});
    case kAcos: return Apply("acos", {x});
    case kAtan: return Apply("atan", {x});
    case kSinh: return Apply("sinh", {x});
    case kCosh: return Apply("cosh", {x});
    case kTanh: return Apply("tanh", {x});
    case kAsinh: return Asinh(x);
    case kAcosh: return Acosh(x);
    case kAtanh: return Atanh(x);
    case kLogistic: return Quotient(Number(1), Total(Number(1), Apply("exp", {Negated(x)})));
    case kNot: return AsNumber(Apply("equal", {x, Number(0)}));
    case kNormalCdf: return Apply("stdNormalCDF", {x});
    case kNormalQuantile: return Apply("stdNormalIDF", {x});
    case kCloglogInverse: return Apply("-", {Number(1), Apply("exp", {Negated(Apply("exp", {x}))})});
    case kRelu: return If(IsNegative(x), Number(0), x);
    case kDegrees: return Product(x, Number(180 / std::numbers::pi));
    case kRadians: return Product(x, Number(std::numbers::pi / 180));
    case kExp2: return Apply("pow", {Number(2), x});
    case kCbrt: return Odd(x, Apply("pow", {Apply("abs", {x}), Number(1.0 / 3)}));
    case kIsMissing:
    case kIsPresent:
    case kLogisticFloat32:
    case kFloat32: break;
  }
  return {};
}

// Functions that make infinite numbers of ordinary ones.
bool IsUnbounded(op::UnaryFunction function) {
  using enum op::UnaryFunction;
  switch (function) {
    case kReciprocal:
    case kExp:
    case kExpm1:
    case kLog:
    case kLog1p:
    case kLog2:
    case kLog10:
    case kSinh:
    case kCosh:
    case kAtanh:
    case kExp2: return true;
    default: return false;
  }
}

bool CanMakeMissing(op::UnaryFunction function) {
  using enum op::UnaryFunction;
  switch (function) {
    case kSqrt:
    case kReciprocal:
    case kLog:
    case kLog1p:
    case kLog2:
    case kLog10:
    case kAsin:
    case kAcos:
    case kAcosh:
    case kAtanh: return true;
    default: return false;
  }
}

std::string_view ComparisonName(op::BinaryFunction function) {
  using enum op::BinaryFunction;
  switch (function) {
    case kLess: return "lessThan";
    case kLessEqual: return "lessOrEqual";
    case kGreater: return "greaterThan";
    case kGreaterEqual: return "greaterOrEqual";
    case kEqual: return "equal";
    case kNotEqual: return "notEqual";
    default: return "";
  }
}

// Functions that are missing where an operand is; no text if there is none.
Expression Of(op::BinaryFunction function, const Expression& a, const Expression& b) {
  using enum op::BinaryFunction;
  switch (function) {
    case kAdd: return Total(a, b);
    case kSubtract: return Apply("-", {a, b});
    case kMultiply: return Product(a, b);
    case kDivide: return Quotient(a, b);
    case kPower: return Apply("pow", {a, b});
    case kModulo: return Apply("modulo", {a, b});
    case kFloorDivide: return Apply("floor", {Quotient(a, b)});
    case kMin: return If(Apply("lessThan", {a, b}), a, b);
    case kMax: return If(Apply("greaterThan", {a, b}), a, b);
    case kHypot: return Apply("hypot", {a, b});
    default: return {};
  }
}

Expression IsNotZero(const Cell& cell) { return Apply("notEqual", {Ref(cell.field), Number(0)}); }

// The answer of kAnd or kOr to operands of which some may be missing.
Expression Logic(const op::Binary& op, const Cell& a, const Cell& b) {
  const bool is_and = op.function == op::BinaryFunction::kAnd;
  if (!op.missing_aware) {
    // A missing operand counts as true.
    return AsNumber(Apply(is_and ? "and" : "or", {Unless(a, True(), IsNotZero(a)), Unless(b, True(), IsNotZero(b))}));
  }
  // An operand decides if it is false, of kOr if it is true, whatever the other is.
  const Expression undecided = is_and ? Number(1) : Number(0), decided = is_and ? Number(0) : Number(1);
  const auto decides = [&](const Cell& cell) {
    const Expression truth = is_and ? Apply("equal", {Ref(cell.field), Number(0)}) : IsNotZero(cell);
    return cell.may_be_missing ? If(IsMissing(cell.field), Apply("not", {True()}), truth) : truth;
  };
  return If(Apply("or", {decides(a), decides(b)}), decided, Guarded(Cells{a, b}, undecided));
}

}  // namespace

void Lower(const op::Unary& op, Site& site) {
  using enum op::UnaryFunction;
  if (IsUnbounded(op.function)) site.set_unbounded();
  for (const Cell& cell : site.in()) {
    const Expression x = Ref(cell.field);
    if (op.function == kIsMissing || op.function == kIsPresent) {
      site.Give(AsNumber(op.function == kIsMissing ? IsMissing(cell.field) : IsPresent(cell.field)), false);
    } else if (op.function == kFloat32) {
      // A field of type float rounds what it is given.
      site.Give(Ref(site.Helper("float", x, "float")), cell.may_be_missing);
    } else {
      const Expression answer = Of(op.function, x);
      if (answer.xml.empty()) return site.Refuse("PMML has no such function");
      site.Give(Guarded(cell, answer), cell.may_be_missing || CanMakeMissing(op.function));
    }
  }
}

void Lower(const op::Binary& op, Site& site) {
  using enum op::BinaryFunction;
  const std::string_view comparison = ComparisonName(op.function);
  const bool logical = op.function == kAnd || op.function == kOr;
  for (uint32_t c = 0; c < site.output_shape().width; ++c) {
    const Cell& a = site.in(0, c);
    const Cell& b = site.in(1, c);
    const bool missing = a.may_be_missing || b.may_be_missing;
    if (logical) {
      site.Give(Logic(op, a, b), missing && op.missing_aware);
    } else if (!comparison.empty()) {
      const Expression truth = AsNumber(Apply(comparison, {Ref(a.field), Ref(b.field)}));
      const Expression unknown = op.missing_aware ? Missing() : Number(op.function == kNotEqual ? 1 : 0);
      site.Give(UnlessAny({a, b}, unknown, truth), missing && op.missing_aware);
    } else {
      const Expression answer = Of(op.function, Ref(a.field), Ref(b.field));
      if (answer.xml.empty()) return site.Refuse("PMML has no such function");
      const bool divides =
          op.function == kDivide || op.function == kPower || op.function == kModulo || op.function == kFloorDivide;
      if (divides) site.set_unbounded();
      site.Give(Guarded(Cells{a, b}, answer), missing || divides);
    }
  }
}

void Lower(const op::Where&, Site& site) {
  const bool text = site.output_shape().kind == ValueKind::kText;
  for (uint32_t c = 0; c < site.output_shape().width; ++c) {
    const Cell& condition = site.in(0, c);
    const Cell& a = site.in(1, c);
    const Cell& b = site.in(2, c);
    const Expression choice = Unless(condition, Ref(b.field), If(IsNotZero(condition), Ref(a.field), Ref(b.field)));
    const bool missing = a.may_be_missing || b.may_be_missing;
    text ? site.GiveText(choice, missing) : site.Give(choice, missing);
  }
}

}  // namespace scoreway::pmml_export
