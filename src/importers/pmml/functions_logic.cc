// Functions that compare, test and choose. Truth is 1 or 0.

#include <array>

#include "base/number_text.h"
#include "importers/pmml/functions.h"
#include "importers/pmml/ordinal.h"

namespace scoreway::pmml {
namespace {

using Arguments = std::vector<Cell>;
using op::BinaryFunction;
using op::UnaryFunction;

Cell TruthCell(ValueId value, bool maybe_missing) {
  Cell cell;
  cell.value = value;
  cell.type = DataType::kBoolean;
  cell.op_type = OpType::kCategorical;
  cell.maybe_missing = maybe_missing;
  return cell;
}

// Both in the type of the first, as PMML compares; numbers as numbers.
struct Pair {
  ValueId a = 0, b = 0;
};
Result<Pair> Comparable(Emit& emit, const Cell& a, const Cell& b, bool order) {
  Pair pair;
  if (a.type == DataType::kString && !order) {
    pair.a = a.value;
    SCOREWAY_ASSIGN_OR_RETURN(pair.b, emit.AsText(b));
    return pair;
  }
  if (order && HasOwnOrder(a)) {
    SCOREWAY_ASSIGN_OR_RETURN(pair.a, PlaceOf(emit, a, a));
    if (!b.constant) {
      SCOREWAY_ASSIGN_OR_RETURN(pair.b, PlaceOf(emit, a, b));
      return pair;
    }
    SCOREWAY_ASSIGN_OR_RETURN(const double place, PlaceOf(emit, a, *b.constant));
    SCOREWAY_ASSIGN_OR_RETURN(pair.b, emit.Number(place));
    return pair;
  }
  if (a.type == DataType::kString) return emit.context().Unsupported(emit.at(), "the order of texts");
  SCOREWAY_ASSIGN_OR_RETURN(pair.a, emit.AsNumber(a));
  if (IsTemporal(a.type)) {
    Cell other = b;
    SCOREWAY_ASSIGN_OR_RETURN(other, emit.Cast(b, a.type));
    SCOREWAY_ASSIGN_OR_RETURN(pair.b, emit.AsNumber(other));
    return pair;
  }
  if (b.constant) {
    // A constant is read as the type it is compared with.
    if (const auto number = ParseNumber(a.type, *b.constant)) {
      SCOREWAY_ASSIGN_OR_RETURN(pair.b, emit.Number(*number));
      return pair;
    }
  }
  SCOREWAY_ASSIGN_OR_RETURN(pair.b, emit.AsNumber(b));
  if (a.type == DataType::kFloat && b.type != DataType::kFloat) {
    SCOREWAY_ASSIGN_OR_RETURN(pair.b, emit.Unary(UnaryFunction::kFloat32, pair.b));
  }
  return pair;
}

struct NamedComparison {
  std::string_view name;
  BinaryFunction function;
};
constexpr std::array kComparisons = {
    NamedComparison{"equal", BinaryFunction::kEqual},
    NamedComparison{"notEqual", BinaryFunction::kNotEqual},
    NamedComparison{"lessThan", BinaryFunction::kLess},
    NamedComparison{"lessOrEqual", BinaryFunction::kLessEqual},
    NamedComparison{"greaterThan", BinaryFunction::kGreater},
    NamedComparison{"greaterOrEqual", BinaryFunction::kGreaterEqual},
};

Result<Cell> Compare(Emit& emit, const Function& function, const Arguments& arguments) {
  for (const NamedComparison& entry : kComparisons) {
    if (entry.name != function.name) continue;
    const bool order = entry.function != BinaryFunction::kEqual && entry.function != BinaryFunction::kNotEqual;
    SCOREWAY_ASSIGN_OR_RETURN(const Pair pair, Comparable(emit, arguments[0], arguments[1], order));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId value, emit.Binary(entry.function, pair.a, pair.b));
    return TruthCell(value, arguments[0].maybe_missing || arguments[1].maybe_missing);
  }
  return Context::Corrupt(emit.at(), "function is not known");
}

Result<Cell> AndOr(Emit& emit, const Function& function, const Arguments& arguments) {
  const BinaryFunction binary = function.name == "and" ? BinaryFunction::kAnd : BinaryFunction::kOr;
  SCOREWAY_ASSIGN_OR_RETURN(Cell truth, emit.Cast(arguments[0], DataType::kBoolean));
  for (size_t i = 1; i < arguments.size(); ++i) {
    SCOREWAY_ASSIGN_OR_RETURN(const Cell next, emit.Cast(arguments[i], DataType::kBoolean));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId value, emit.Binary(binary, truth.value, next.value));
    truth = TruthCell(value, truth.maybe_missing || next.maybe_missing);
  }
  return truth;
}

Result<Cell> Not(Emit& emit, const Function&, const Arguments& arguments) {
  SCOREWAY_ASSIGN_OR_RETURN(const Cell truth, emit.Cast(arguments[0], DataType::kBoolean));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId value, emit.Unary(UnaryFunction::kNot, truth.value));
  return TruthCell(value, truth.maybe_missing);
}

Result<Cell> TestPresence(Emit& emit, const Function& function, const Arguments& arguments) {
  const UnaryFunction unary = function.name == "isMissing" ? UnaryFunction::kIsMissing : UnaryFunction::kIsPresent;
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId value, emit.Unary(unary, arguments[0].value));
  return TruthCell(value, false);
}

