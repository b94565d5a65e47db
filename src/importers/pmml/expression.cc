#include "importers/pmml/expression.h"

#include <array>
#include <cmath>

#include "base/number_text.h"
#include "importers/pmml/interval.h"

namespace scoreway::pmml {
namespace {

using Lowering = Result<Cell> (*)(ModelScope&, const Element&, const Parameters*);

Result<Cell> LowerConstant(ModelScope& scope, const Element& constant, const Parameters*) {
  Context& context = scope.context();
  Emit emit(context, constant);
  SCOREWAY_ASSIGN_OR_RETURN(const auto type, context.DataTypeOf(constant));
  SCOREWAY_ASSIGN_OR_RETURN(const bool missing, context.FlagOr(constant, "missing", false));
  if (missing || (constant.text().empty() && type && *type != DataType::kString)) {
    return MissingCell(emit, type.value_or(DataType::kString));
  }
  if (constant.text().empty()) return ConstantCell(emit, "", DataType::kString);
  return ConstantCell(emit, constant.text(), type);
}

Result<Cell> LowerFieldRef(ModelScope& scope, const Element& ref, const Parameters* parameters) {
  SCOREWAY_ASSIGN_OR_RETURN(const Cell cell, ExpressionField(scope, ref, parameters));
  const auto replacement = ref.Attribute("mapMissingTo");
  if (!replacement) return cell;
  Emit emit(scope.context(), ref);
  SCOREWAY_ASSIGN_OR_RETURN(const Cell other, ConstantCell(emit, *replacement, cell.type));
  return ReplaceMissing(emit, cell, other);
}

Result<Cell> LowerNormDiscrete(ModelScope& scope, const Element& norm, const Parameters* parameters) {
  Context& context = scope.context();
  Emit emit(context, norm);
  SCOREWAY_ASSIGN_OR_RETURN(const Cell cell, ExpressionField(scope, norm, parameters));
  SCOREWAY_ASSIGN_OR_RETURN(const std::string_view value, context.Want(norm, "value"));
  if (norm.Attribute("method", "indicator") != "indicator") return context.Unsupported(norm, "method thermometer");
  Cell indicator;
  indicator.maybe_missing = cell.maybe_missing;
  indicator.op_type = OpType::kCategorical;
  SCOREWAY_ASSIGN_OR_RETURN(indicator.value, emit.IsAmong(cell, {std::string(value)}));
  const auto replacement = norm.Attribute("mapMissingTo");
  if (!replacement) return indicator;
  SCOREWAY_ASSIGN_OR_RETURN(const Cell other, ReplacementCell(emit, *replacement));
  return ReplaceMissing(emit, indicator, other);
}

Result<Cell> LowerAggregate(ModelScope& scope, const Element& aggregate, const Parameters*) {
  return scope.context().Unsupported(aggregate, "Aggregate, which works on several records at once");
}

Result<Cell> LowerLag(ModelScope& scope, const Element& lag, const Parameters*) {
  return scope.context().Unsupported(lag, "Lag, which works on several records at once");
}

struct ExpressionKind {
  std::string_view name;
  Lowering lower;
};
constexpr std::array kKinds = {
    ExpressionKind{"Constant", LowerConstant},
    ExpressionKind{"FieldRef", LowerFieldRef},
    ExpressionKind{"Apply", LowerApply},
    ExpressionKind{"NormContinuous", LowerNormContinuous},
    ExpressionKind{"NormDiscrete", LowerNormDiscrete},
    ExpressionKind{"Discretize", LowerDiscretize},
    ExpressionKind{"MapValues", LowerMapValues},
    ExpressionKind{"TextIndex", LowerTextIndex},
    ExpressionKind{"Aggregate", LowerAggregate},
    ExpressionKind{"Lag", LowerLag},
};

const ExpressionKind* FindKind(std::string_view name) {
  for (const ExpressionKind& kind : kKinds) {
    if (kind.name == name) return &kind;
  }
  return nullptr;
}

// What a text without a stated type looks like.
DataType TypeOfText(std::string_view text) {
  int64_t integer = 0;
  if (ParseInt64(text, &integer) == NumberParse::kOk) return DataType::kInteger;
  if (ParseDouble(text)) return DataType::kDouble;
  return DataType::kString;
}

}  // namespace

Result<Cell> LowerExpression(ModelScope& scope, const Element& expression, const Parameters* parameters) {
  const ExpressionKind* kind = FindKind(expression.name());
  if (kind == nullptr) return scope.context().Unsupported(expression, "this expression");
  return kind->lower(scope, expression, parameters);
}

Element FindExpression(const Element& container) {
  for (Element child = container.first_child(); child; child = child.next_sibling()) {
    if (FindKind(child.name()) != nullptr) return child;
  }
  return {};
}

Result<Cell> EvaluateContainer(ModelScope& scope, const Element& container, const Parameters* parameters) {
  Context& context = scope.context();
  const Element expression = FindExpression(container);
  if (!expression) return Context::Corrupt(container, "it has no expression that is known");
  SCOREWAY_ASSIGN_OR_RETURN(Cell cell, LowerExpression(scope, expression, parameters));
  SCOREWAY_ASSIGN_OR_RETURN(const auto type, context.DataTypeOf(container));
  if (type) {
    Emit emit(context, container);
    SCOREWAY_ASSIGN_OR_RETURN(cell, emit.Cast(cell, *type));
  }
  if (const auto op_type = OpTypeFromName(container.Attribute("optype", "")); op_type && *op_type != cell.op_type) {
    cell.op_type = *op_type;
    cell.ordering = {};
  }
  return cell;
}

Result<Cell> ExpressionField(ModelScope& scope, const Element& user, const Parameters* parameters,
                             std::string_view attribute) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::string_view name, scope.context().Want(user, attribute));
  if (parameters != nullptr) {
    if (const auto it = parameters->cells.find(name); it != parameters->cells.end()) return it->second;
  }
  return scope.Field(name, user);
}

