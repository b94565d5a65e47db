#include "importers/sklearn2pmml/expression_cells.h"

#include <algorithm>

#include "importers/sklearn2pmml/cells.h"
#include "importers/sklearn2pmml/dtype.h"

namespace scoreway::sklearn2pmml {
namespace {

using Kind = Expression::Kind;

constexpr std::pair<std::string_view, op::BinaryFunction> kArithmetic[] = {
    {"+", op::BinaryFunction::kAdd},    {"-", op::BinaryFunction::kSubtract}, {"*", op::BinaryFunction::kMultiply},
    {"/", op::BinaryFunction::kDivide}, {"%", op::BinaryFunction::kModulo},   {"//", op::BinaryFunction::kFloorDivide},
    {"**", op::BinaryFunction::kPower},
};
constexpr std::pair<std::string_view, op::BinaryFunction> kComparisons[] = {
    {"<", op::BinaryFunction::kLess},    {"<=", op::BinaryFunction::kLessEqual},
    {">", op::BinaryFunction::kGreater}, {">=", op::BinaryFunction::kGreaterEqual},
    {"==", op::BinaryFunction::kEqual},  {"!=", op::BinaryFunction::kNotEqual},
};

template <size_t size>
std::optional<op::BinaryFunction> Find(const std::pair<std::string_view, op::BinaryFunction> (&table)[size],
                                       std::string_view symbol) {
  for (const auto& [known, function] : table) {
    if (known == symbol) return function;
  }
  return std::nullopt;
}

bool IsWhole(const Cell& cell) { return cell.type == Type::kInt64 || cell.type == Type::kBool; }

// Whole numbers stay whole but for "/" and powers; one fraction makes a fraction.
std::optional<Type> ResultType(std::string_view symbol, const Cell& left, const Cell& right) {
  if (symbol == "/" || left.type == Type::kFloat64 || right.type == Type::kFloat64) return Type::kFloat64;
  if (IsWhole(left) && IsWhole(right) && symbol != "**") return Type::kInt64;
  return std::nullopt;
}

}  // namespace

Status ExpressionCells::AddFunction(Function function) {
  std::string name = function.name;
  functions_[std::move(name)] = std::make_unique<Function>(std::move(function));
  return {};
}

Result<Cell> ExpressionCells::Add(op::Params params, std::vector<ValueId> inputs, std::optional<Type> type) {
  Cell cell;
  SCOREWAY_ASSIGN_OR_RETURN(cell.value, context_.Add(std::move(params), std::move(inputs), user_));
  cell.type = type;
  cell.is_text = type == Type::kString;
  return cell;
}

Result<Cell> ExpressionCells::Number(double value, Type type) { return Add(op::Constant{{value}}, {}, type); }

Result<Cell> ExpressionCells::Evaluate(const Expression& expression) {
  if (steps_left_ == 0) return Unsupported("an expression that unfolds to more than 20000 steps");
  --steps_left_;
  switch (expression.kind) {
    case Kind::kInteger:
    case Kind::kFloat:
    case Kind::kBool:
    case Kind::kText:
    case Kind::kNone: return Constant(expression);
    case Kind::kName: {
      if (names_ != nullptr) {
        if (const auto found = names_->find(expression.text); found != names_->end()) return found->second;
      }
      if (expression.text == "X" && row_.width() == 1) {
        Expression first;
        first.kind = Kind::kInteger;
        return Element(first);
      }
      return Unsupported("the name '" + expression.text + "' in an expression");
    }
    case Kind::kSubscript: return Subscript(expression);
    case Kind::kUnary: return EvaluateUnary(expression);
    case Kind::kBinary: return EvaluateBinary(expression);
    case Kind::kCompare: return EvaluateCompare(expression);
    case Kind::kBoolean: return EvaluateBoolean(expression);
    case Kind::kConditional: {
      SCOREWAY_ASSIGN_OR_RETURN(Cell condition, Evaluate(expression.children[1]));
      SCOREWAY_ASSIGN_OR_RETURN(condition, Truth(std::move(condition)));
      SCOREWAY_ASSIGN_OR_RETURN(Cell then, Evaluate(expression.children[0]));
      SCOREWAY_ASSIGN_OR_RETURN(Cell otherwise, Evaluate(expression.children[2]));
      return Choose(condition, std::move(then), std::move(otherwise));
    }
    case Kind::kCall: return EvaluateCall(expression);
    default: return Unsupported("an attribute, a slice or a list in an expression");
  }
}

Result<Cell> ExpressionCells::Constant(const Expression& expression) {
  Cell cell;
  if (expression.kind == Kind::kText) {
    SCOREWAY_ASSIGN_OR_RETURN(cell.value, ConstantText(context_, user_, expression.text));
    cell.type = Type::kString;
    cell.is_text = true;
  } else if (expression.kind == Kind::kNone) {
    SCOREWAY_ASSIGN_OR_RETURN(cell, Number(op::kNaN, Type::kFloat64));
    cell.type.reset();
    cell.is_none = true;
  } else {
    const Type type = expression.kind == Kind::kBool      ? Type::kBool
                      : expression.kind == Kind::kInteger ? Type::kInt64
                                                          : Type::kFloat64;
    SCOREWAY_ASSIGN_OR_RETURN(cell, Number(expression.number, type));
  }
  cell.constant = &expression;
  return cell;
}

// X[2], X[-1], X["name"].
Result<Cell> ExpressionCells::Element(const Expression& index) {
  TableColumn column;
  if (index.kind == Kind::kText) {
    SCOREWAY_ASSIGN_OR_RETURN(column, FindNamed(context_, user_, row_, index.text));
  } else {
    const bool negative = index.kind == Kind::kUnary && index.text == "-" && index.children[0].kind == Kind::kInteger;
    if (index.kind != Kind::kInteger && !negative) return Unsupported("a column of X chosen by more than a constant");
    double position = negative ? -index.children[0].number : index.number;
    if (position < 0) position += static_cast<double>(row_.width());
    if (position < 0 || position >= static_cast<double>(row_.width())) {
      return user_.Corrupt("an expression of column " + std::to_string(static_cast<int64_t>(index.number)) + " of " +
                           std::to_string(row_.width()));
    }
    column = row_.columns[static_cast<size_t>(position)];
  }
  Cell cell;
  if (context_.IsOpen(column)) {
    cell.open = column;
    return cell;
  }
  Table table;
  table.columns.push_back(column);
  cell.is_text = context_.IsText(column);
  cell.type = CellType(context_, column);
  SCOREWAY_ASSIGN_OR_RETURN(cell.value,
                            cell.is_text ? context_.Texts(user_, table) : context_.DecidedNumbers(user_, table));
  return cell;
}

Result<Cell> ExpressionCells::Subscript(const Expression& expression) {
  const Expression& of = expression.children[0];
  const Expression& index = expression.children[1];
  if (of.kind == Kind::kName && of.text == "X") return Element(index);
  if (index.kind == Kind::kSlice) return TextSlice(of, index);
  return Unsupported("an element of something other than X");
}

Result<Cell> ExpressionCells::TextSlice(const Expression& text, const Expression& slice) {
  SCOREWAY_ASSIGN_OR_RETURN(Cell cell, Evaluate(text));
  SCOREWAY_ASSIGN_OR_RETURN(cell, AsText(std::move(cell)));
  op::TextUnary substring{.function = op::TextFunction::kSubstring};
  int64_t* const bounds[] = {&substring.start, &substring.end};
  for (size_t i = 0; i < 2; ++i) {
    const Expression& bound = slice.children[i];
    if (bound.kind == Kind::kNone) continue;
    const bool negative = bound.kind == Kind::kUnary && bound.text == "-" && bound.children[0].kind == Kind::kInteger;
    if (bound.kind != Kind::kInteger && !negative) return Unsupported("a slice with bounds that are no constants");
    const double number = negative ? -bound.children[0].number : bound.number;
    *bounds[i] = static_cast<int64_t>(std::clamp(number, -1e15, 1e15));
  }
  if (slice.children[2].kind != Kind::kNone) return Unsupported("a slice with a step");
  SCOREWAY_ASSIGN_OR_RETURN(Cell out, Add(substring, {cell.value}, Type::kString));
  out.fault = cell.fault;
  return out;
}

// ---- kinds
// -----------------------------------------------------------------------------------------------------------

Result<Cell> ExpressionCells::AsNumber(Cell cell) {
  if (cell.is_text) return Unsupported("text where an expression wants a number");
  if (!cell.open) return cell;
  Table table;
  table.columns.push_back(*cell.open);
  SCOREWAY_ASSIGN_OR_RETURN(cell.value, context_.Numbers(user_, table));
  cell.open.reset();
  return cell;
}

Result<Cell> ExpressionCells::AsText(Cell cell) {
  if (cell.is_none) {
    SCOREWAY_ASSIGN_OR_RETURN(cell.value, context_.Add(op::DecodeText{}, {cell.value}, user_));
    cell.is_text = true;
  }
  if (cell.open) {
    Table table;
    table.columns.push_back(*cell.open);
    SCOREWAY_ASSIGN_OR_RETURN(cell.value, context_.Texts(user_, table));
    cell.open.reset();
    cell.is_text = true;
    cell.type = Type::kString;
  }
  if (!cell.is_text) return Unsupported("a number where an expression wants text");
  return cell;
}

Result<Cell> ExpressionCells::Truth(Cell cell) {
  SCOREWAY_ASSIGN_OR_RETURN(cell, AsNumber(std::move(cell)));
  if (cell.type == Type::kBool && !cell.is_none) return cell;
  // NaN is true and None is not.
  if (cell.is_none) return Number(0, Type::kBool);
  SCOREWAY_ASSIGN_OR_RETURN(const Cell zero, Number(0, Type::kInt64));
  SCOREWAY_ASSIGN_OR_RETURN(
      Cell truth, Add(op::Binary{op::BinaryFunction::kNotEqual, false}, {cell.value, zero.value}, Type::kBool));
  truth.fault = cell.fault;
  return truth;
}

Result<Cell> ExpressionCells::Choose(const Cell& condition, Cell then, Cell otherwise) {
  const bool text = then.is_text || otherwise.is_text;
  if (text) {
    SCOREWAY_ASSIGN_OR_RETURN(then, AsText(std::move(then)));
    SCOREWAY_ASSIGN_OR_RETURN(otherwise, AsText(std::move(otherwise)));
  } else {
    SCOREWAY_ASSIGN_OR_RETURN(then, AsNumber(std::move(then)));
    SCOREWAY_ASSIGN_OR_RETURN(otherwise, AsNumber(std::move(otherwise)));
  }
  std::optional<Type> type = then.type == otherwise.type ? then.type : std::nullopt;
  if (then.is_none) type = otherwise.type;
  if (otherwise.is_none) type = then.type;
  if (text) type = Type::kString;
  SCOREWAY_ASSIGN_OR_RETURN(Cell out, Add(op::Where{}, {condition.value, then.value, otherwise.value}, type));
  out.is_none = then.is_none && otherwise.is_none;
  if (then.fault || otherwise.fault) {
    SCOREWAY_ASSIGN_OR_RETURN(const Cell none, Number(0, Type::kBool));
    SCOREWAY_ASSIGN_OR_RETURN(
        const Cell fault,
        Add(op::Where{}, {condition.value, then.fault.value_or(none.value), otherwise.fault.value_or(none.value)},
            Type::kBool));
    out.fault = fault.value;
  }
  SCOREWAY_ASSIGN_OR_RETURN(out.fault, EitherFault(out.fault, condition.fault));
  return out;
}

Result<std::optional<ValueId>> ExpressionCells::EitherFault(std::optional<ValueId> a, std::optional<ValueId> b) {
  if (!a || !b || *a == *b) return a ? a : b;
  SCOREWAY_ASSIGN_OR_RETURN(const Cell either, Add(op::Binary{op::BinaryFunction::kOr, false}, {*a, *b}, Type::kBool));
  return std::optional(either.value);
}

Result<Cell> ExpressionCells::WithFaultWhere(Cell cell, op::BinaryFunction compare, const Cell& operand, double bound) {
  // A constant that is far from its bound faults nowhere.
  if (operand.constant != nullptr && compare == op::BinaryFunction::kEqual && operand.constant->number != bound) {
    return cell;
  }
  SCOREWAY_ASSIGN_OR_RETURN(const Cell at, Number(bound, Type::kFloat64));
  SCOREWAY_ASSIGN_OR_RETURN(const Cell fault, Add(op::Binary{compare, false}, {operand.value, at.value}, Type::kBool));
  SCOREWAY_ASSIGN_OR_RETURN(cell.fault, EitherFault(cell.fault, fault.value));
  return cell;
}

// ---- operators
// -------------------------------------------------------------------------------------------------------

Result<Cell> ExpressionCells::EvaluateUnary(const Expression& expression) {
  SCOREWAY_ASSIGN_OR_RETURN(Cell cell, Evaluate(expression.children[0]));
  if (expression.text == "not") {
    SCOREWAY_ASSIGN_OR_RETURN(const Cell truth, Truth(std::move(cell)));
    SCOREWAY_ASSIGN_OR_RETURN(Cell out, Add(op::Unary{op::UnaryFunction::kNot}, {truth.value}, Type::kBool));
    out.fault = truth.fault;
    return out;
  }
  SCOREWAY_ASSIGN_OR_RETURN(cell, AsNumber(std::move(cell)));
  if (cell.type == Type::kBool) cell.type = Type::kInt64;
  if (expression.text == "+") return cell;
  SCOREWAY_ASSIGN_OR_RETURN(Cell out, Add(op::Unary{op::UnaryFunction::kNegate}, {cell.value}, cell.type));
  out.fault = cell.fault;
  return out;
}

Result<Cell> ExpressionCells::EvaluateBinary(const Expression& expression) {
  SCOREWAY_ASSIGN_OR_RETURN(Cell left, Evaluate(expression.children[0]));
  SCOREWAY_ASSIGN_OR_RETURN(Cell right, Evaluate(expression.children[1]));
  if (expression.text == "+" && (left.is_text || right.is_text)) return Join(std::move(left), std::move(right));
  return Arithmetic(expression.text, std::move(left), std::move(right));
}

Result<Cell> ExpressionCells::Join(Cell left, Cell right) {
  SCOREWAY_ASSIGN_OR_RETURN(left, AsText(std::move(left)));
  SCOREWAY_ASSIGN_OR_RETURN(right, AsText(std::move(right)));
  SCOREWAY_ASSIGN_OR_RETURN(Cell out, Add(op::JoinText{}, {left.value, right.value}, Type::kString));
  SCOREWAY_ASSIGN_OR_RETURN(out.fault, EitherFault(left.fault, right.fault));
  return out;
}

Result<Cell> ExpressionCells::Arithmetic(std::string_view symbol, Cell left, Cell right) {
  SCOREWAY_ASSIGN_OR_RETURN(left, AsNumber(std::move(left)));
  SCOREWAY_ASSIGN_OR_RETURN(right, AsNumber(std::move(right)));
  const std::optional<op::BinaryFunction> function = Find(kArithmetic, symbol);
  if (!function) return Unsupported("the operator '" + std::string(symbol) + "'");
  SCOREWAY_ASSIGN_OR_RETURN(
      Cell out, Add(op::Binary{*function, false}, {left.value, right.value}, ResultType(symbol, left, right)));
  SCOREWAY_ASSIGN_OR_RETURN(out.fault, EitherFault(left.fault, right.fault));
  if (symbol == "/" || symbol == "//" || symbol == "%") {
    return WithFaultWhere(std::move(out), op::BinaryFunction::kEqual, right, 0);
  }
  const bool negative_power = symbol == "**" && !(right.constant != nullptr && right.constant->number >= 0);
  return negative_power ? WithPowerFault(std::move(out), left, right) : out;
}

// 0 to a negative power is an error, and so is any whole number in an array to a negative whole power.
Result<Cell> ExpressionCells::WithPowerFault(Cell cell, const Cell& base, const Cell& exponent) {
  SCOREWAY_ASSIGN_OR_RETURN(const Cell zero, Number(0, Type::kFloat64));
  SCOREWAY_ASSIGN_OR_RETURN(
      Cell fault, Add(op::Binary{op::BinaryFunction::kLess, false}, {exponent.value, zero.value}, Type::kBool));
  if (!IsWhole(base) || !IsWhole(exponent)) {
    SCOREWAY_ASSIGN_OR_RETURN(
        const Cell none, Add(op::Binary{op::BinaryFunction::kEqual, false}, {base.value, zero.value}, Type::kBool));
    SCOREWAY_ASSIGN_OR_RETURN(fault,
                              Add(op::Binary{op::BinaryFunction::kAnd, false}, {fault.value, none.value}, Type::kBool));
  }
  SCOREWAY_ASSIGN_OR_RETURN(cell.fault, EitherFault(cell.fault, fault.value));
  return cell;
}

Result<Cell> ExpressionCells::EvaluateCompare(const Expression& expression) {
  const std::string& symbol = expression.text;
  const Expression& right = expression.children[1];
  if (symbol == "is" || symbol == "is not") return Unsupported("the comparison '" + symbol + "'");
  SCOREWAY_ASSIGN_OR_RETURN(Cell left, Evaluate(expression.children[0]));
  if (symbol == "in" || symbol == "not in") {
    SCOREWAY_ASSIGN_OR_RETURN(Cell among, IsAmong(left, right));
    if (symbol == "in") return among;
    SCOREWAY_ASSIGN_OR_RETURN(Cell out, Add(op::Unary{op::UnaryFunction::kNot}, {among.value}, Type::kBool));
    out.fault = among.fault;
    return out;
  }
  SCOREWAY_ASSIGN_OR_RETURN(Cell other, Evaluate(right));
  return Compare(symbol, std::move(left), std::move(other));
}

Result<Cell> ExpressionCells::Compare(std::string_view symbol, Cell left, Cell right) {
  if (left.is_none || right.is_none) return Unsupported("a comparison with None");
  const bool text = left.is_text || right.is_text;
  if (text) {
    if (symbol != "==" && symbol != "!=") return Unsupported("texts compared by '" + std::string(symbol) + "'");
    SCOREWAY_ASSIGN_OR_RETURN(left, AsText(std::move(left)));
    SCOREWAY_ASSIGN_OR_RETURN(right, AsText(std::move(right)));
  } else {
    SCOREWAY_ASSIGN_OR_RETURN(left, AsNumber(std::move(left)));
    SCOREWAY_ASSIGN_OR_RETURN(right, AsNumber(std::move(right)));
  }
  SCOREWAY_ASSIGN_OR_RETURN(
      Cell out, Add(op::Binary{*Find(kComparisons, symbol), false}, {left.value, right.value}, Type::kBool));
  SCOREWAY_ASSIGN_OR_RETURN(out.fault, EitherFault(left.fault, right.fault));
  return out;
}

Result<Cell> ExpressionCells::IsAmong(const Cell& cell, const Expression& list) {
  if (list.kind != Kind::kList || list.children.empty()) return Unsupported("'in' of something other than a list");
  std::optional<Cell> among;
  for (const Expression& element : list.children) {
    SCOREWAY_ASSIGN_OR_RETURN(Cell other, Evaluate(element));
    SCOREWAY_ASSIGN_OR_RETURN(Cell equal, Compare("==", cell, std::move(other)));
    if (!among) {
      among = std::move(equal);
      continue;
    }
    SCOREWAY_ASSIGN_OR_RETURN(
        Cell either, Add(op::Binary{op::BinaryFunction::kOr, false}, {among->value, equal.value}, Type::kBool));
    SCOREWAY_ASSIGN_OR_RETURN(either.fault, EitherFault(among->fault, equal.fault));
    among = std::move(either);
  }
  return *std::move(among);
}

// `a and b` is b where a is true, else a; of two bools that is their conjunction.
Result<Cell> ExpressionCells::EvaluateBoolean(const Expression& expression) {
  SCOREWAY_ASSIGN_OR_RETURN(Cell left, Evaluate(expression.children[0]));
  SCOREWAY_ASSIGN_OR_RETURN(Cell right, Evaluate(expression.children[1]));
  SCOREWAY_ASSIGN_OR_RETURN(left, AsNumber(std::move(left)));
  SCOREWAY_ASSIGN_OR_RETURN(const Cell truth, Truth(left));
  if (expression.text == "and") return Choose(truth, std::move(right), std::move(left));
  return Choose(truth, std::move(left), std::move(right));
}

Result<ValueId> LowerCondition(Context& context, const Object& user, const Object& predicate, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const Cell cell, LowerExpression(context, user, predicate, in));
  if (cell.open || cell.is_text) return context.Unsupported(user, "a predicate that is no condition");
  if (cell.type == Type::kBool) return cell.value;
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId zero, context.Add(op::Constant{{0}}, {}, user));
  return context.Add(op::Binary{op::BinaryFunction::kNotEqual, false}, {cell.value, zero}, user);
}

}  // namespace scoreway::sklearn2pmml
