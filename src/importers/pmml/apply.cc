// The expression Apply: built-in functions and those that the document defines.

#include "importers/pmml/functions.h"

namespace scoreway::pmml {
namespace {

Result<std::vector<Cell>> LowerArguments(ModelScope& scope, const Element& apply, const Parameters* parameters) {
  std::vector<Cell> arguments;
  for (Element child = apply.first_child(); child; child = child.next_sibling()) {
    if (child.Is("Extension")) continue;
    SCOREWAY_ASSIGN_OR_RETURN(arguments.emplace_back(), LowerExpression(scope, child, parameters));
  }
  return arguments;
}

Result<Cell> CallDefined(ModelScope& scope, const Element& function, const Element& apply,
                         const std::vector<Cell>& arguments) {
  Context& context = scope.context();
  const std::vector<Element> fields = function.Children("ParameterField");
  if (fields.size() != arguments.size()) {
    return Context::Corrupt(apply, "the function takes " + std::to_string(fields.size()) + " arguments, not " +
                                       std::to_string(arguments.size()));
  }
  Parameters parameters{function, {}};
  for (size_t i = 0; i < fields.size(); ++i) {
    Cell cell = arguments[i];
    SCOREWAY_ASSIGN_OR_RETURN(const auto type, context.DataTypeOf(fields[i]));
    if (type) {
      Emit emit(context, apply);
      SCOREWAY_ASSIGN_OR_RETURN(cell, emit.Cast(cell, *type));
    }
    parameters.cells.insert_or_assign(fields[i].Attribute("name", ""), std::move(cell));
  }
  if (!context.Enter(function)) {
    return Context::Corrupt(function, "the function calls itself, or too many others");
  }
  Result<Cell> result = EvaluateContainer(scope, function, &parameters);
  context.Leave();
  return result;
}

// A constant to stand for a cell of this type: text that is no number of it stays text.
Result<Cell> Substitute(Emit& emit, std::string_view text, DataType type) {
  if (IsNumber(type) && !ParseNumber(type, text)) return ConstantCell(emit, text, std::nullopt);
  return ConstantCell(emit, text, type);
}

// "If any of the input values is missing, the function is not applied at all."
Result<Cell> MapMissing(Emit& emit, const Element& apply, bool is_if, const std::vector<Cell>& arguments,
                        const Cell& result) {
  const auto text = apply.Attribute("mapMissingTo");
  if (!text) return result;
  SCOREWAY_ASSIGN_OR_RETURN(const Cell substitute, Substitute(emit, *text, result.type));
  Cell mapped = result, other = substitute;
  SCOREWAY_RETURN_IF_ERROR(Unify(emit, &mapped, &other));
  if (is_if) {
    // Only the part that is chosen counts, and that is the result; a part that is not there is no input.
    SCOREWAY_ASSIGN_OR_RETURN(ValueId missing, emit.Unary(op::UnaryFunction::kIsMissing, mapped.value));
    if (arguments.size() == 2) {
      SCOREWAY_ASSIGN_OR_RETURN(const ValueId condition, emit.AsNumber(arguments[0]));
      SCOREWAY_ASSIGN_OR_RETURN(const ValueId zero, emit.Number(0));
      SCOREWAY_ASSIGN_OR_RETURN(const ValueId untrue,
                                emit.Add(op::Binary{op::BinaryFunction::kEqual, false}, {condition, zero}));
      SCOREWAY_ASSIGN_OR_RETURN(missing, emit.Where(untrue, zero, missing));
    }
    SCOREWAY_ASSIGN_OR_RETURN(mapped.value, emit.Where(missing, other.value, mapped.value));
    mapped.constant.reset();
    return mapped;
  }
  std::optional<ValueId> any;
  for (const Cell& argument : arguments) {
    if (!argument.maybe_missing) continue;
    SCOREWAY_ASSIGN_OR_RETURN(ValueId missing, emit.Unary(op::UnaryFunction::kIsMissing, argument.value));
    if (any) {
      SCOREWAY_ASSIGN_OR_RETURN(missing, emit.Binary(op::BinaryFunction::kOr, *any, missing));
    }
    any = missing;
  }
  if (!any) return result;
  SCOREWAY_ASSIGN_OR_RETURN(mapped.value, emit.Where(*any, other.value, mapped.value));
  return mapped;
}

}  // namespace

const Function* FindBuiltIn(std::string_view name) {
  // Functions that a later version of PMML has are written so in earlier ones.
  if (name.starts_with("x-")) name.remove_prefix(2);
  for (std::span<const Function> functions :
       {ArithmeticFunctions(), LogicFunctions(), TextFunctions(), DateFunctions()}) {
    for (const Function& function : functions) {
      if (function.name == name) return &function;
    }
  }
  return nullptr;
}

Result<Cell> LowerApply(ModelScope& scope, const Element& apply, const Parameters* parameters) {
  Context& context = scope.context();
  Emit emit(context, apply);
  SCOREWAY_ASSIGN_OR_RETURN(const std::string_view name, context.Want(apply, "function"));
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<Cell> arguments, LowerArguments(scope, apply, parameters));
  Cell result;
  if (const Function* function = FindBuiltIn(name)) {
    if (arguments.size() < function->arguments_min || arguments.size() > function->arguments_max) {
      return Context::Corrupt(
          apply, "function " + std::string(name) + " does not take " + std::to_string(arguments.size()) + " arguments");
    }
    SCOREWAY_ASSIGN_OR_RETURN(result, function->lower(emit, *function, arguments));
  } else if (const Element defined = context.FindFunction(name)) {
    SCOREWAY_ASSIGN_OR_RETURN(result, CallDefined(scope, defined, apply, arguments));
  } else {
    return context.Unsupported(apply, "function '" + std::string(name) + "'");
  }
  // In PMML 4.1 mapMissingTo is what later is defaultValue.
  const bool is_4_1 = context.pmml().Attribute("version", "") == "4.1";
  if (!is_4_1) {
    SCOREWAY_ASSIGN_OR_RETURN(result, MapMissing(emit, apply, name == "if", arguments, result));
  }
  if (const auto text = apply.Attribute(is_4_1 ? "mapMissingTo" : "defaultValue")) {
    SCOREWAY_ASSIGN_OR_RETURN(const Cell substitute, Substitute(emit, *text, result.type));
    return ReplaceMissing(emit, result, substitute);
  }
  return result;
}

}  // namespace scoreway::pmml
