#include "importers/pmml/predicate.h"

#include <array>

#include "base/number_text.h"
#include "importers/pmml/ordinal.h"

namespace scoreway::pmml {
namespace {

struct Comparison {
  std::string_view name;
  op::BinaryFunction function;
};
constexpr std::array kComparisons = {
    Comparison{"lessThan", op::BinaryFunction::kLess},
    Comparison{"lessOrEqual", op::BinaryFunction::kLessEqual},
    Comparison{"greaterThan", op::BinaryFunction::kGreater},
    Comparison{"greaterOrEqual", op::BinaryFunction::kGreaterEqual},
};

Result<ValueId> LowerSimple(ModelScope& scope, const Element& predicate) {
  Context& context = scope.context();
  Emit emit(context, predicate);
  SCOREWAY_ASSIGN_OR_RETURN(const Cell cell, scope.FieldOf(predicate));
  SCOREWAY_ASSIGN_OR_RETURN(const std::string_view name, context.Want(predicate, "operator"));
  if (name == "isMissing") return emit.Unary(op::UnaryFunction::kIsMissing, cell.value);
  if (name == "isNotMissing") return emit.Unary(op::UnaryFunction::kIsPresent, cell.value);
  SCOREWAY_ASSIGN_OR_RETURN(const std::string_view value, context.Want(predicate, "value"));
  if (name == "equal" || name == "notEqual") {
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId equal, emit.IsAmong(cell, {std::string(value)}));
    return name == "equal" ? equal : emit.Unary(op::UnaryFunction::kNot, equal);
  }
  for (const Comparison& comparison : kComparisons) {
    if (comparison.name != name) continue;
    if (HasOwnOrder(cell)) {
      SCOREWAY_ASSIGN_OR_RETURN(const double place, PlaceOf(emit, cell, value));
      SCOREWAY_ASSIGN_OR_RETURN(const ValueId left, PlaceOf(emit, cell, cell));
      SCOREWAY_ASSIGN_OR_RETURN(const ValueId right, emit.Number(place));
      return emit.Binary(comparison.function, left, right);
    }
    if (cell.type == DataType::kString) return context.Unsupported(predicate, "the order of texts");
    // An integer or boolean field may be compared with a fraction.
    const bool exact = cell.type == DataType::kFloat || IsTemporal(cell.type);
    const auto number = ParseNumber(exact ? cell.type : DataType::kDouble, value);
    if (!number) return Context::Corrupt(predicate, "value '" + std::string(value) + "' does not fit the field");
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId left, emit.AsNumber(cell));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId right, emit.Number(*number));
    return emit.Binary(comparison.function, left, right);
  }
  return Context::Corrupt(predicate, "operator '" + std::string(name) + "' is not known");
}

Result<ValueId> LowerSet(ModelScope& scope, const Element& predicate) {
  Context& context = scope.context();
  SCOREWAY_ASSIGN_OR_RETURN(const Cell cell, scope.FieldOf(predicate));
  SCOREWAY_ASSIGN_OR_RETURN(const std::string_view name, context.Want(predicate, "booleanOperator"));
  const Element array = predicate.Child("Array");
  if (!array) return Context::Corrupt(predicate, "it has no Array");
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<std::string> values, ReadArray(array));
  Emit emit(context, predicate);
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId among, emit.IsAmong(cell, values));
  if (name == "isIn") return among;
  if (name == "isNotIn") return emit.Unary(op::UnaryFunction::kNot, among);
  return Context::Corrupt(predicate, "booleanOperator '" + std::string(name) + "' is not known");
}

Result<ValueId> LowerCompound(ModelScope& scope, const Element& predicate) {
  Context& context = scope.context();
  SCOREWAY_ASSIGN_OR_RETURN(const std::string_view name, context.Want(predicate, "booleanOperator"));
  Emit emit(context, predicate);
  std::vector<ValueId> parts;
  for (Element child = predicate.first_child(); child; child = child.next_sibling()) {
    if (child.Is("Extension")) continue;
    SCOREWAY_ASSIGN_OR_RETURN(parts.emplace_back(), LowerPredicate(scope, child));
  }
  if (parts.size() < 2) return Context::Corrupt(predicate, "it has fewer than two predicates");
  ValueId truth = parts[0];
  for (size_t i = 1; i < parts.size(); ++i) {
    Result<ValueId> next = Error{};
    if (name == "and") {
      next = emit.Binary(op::BinaryFunction::kAnd, truth, parts[i]);
    } else if (name == "or") {
      next = emit.Binary(op::BinaryFunction::kOr, truth, parts[i]);
    } else if (name == "xor") {
      next = emit.Binary(op::BinaryFunction::kNotEqual, truth, parts[i]);
    } else if (name == "surrogate") {
      // The first that is known decides.
      SCOREWAY_ASSIGN_OR_RETURN(const ValueId unknown, emit.Unary(op::UnaryFunction::kIsMissing, truth));
      next = emit.Where(unknown, parts[i], truth);
    } else {
      return Context::Corrupt(predicate, "booleanOperator '" + std::string(name) + "' is not known");
    }
    if (!next.ok()) return std::move(next).error();
    truth = *next;
  }
  return truth;
}

}  // namespace

Result<ValueId> LowerPredicate(ModelScope& scope, const Element& predicate) {
  if (predicate.Is("SimplePredicate")) return LowerSimple(scope, predicate);
  if (predicate.Is("SimpleSetPredicate")) return LowerSet(scope, predicate);
  if (predicate.Is("CompoundPredicate")) return LowerCompound(scope, predicate);
  Emit emit(scope.context(), predicate);
  if (predicate.Is("True")) return emit.Number(1);
  if (predicate.Is("False")) return emit.Number(0);
  return scope.context().Unsupported(predicate, "this predicate");
}

Element FindPredicate(const Element& container) {
  for (Element child = container.first_child(); child; child = child.next_sibling()) {
    const std::string_view name = child.name();
    if (name == "SimplePredicate" || name == "True" || name == "SimpleSetPredicate" || name == "CompoundPredicate" ||
        name == "False") {
      return child;
    }
  }
  return {};
}

Result<std::vector<std::string>> ReadArray(const Element& array) {
  const std::string_view text = array.text();
  constexpr std::string_view kBlanks = " \t\r\n";
  std::vector<std::string> values;
  size_t at = text.find_first_not_of(kBlanks);
  while (at != std::string_view::npos && at < text.size()) {
    std::string& value = values.emplace_back();
    if (text[at] != '"') {
      const size_t end = std::min(text.find_first_of(kBlanks, at), text.size());
      value = text.substr(at, end - at);
      at = end;
    } else {
      for (++at; at < text.size() && text[at] != '"'; ++at) {
        if (text[at] == '\\' && at + 1 < text.size() && (text[at + 1] == '"' || text[at + 1] == '\\')) ++at;
        value.push_back(text[at]);
      }
      if (at >= text.size()) return Context::Corrupt(array, "a quote is not closed");
      ++at;
    }
    at = text.find_first_not_of(kBlanks, at);
  }
  if (const auto count = array.Attribute("n")) {
    int64_t wanted = 0;
    if (ParseInt64(*count, &wanted) != NumberParse::kOk || wanted != static_cast<int64_t>(values.size())) {
      return Context::Corrupt(
          array, "it has " + std::to_string(values.size()) + " values, not " + std::string(*count) + " as it says");
    }
  }
  return values;
}

}  // namespace scoreway::pmml