Result<Cell> ConstantCell(Emit& emit, std::string_view text, std::optional<DataType> type) {
  Cell cell;
  cell.type = type.value_or(TypeOfText(text));
  cell.op_type = DefaultOpType(cell.type);
  cell.maybe_missing = false;
  cell.constant = text;
  if (IsText(cell.type)) {
    SCOREWAY_ASSIGN_OR_RETURN(cell.value, emit.Text(std::string(text)));
    return cell;
  }
  const auto number = ParseNumber(cell.type, text);
  if (!number) {
    return Context::Corrupt(emit.at(), "'" + std::string(text) + "' is no " + std::string(DataTypeName(cell.type)));
  }
  cell.maybe_missing = std::isnan(*number);
  SCOREWAY_ASSIGN_OR_RETURN(cell.value, emit.Number(*number));
  return cell;
}

Result<Cell> ReplacementCell(Emit& emit, std::string_view text) {
  return ConstantCell(emit, text.empty() ? "0" : text, DataType::kDouble);
}

Result<Cell> MissingCell(Emit& emit, DataType type) {
  Cell cell;
  cell.type = type;
  cell.op_type = DefaultOpType(type);
  SCOREWAY_ASSIGN_OR_RETURN(cell.value, emit.Number(op::kNaN));
  if (IsText(type)) {
    SCOREWAY_ASSIGN_OR_RETURN(cell.value, emit.Add(op::DecodeText{{""}}, {cell.value}));
  }
  return cell;
}

Status Unify(Emit& emit, Cell* a, Cell* b) {
  if (a->type == b->type) return {};
  DataType common = DataType::kString;
  if (IsNumber(a->type) && IsNumber(b->type)) {
    common = a->type == DataType::kDouble || b->type == DataType::kDouble ? DataType::kDouble
             : a->type == DataType::kFloat || b->type == DataType::kFloat ? DataType::kFloat
                                                                          : DataType::kInteger;
  }
  SCOREWAY_ASSIGN_OR_RETURN(*a, emit.Cast(*a, common));
  SCOREWAY_ASSIGN_OR_RETURN(*b, emit.Cast(*b, common));
  return {};
}

Result<Cell> ReplaceMissing(Emit& emit, const Cell& cell, const Cell& replacement) {
  if (!cell.maybe_missing) return cell;
  Cell result = cell, other = replacement;
  SCOREWAY_RETURN_IF_ERROR(Unify(emit, &result, &other));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId missing, emit.Unary(op::UnaryFunction::kIsMissing, result.value));
  SCOREWAY_ASSIGN_OR_RETURN(result.value, emit.Where(missing, other.value, result.value));
  result.maybe_missing = other.maybe_missing;
  result.constant.reset();
  return result;
}

}  // namespace scoreway::pmml