// A missing cell is neither valid nor invalid.
Result<Cell> TestValidity(Emit& emit, const Function& function, const Arguments& arguments) {
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId present, emit.Unary(UnaryFunction::kIsPresent, arguments[0].value));
  const bool wants_valid = function.name == "isValid";
  if (!arguments[0].invalid) {
    if (wants_valid) return TruthCell(present, false);
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId never, emit.Number(0));
    return TruthCell(never, false);
  }
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId one, emit.Number(1));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId invalid,
                            emit.Add(op::Binary{BinaryFunction::kEqual, false}, {*arguments[0].invalid, one}));
  ValueId wanted = invalid;
  if (wants_valid) {
    SCOREWAY_ASSIGN_OR_RETURN(wanted, emit.Unary(UnaryFunction::kNot, invalid));
  }
  // False and missing is false, so a missing cell needs the presence said.
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId zero, emit.Number(0));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId truth, emit.Where(present, wanted, zero));
  return TruthCell(truth, false);
}

// Whether the constant, as the document writes it, is a member of a set of this type: among texts a number is the text
// that it is written as, which may be another.
bool IsMember(DataType type, const Cell& constant) {
  if (type != DataType::kString) return ParseNumber(type, *constant.constant).has_value();
  int64_t number = 0;
  return constant.type == DataType::kString ||
         (ParseInt64(*constant.constant, &number) == NumberParse::kOk && std::to_string(number) == *constant.constant);
}

// A missing cell is in the set only if the set has a missing member.
Result<Cell> TestMembership(Emit& emit, const Function& function, const Arguments& arguments) {
  const Cell& cell = arguments[0];
  std::vector<std::string> constants;
  std::optional<ValueId> among;
  SCOREWAY_ASSIGN_OR_RETURN(ValueId missing_member, emit.Number(0));
  const auto add = [&](ValueId truth) -> Status {
    if (among) {
      SCOREWAY_ASSIGN_OR_RETURN(truth, emit.Binary(BinaryFunction::kOr, *among, truth));
    }
    among = truth;
    return {};
  };
  for (size_t i = 1; i < arguments.size(); ++i) {
    if (arguments[i].constant && IsMember(cell.type, arguments[i])) {
      constants.emplace_back(*arguments[i].constant);
      continue;
    }
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId missing, emit.Unary(UnaryFunction::kIsMissing, arguments[i].value));
    SCOREWAY_ASSIGN_OR_RETURN(missing_member, emit.Binary(BinaryFunction::kOr, missing_member, missing));
    SCOREWAY_ASSIGN_OR_RETURN(const Pair pair, Comparable(emit, cell, arguments[i], false));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId equal,
                              emit.Add(op::Binary{BinaryFunction::kEqual, false}, {pair.a, pair.b}));
    SCOREWAY_RETURN_IF_ERROR(add(equal));
  }
  if (!constants.empty()) {
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId known, emit.IsAmong(cell, constants));
    SCOREWAY_RETURN_IF_ERROR(add(known));
  }
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId missing, emit.Unary(UnaryFunction::kIsMissing, cell.value));
  SCOREWAY_ASSIGN_OR_RETURN(ValueId truth, emit.Where(missing, missing_member, *among));
  if (function.name == "isNotIn") {
    SCOREWAY_ASSIGN_OR_RETURN(truth, emit.Unary(UnaryFunction::kNot, truth));
  }
  return TruthCell(truth, false);
}

// Without an else part, and where the condition is missing, the answer is missing.
Result<Cell> If(Emit& emit, const Function&, const Arguments& arguments) {
  SCOREWAY_ASSIGN_OR_RETURN(const Cell condition, emit.Cast(arguments[0], DataType::kBoolean));
  Cell then = arguments[1];
  Cell otherwise;
  if (arguments.size() > 2) {
    otherwise = arguments[2];
  } else {
    SCOREWAY_ASSIGN_OR_RETURN(otherwise, MissingCell(emit, then.type));
  }
  SCOREWAY_RETURN_IF_ERROR(Unify(emit, &then, &otherwise));
  Cell chosen = then;
  chosen.constant.reset();
  chosen.invalid.reset();
  chosen.maybe_missing = then.maybe_missing || otherwise.maybe_missing || condition.maybe_missing;
  SCOREWAY_ASSIGN_OR_RETURN(chosen.value, emit.Where(condition.value, then.value, otherwise.value));
  if (condition.maybe_missing) {
    SCOREWAY_ASSIGN_OR_RETURN(const Cell none, MissingCell(emit, then.type));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId known, emit.Unary(UnaryFunction::kIsPresent, condition.value));
    SCOREWAY_ASSIGN_OR_RETURN(chosen.value, emit.Where(known, chosen.value, none.value));
  }
  return chosen;
}

constexpr std::array kFunctions = {
    Function{"equal", 2, 2, Compare},
    Function{"notEqual", 2, 2, Compare},
    Function{"lessThan", 2, 2, Compare},
    Function{"lessOrEqual", 2, 2, Compare},
    Function{"greaterThan", 2, 2, Compare},
    Function{"greaterOrEqual", 2, 2, Compare},
    Function{"and", 2, kAnyNumber, AndOr},
    Function{"or", 2, kAnyNumber, AndOr},
    Function{"not", 1, 1, Not},
    Function{"isMissing", 1, 1, TestPresence},
    Function{"isNotMissing", 1, 1, TestPresence},
    Function{"isValid", 1, 1, TestValidity},
    Function{"isNotValid", 1, 1, TestValidity},
    Function{"isIn", 2, kAnyNumber, TestMembership},
    Function{"isNotIn", 2, kAnyNumber, TestMembership},
    Function{"if", 2, 3, If},
};

}  // namespace

std::span<const Function> LogicFunctions() { return kFunctions; }

}  // namespace scoreway::pmml
