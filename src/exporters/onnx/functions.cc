// Unary, Binary and Where of model/operators/derived.h.

#include <array>
#include <cmath>
#include <numbers>

#include "exporters/onnx/formulas.h"
#include "exporters/onnx/lower.h"

namespace scoreway::onnx_export {
namespace {

std::string Number(Graph& graph, double value) { return graph.Number(value); }

std::string Sinh(Graph& graph, const std::string& x) {
  const std::string grown = Expm1(graph, graph.Op("Abs", x));
  const std::string shrunk = graph.Op("Div", grown, graph.Op("Add", grown, Number(graph, 1)));
  // Beyond the range of exp grown / (grown + 1) is NaN where it should be 1.
  const std::string ratio = graph.Op("Where", graph.Op("IsNaN", shrunk), Number(graph, 1), shrunk);
  const std::string size = graph.Op("Mul", Number(graph, 0.5), graph.Op("Add", grown, ratio));
  return graph.Op("Where", graph.Op("Less", x, Number(graph, 0)), graph.Op("Neg", size), size);
}

std::string Cosh(Graph& graph, const std::string& x) {
  const std::string grown = graph.Op("Exp", graph.Op("Abs", x));
  return graph.Op("Mul", Number(graph, 0.5), graph.Op("Add", grown, graph.Op("Div", Number(graph, 1), grown)));
}

// log(s + sqrt(s^2 + 1)) of the size s, as log1p of what exceeds 1.
std::string Asinh(Graph& graph, const std::string& x) {
  const std::string one = Number(graph, 1);
  const std::string size = graph.Op("Abs", x);
  const std::string square = graph.Op("Mul", size, size);
  const std::string root = graph.Op("Sqrt", graph.Op("Add", square, one));
  const std::string near = Log1p(graph, graph.Op("Add", size, graph.Op("Div", square, graph.Op("Add", one, root))));
  const std::string far = graph.Op("Add", graph.Op("Log", size), Number(graph, std::numbers::ln2));
  const std::string all = graph.Op("Where", graph.Op("Less", size, Number(graph, 1e9)), near, far);
  return graph.Op("Where", graph.Op("Less", x, Number(graph, 0)), graph.Op("Neg", all), all);
}

std::string Acosh(Graph& graph, const std::string& x) {
  const std::string above = graph.Op("Sub", x, Number(graph, 1));
  const std::string root =
      graph.Op("Sqrt", graph.Op("Add", graph.Op("Mul", Number(graph, 2), above), graph.Op("Mul", above, above)));
  const std::string near = Log1p(graph, graph.Op("Add", above, root));
  const std::string far = graph.Op("Add", graph.Op("Log", x), Number(graph, std::numbers::ln2));
  return graph.Op("Where", graph.Op("Greater", x, Number(graph, 1e9)), far, near);
}

std::string Atanh(Graph& graph, const std::string& x) {
  const std::string ratio = graph.Op("Div", graph.Op("Mul", Number(graph, 2), x), graph.Op("Sub", Number(graph, 1), x));
  return graph.Op("Mul", Number(graph, 0.5), Log1p(graph, ratio));
}

std::string Logistic(Graph& graph, const std::string& x) {
  const std::string one = Number(graph, 1);
  return graph.Op("Div", one, graph.Op("Add", one, graph.Op("Exp", graph.Op("Neg", x))));
}

std::string LogisticFloat32(Graph& graph, const std::string& x) {
  const auto rounded = [&](const std::string& y) {
    return graph.Cast(graph.Cast(y, Element::kFloat), Element::kDouble);
  };
  const std::string one = Number(graph, 1);
  const std::string inverse = rounded(graph.Op("Exp", rounded(graph.Op("Neg", x))));
  return rounded(graph.Op("Div", one, rounded(graph.Op("Add", inverse, one))));
}

// x where it is NaN, else y.
std::string KeepMissing(Graph& graph, const std::string& x, const std::string& y) {
  return graph.Op("Where", graph.Op("IsNaN", x), x, y);
}

std::string Scaled(Graph& graph, const std::string& x, double factor) {
  return graph.Op("Mul", x, Number(graph, factor));
}

// The function of x; empty if there is none.
std::string Apply(Graph& graph, op::UnaryFunction function, const std::string& x) {
  using enum op::UnaryFunction;
  switch (function) {
    case kNegate: return graph.Op("Neg", x);
    case kAbs: return graph.Op("Abs", x);
    case kSign: return KeepMissing(graph, x, graph.Op("Sign", x));
    case kFloor: return graph.Op("Floor", x);
    case kCeil: return graph.Op("Ceil", x);
    case kRound: return graph.Op("Round", x);
    case kTruncate: return Truncate(graph, x);
    case kSqrt: return graph.Op("Sqrt", x);
    case kSquare: return graph.Op("Mul", x, x);
    case kReciprocal: return graph.Op("Div", Number(graph, 1), x);
    case kExp: return graph.Op("Exp", x);
    case kExpm1: return Expm1(graph, x);
    case kLog: return graph.Op("Log", x);
    case kLog1p: return Log1p(graph, x);
    case kLog2: return graph.Op("Div", graph.Op("Log", x), Number(graph, std::numbers::ln2));
    case kLog10: return graph.Op("Div", graph.Op("Log", x), Number(graph, std::numbers::ln10));
    case kSin: return graph.Op("Sin", x);
    case kCos: return graph.Op("Cos", x);
    case kTan: return graph.Op("Div", graph.Op("Sin", x), graph.Op("Cos", x));
    case kSinh: return Sinh(graph, x);
    case kCosh: return Cosh(graph, x);
    case kTanh: return graph.Op("Tanh", x);
    case kAsinh: return Asinh(graph, x);
    case kAcosh: return Acosh(graph, x);
    case kAtanh: return Atanh(graph, x);
    case kLogistic: return Logistic(graph, x);
    case kLogisticFloat32: return LogisticFloat32(graph, x);
    case kNot: return KeepMissing(graph, x, AsNumber(graph, graph.Op("Equal", x, Number(graph, 0))));
    case kIsMissing: return AsNumber(graph, graph.Op("IsNaN", x));
    case kIsPresent: return AsNumber(graph, graph.Op("Not", graph.Op("IsNaN", x)));
    case kFloat32: return graph.Cast(graph.Cast(x, Element::kFloat), Element::kDouble);
    case kCloglogInverse:
      return graph.Op("Sub", Number(graph, 1), graph.Op("Exp", graph.Op("Neg", graph.Op("Exp", x))));
    case kRelu: return AtLeast(graph, x, Number(graph, 0));
    case kDegrees: return Scaled(graph, x, 180 / std::numbers::pi);
    case kRadians: return Scaled(graph, x, std::numbers::pi / 180);
    case kExp2: return graph.Op("Pow", Number(graph, 2), x);
    case kCbrt: {
      const std::string root = graph.Op("Pow", graph.Op("Abs", x), Number(graph, 1.0 / 3));
      return KeepMissing(graph, x, graph.Op("Mul", graph.Op("Sign", x), root));
    }
    case kAsin:
    case kAcos:
    case kAtan:
    case kNormalCdf:
    case kNormalQuantile: break;
  }
  return "";
}

// Functions that give NaN to some numbers.
bool CanMakeMissing(op::UnaryFunction function) {
  using enum op::UnaryFunction;
  switch (function) {
    case kSqrt:
    case kLog:
    case kLog1p:
    case kLog2:
    case kLog10:
    case kSin:
    case kCos:
    case kTan:
    case kAcosh:
    case kAtanh: return true;
    default: return false;
  }
}

// fmod has the sign of the dividend; Python's and numpy's remainder that of the divisor.
std::string Modulo(Graph& graph, const std::string& a, const std::string& b) {
  const std::string zero = Number(graph, 0);
  const std::string rest = graph.Node("Mod", {a, b}, {{"fmod", int64_t{1}}});
  const std::string opposed = graph.Op("Less", graph.Op("Mul", graph.Op("Sign", rest), graph.Op("Sign", b)), zero);
  return graph.Op("Where", opposed, graph.Op("Add", rest, b), rest);
}

std::string FloorDivide(Graph& graph, const std::string& a, const std::string& b) {
  const std::string quotient = graph.Op("Div", graph.Op("Sub", a, Modulo(graph, a, b)), b);
  return graph.Op("Where", graph.Op("Equal", b, Number(graph, 0)), graph.Op("Div", a, b), graph.Op("Round", quotient));
}

// The first operand where it is NaN or stands in the relation to the second.
std::string Better(Graph& graph, std::string_view relation, const std::string& a, const std::string& b) {
  return graph.Op("Where", graph.Op("Or", graph.Op("IsNaN", a), graph.Op(relation, a, b)), a, b);
}

std::string IsTrue(Graph& graph, const std::string& x) {
  return graph.Op("Not", graph.Op("Equal", x, Number(graph, 0)));
}

// As IEEE 754 has it with NaN; empty if there is no way.
std::string Apply(Graph& graph, op::BinaryFunction function, const std::string& a, const std::string& b) {
  using enum op::BinaryFunction;
  switch (function) {
    case kAdd: return graph.Op("Add", a, b);
    case kSubtract: return graph.Op("Sub", a, b);
    case kMultiply: return graph.Op("Mul", a, b);
    case kDivide: return graph.Op("Div", a, b);
    case kPower: return graph.Op("Pow", a, b);
    case kModulo: return Modulo(graph, a, b);
    case kFloorDivide: return FloorDivide(graph, a, b);
    case kMin: return Better(graph, "Less", a, b);
    case kMax: return Better(graph, "Greater", a, b);
    case kLess: return AsNumber(graph, graph.Op("Less", a, b));
    case kLessEqual: return AsNumber(graph, graph.Op("LessOrEqual", a, b));
    case kGreater: return AsNumber(graph, graph.Op("Greater", a, b));
    case kGreaterEqual: return AsNumber(graph, graph.Op("GreaterOrEqual", a, b));
    case kEqual: return AsNumber(graph, graph.Op("Equal", a, b));
    case kNotEqual: return AsNumber(graph, graph.Op("Not", graph.Op("Equal", a, b)));
    case kAnd: return AsNumber(graph, graph.Op("And", IsTrue(graph, a), IsTrue(graph, b)));
    case kOr: return AsNumber(graph, graph.Op("Or", IsTrue(graph, a), IsTrue(graph, b)));
    case kHypot: return graph.Op("Sqrt", graph.Op("Add", graph.Op("Mul", a, a), graph.Op("Mul", b, b)));
    case kAtan2: break;
  }
  return "";
}

bool CanMakeMissing(op::BinaryFunction function) {
  using enum op::BinaryFunction;
  return function == kDivide || function == kPower || function == kModulo || function == kFloorDivide;
}

// The answer where an operand is missing: missing, unless the other one decides.
std::string WithMissing(Graph& graph, op::BinaryFunction function, const std::string& a, const std::string& b,
                        const std::string& answer) {
  using enum op::BinaryFunction;
  std::string missing = graph.Op("Or", graph.Op("IsNaN", a), graph.Op("IsNaN", b));
  if (function == kAnd) {
    const std::string zero = Number(graph, 0);
    const std::string decided = graph.Op("Or", graph.Op("Equal", a, zero), graph.Op("Equal", b, zero));
    missing = graph.Op("And", missing, graph.Op("Not", decided));
  } else if (function == kOr) {
    const std::string a_true = graph.Op("And", IsTrue(graph, a), graph.Op("Not", graph.Op("IsNaN", a)));
    const std::string b_true = graph.Op("And", IsTrue(graph, b), graph.Op("Not", graph.Op("IsNaN", b)));
    missing = graph.Op("And", missing, graph.Op("Not", graph.Op("Or", a_true, b_true)));
  }
  return MissingWhere(graph, missing, answer);
}

void CompareTexts(const op::Binary& op, Site& site) {
  Graph& graph = site.graph();
  std::string equal = graph.Op("Equal", site.in(0), site.in(1));
  std::string missing;
  for (size_t i = 0; i < 2; ++i) {
    if (!site.input(i).may_be_missing) continue;
    const std::string of_input = IsMissing(graph, site.input(i), site.in(i));
    missing = missing.empty() ? of_input : graph.Op("Or", missing, of_input);
  }
  if (!missing.empty()) equal = graph.Op("And", equal, graph.Op("Not", missing));
  if (op.function == op::BinaryFunction::kNotEqual) equal = graph.Op("Not", equal);
  std::string answer = AsNumber(graph, equal);
  const bool gives_missing = !missing.empty() && op.missing_aware;
  if (gives_missing) answer = MissingWhere(graph, missing, answer);
  site.Give(answer, gives_missing);
}

}  // namespace

void Lower(const op::Unary& op, Site& site) {
  using enum op::UnaryFunction;
  Graph& graph = site.graph();
  const Tensor& in = site.input();
  if (in.shape.kind == ValueKind::kText) {
    std::string missing =
        in.may_be_missing ? IsMissing(graph, in, in.name) : graph.Op("Not", graph.Op("Equal", in.name, in.name));
    if (op.function == kIsPresent) missing = graph.Op("Not", missing);
    return site.Give(AsNumber(graph, missing), false, true);
  }
  const std::string answer = Apply(graph, op.function, in.name);
  if (answer.empty()) return site.Refuse("ONNX Runtime has no float64 kernel for the function");
  const bool asks = op.function == kIsMissing || op.function == kIsPresent;
  site.Give(answer, !asks && (in.may_be_missing || CanMakeMissing(op.function)));
}

void Lower(const op::Binary& op, Site& site) {
  if (site.input().shape.kind == ValueKind::kText) return CompareTexts(op, site);
  Graph& graph = site.graph();
  std::string answer = Apply(graph, op.function, site.in(0), site.in(1));
  if (answer.empty()) return site.Refuse("ONNX has no such function");
  if (op.missing_aware && site.any_missing()) {
    answer = WithMissing(graph, op.function, site.in(0), site.in(1), answer);
  }
  site.Give(answer, site.any_missing() || CanMakeMissing(op.function));
}

void Lower(const op::Where&, Site& site) {
  Graph& graph = site.graph();
  std::string condition = IsTrue(graph, site.in());
  if (site.input().may_be_missing) {
    condition = graph.Op("And", condition, graph.Op("Not", graph.Op("IsNaN", site.in())));
  }
  site.Give(graph.Op("Where", condition, site.in(1), site.in(2)),
            site.input(1).may_be_missing || site.input(2).may_be_missing);
}

}  // namespace scoreway::onnx_export
