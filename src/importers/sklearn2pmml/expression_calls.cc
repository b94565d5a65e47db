// Calls in expressions: methods of texts, Python's own functions, those of numpy, math and pandas, and functions that
// the expression defines itself.

#include <algorithm>
#include <cmath>

#include "importers/sklearn2pmml/cells.h"
#include "importers/sklearn2pmml/expression_cells.h"

namespace scoreway::sklearn2pmml {
namespace {

using Kind = Expression::Kind;

constexpr int kCallsMax = 32;

struct NumberFunction {
  std::string_view numpy;
  std::string_view math;
  op::UnaryFunction function;
  // numpy raises where the argument is this, and math where it is this or less.
  double fault = op::kNaN;
  // A whole number stays one, or any number becomes one, in math.
  bool math_gives_whole = false;
};

constexpr NumberFunction kNumberFunctions[] = {
    {"log", "log", op::UnaryFunction::kLog, 0},
    {"log10", "log10", op::UnaryFunction::kLog10, 0},
    {"log2", "log2", op::UnaryFunction::kLog2, 0},
    {"log1p", "log1p", op::UnaryFunction::kLog1p, -1},
    {"exp", "exp", op::UnaryFunction::kExp},
    {"expm1", "expm1", op::UnaryFunction::kExpm1},
    {"sqrt", "", op::UnaryFunction::kSqrt},
    {"square", "", op::UnaryFunction::kSquare},
    {"abs", "fabs", op::UnaryFunction::kAbs},
    {"absolute", "", op::UnaryFunction::kAbs},
    {"fabs", "", op::UnaryFunction::kAbs},
    {"sign", "", op::UnaryFunction::kSign},
    {"negative", "", op::UnaryFunction::kNegate},
    {"floor", "floor", op::UnaryFunction::kFloor, op::kNaN, true},
    {"ceil", "ceil", op::UnaryFunction::kCeil, op::kNaN, true},
    {"trunc", "trunc", op::UnaryFunction::kTruncate, op::kNaN, true},
    {"rint", "", op::UnaryFunction::kRound},
    {"sin", "sin", op::UnaryFunction::kSin},
    {"cos", "cos", op::UnaryFunction::kCos},
    {"tan", "tan", op::UnaryFunction::kTan},
    {"arctan", "atan", op::UnaryFunction::kAtan},
    {"arcsin", "", op::UnaryFunction::kAsin},
    {"arccos", "", op::UnaryFunction::kAcos},
    {"sinh", "sinh", op::UnaryFunction::kSinh},
    {"cosh", "cosh", op::UnaryFunction::kCosh},
    {"tanh", "tanh", op::UnaryFunction::kTanh},
    {"degrees", "degrees", op::UnaryFunction::kDegrees},
    {"radians", "radians", op::UnaryFunction::kRadians},
    {"deg2rad", "", op::UnaryFunction::kRadians},
    {"rad2deg", "", op::UnaryFunction::kDegrees},
};

}  // namespace

Result<Cell> ExpressionCells::EvaluateCall(const Expression& call) {
  const Expression& callee = call.children[0];
  std::string module;
  if (callee.kind == Kind::kAttribute) {
    if (callee.children[0].kind != Kind::kName) return CallMethod(call);
    module = callee.children[0].text;
    if (module == "X" || (names_ != nullptr && names_->contains(module))) return CallMethod(call);
  } else if (callee.kind != Kind::kName) {
    return Unsupported("a call of something without a name");
  }
  std::vector<Cell> arguments;
  for (size_t i = 1; i < call.children.size(); ++i) {
    SCOREWAY_ASSIGN_OR_RETURN(arguments.emplace_back(), Evaluate(call.children[i]));
  }
  if (!module.empty()) return CallLibrary(module, callee.text, arguments);
  if (const auto found = functions_.find(callee.text); found != functions_.end()) {
    return CallFunction(*found->second, std::move(arguments));
  }
  return CallBuiltin(callee.text, arguments);
}

Result<Cell> ExpressionCells::CallMethod(const Expression& call) {
  const Expression& callee = call.children[0];
  SCOREWAY_ASSIGN_OR_RETURN(Cell text, Evaluate(callee.children[0]));
  SCOREWAY_ASSIGN_OR_RETURN(text, AsText(std::move(text)));
  const std::string& name = callee.text;
  const size_t count = call.children.size() - 1;
  op::TextUnary function;
  if (count == 0 && (name == "lower" || name == "upper" || name == "strip")) {
    function.function = name == "lower"   ? op::TextFunction::kLower
                        : name == "upper" ? op::TextFunction::kUpper
                                          : op::TextFunction::kTrim;
    SCOREWAY_ASSIGN_OR_RETURN(Cell out, Add(function, {text.value}, Type::kString));
    out.fault = text.fault;
    return out;
  }
  if (count == 1 && (name == "startswith" || name == "endswith") && call.children[1].kind == Kind::kText) {
    const std::string& part = call.children[1].text;
    // Slices count characters, not bytes.
    const auto length = static_cast<int64_t>(
        std::count_if(part.begin(), part.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
    if (length == 0) return Unsupported("the method '" + name + "' with an empty text");
    function.function = op::TextFunction::kSubstring;
    if (name == "startswith") {
      function.end = length;
    } else {
      function.start = -length;
    }
    SCOREWAY_ASSIGN_OR_RETURN(Cell out, Add(function, {text.value}, Type::kString));
    out.fault = text.fault;
    SCOREWAY_ASSIGN_OR_RETURN(Cell wanted, Constant(call.children[1]));
    return Compare("==", std::move(out), std::move(wanted));
  }
  return Unsupported("the method '" + name + "' in an expression");
}

Result<Cell> ExpressionCells::CallBuiltin(const std::string& name, const std::vector<Cell>& arguments) {
  if (arguments.size() == 2 && (name == "min" || name == "max")) {
    SCOREWAY_ASSIGN_OR_RETURN(const Cell first, AsNumber(arguments[0]));
    SCOREWAY_ASSIGN_OR_RETURN(const Cell second, AsNumber(arguments[1]));
    // The second only if it is truly less or greater.
    SCOREWAY_ASSIGN_OR_RETURN(const Cell replaces, Compare(name == "min" ? "<" : ">", second, first));
    return Choose(replaces, second, first);
  }
  if (arguments.size() != 1) return Unsupported("the function '" + name + "' in an expression");
  if (name == "len") {
    SCOREWAY_ASSIGN_OR_RETURN(const Cell text, AsText(arguments[0]));
    SCOREWAY_ASSIGN_OR_RETURN(Cell out,
                              Add(op::TextUnary{.function = op::TextFunction::kLength}, {text.value}, Type::kInt64));
    out.fault = text.fault;
    return out;
  }
  if (name == "bool") return Truth(arguments[0]);
  if (name != "abs" && name != "float" && name != "round") {
    return Unsupported("the function '" + name + "' in an expression");
  }
  SCOREWAY_ASSIGN_OR_RETURN(Cell number, AsNumber(arguments[0]));
  if (name == "float") {
    SCOREWAY_ASSIGN_OR_RETURN(const Cell one, Number(1, Type::kFloat64));
    return Arithmetic("*", number, one);
  }
  const op::UnaryFunction function = name == "abs" ? op::UnaryFunction::kAbs : op::UnaryFunction::kRound;
  SCOREWAY_ASSIGN_OR_RETURN(Cell out, Add(op::Unary{function}, {number.value}, std::nullopt));
  out.type = name == "abs" ? number.type : std::nullopt;
  out.fault = number.fault;
  return out;
}

Result<Cell> ExpressionCells::IsMissing(Cell cell, bool negate) {
  if (cell.open) {
    SCOREWAY_ASSIGN_OR_RETURN(cell, AsNumber(std::move(cell)));
  }
  const op::UnaryFunction function = negate ? op::UnaryFunction::kIsPresent : op::UnaryFunction::kIsMissing;
  SCOREWAY_ASSIGN_OR_RETURN(Cell out, Add(op::Unary{function}, {cell.value}, Type::kBool));
  out.fault = cell.fault;
  return out;
}

Result<Cell> ExpressionCells::CallLibrary(const std::string& module, const std::string& name,
                                          const std::vector<Cell>& arguments) {
  const bool numpy = module == "numpy" || module == "np";
  const bool math = module == "math";
  const bool pandas = module == "pandas" || module == "pd";
  if (arguments.size() == 1) {
    if (pandas && (name == "isnull" || name == "isna")) return IsMissing(arguments[0], false);
    if (pandas && (name == "notnull" || name == "notna")) return IsMissing(arguments[0], true);
    if ((numpy || math) && name == "isnan") {
      SCOREWAY_ASSIGN_OR_RETURN(Cell number, AsNumber(arguments[0]));
      return IsMissing(std::move(number), false);
    }
    for (const NumberFunction& known : kNumberFunctions) {
      if (!(numpy && name == known.numpy) && !(math && name == known.math)) continue;
      SCOREWAY_ASSIGN_OR_RETURN(const Cell number, AsNumber(arguments[0]));
      const std::optional<Type> type = math && known.math_gives_whole ? Type::kInt64 : Type::kFloat64;
      SCOREWAY_ASSIGN_OR_RETURN(Cell out, Add(op::Unary{known.function}, {number.value}, type));
      out.fault = number.fault;
      if (known.function == op::UnaryFunction::kAbs || known.function == op::UnaryFunction::kSign ||
          known.function == op::UnaryFunction::kSquare || known.function == op::UnaryFunction::kNegate) {
        out.type = number.type;
      }
      if (std::isnan(known.fault)) return out;
      return WithFaultWhere(std::move(out), math ? op::BinaryFunction::kLessEqual : op::BinaryFunction::kEqual, number,
                            known.fault);
    }
  }
  if (numpy && name == "where" && arguments.size() == 3) {
    SCOREWAY_ASSIGN_OR_RETURN(Cell condition, Truth(arguments[0]));
    // Both sides are computed, whichever is taken.
    SCOREWAY_ASSIGN_OR_RETURN(Cell out, Choose(condition, arguments[1], arguments[2]));
    SCOREWAY_ASSIGN_OR_RETURN(const auto sides, EitherFault(arguments[1].fault, arguments[2].fault));
    SCOREWAY_ASSIGN_OR_RETURN(out.fault, EitherFault(out.fault, sides));
    out.type = out.is_text ? out.type : std::nullopt;
    return out;
  }
  if (numpy && (name == "logical_and" || name == "logical_or") && arguments.size() == 2) {
    SCOREWAY_ASSIGN_OR_RETURN(const Cell left, Truth(arguments[0]));
    SCOREWAY_ASSIGN_OR_RETURN(const Cell right, Truth(arguments[1]));
    const op::BinaryFunction function = name == "logical_and" ? op::BinaryFunction::kAnd : op::BinaryFunction::kOr;
    SCOREWAY_ASSIGN_OR_RETURN(Cell out, Add(op::Binary{function, false}, {left.value, right.value}, Type::kBool));
    SCOREWAY_ASSIGN_OR_RETURN(out.fault, EitherFault(left.fault, right.fault));
    return out;
  }
  return Unsupported("the function '" + module + "." + name + "' in an expression");
}

Result<Cell> ExpressionCells::CallFunction(const Function& function, std::vector<Cell> arguments) {
  if (arguments.size() != function.parameters.size()) return user_.Corrupt("a call with another number of arguments");
  if (calls_ >= kCallsMax) return Unsupported("functions that call each other more than 32 deep");
  Names names;
  for (size_t i = 0; i < arguments.size(); ++i) names[function.parameters[i]] = std::move(arguments[i]);
  std::vector<const Statement*> body;
  for (const Statement& statement : function.body) body.push_back(&statement);
  ++calls_;
  const Names* const outer = names_;
  Result<Cell> out = Run(body, std::move(names));
  names_ = outer;
  --calls_;
  return out;
}

// What the statements return. An `if` splits the rest: what follows it follows either branch.
Result<Cell> ExpressionCells::Run(const std::vector<const Statement*>& statements, Names names) {
  static const Expression kNothing;
  for (size_t i = 0; i < statements.size(); ++i) {
    const Statement& statement = *statements[i];
    names_ = &names;
    if (statement.kind == Statement::Kind::kPass) continue;
    SCOREWAY_ASSIGN_OR_RETURN(Cell value, Evaluate(statement.expression));
    if (statement.kind == Statement::Kind::kReturn) return value;
    if (statement.kind == Statement::Kind::kAssign) {
      names[statement.name] = std::move(value);
      continue;
    }
    SCOREWAY_ASSIGN_OR_RETURN(const Cell condition, Truth(std::move(value)));
    const auto branch = [&](const std::vector<Statement>& block) {
      std::vector<const Statement*> rest;
      for (const Statement& inner : block) rest.push_back(&inner);
      rest.insert(rest.end(), statements.begin() + static_cast<ptrdiff_t>(i) + 1, statements.end());
      return Run(rest, names);
    };
    SCOREWAY_ASSIGN_OR_RETURN(Cell then, branch(statement.body));
    SCOREWAY_ASSIGN_OR_RETURN(Cell otherwise, branch(statement.otherwise));
    return Choose(condition, std::move(then), std::move(otherwise));
  }
  return Constant(kNothing);
}

}  // namespace scoreway::sklearn2pmml
