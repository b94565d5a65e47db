#include "score/row_choice.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <variant>

namespace scoreway {
namespace {

using op::BinaryFunction;
using op::UnaryFunction;

bool IsNumber(ValueShape shape) { return shape.kind == ValueKind::kNumber && shape.width == 1; }

bool IsOfNumbers(const Operator& op, std::span<const ValueShape> values) {
  return IsNumber(values[op.output]) &&
         std::ranges::all_of(op.inputs, [&](ValueId input) { return IsNumber(values[input]); });
}

std::optional<UnaryFunction> UnaryOf(const Operator& op) {
  const auto* unary = std::get_if<op::Unary>(&op.params);
  return unary == nullptr ? std::nullopt : std::optional(unary->function);
}

// Only of those that take a missing operand for what is not known.
std::optional<BinaryFunction> BinaryOf(const Operator& op) {
  const auto* binary = std::get_if<op::Binary>(&op.params);
  return binary == nullptr || !binary->missing_aware ? std::nullopt : std::optional(binary->function);
}

bool IsComparison(BinaryFunction function) {
  return function >= BinaryFunction::kLess && function <= BinaryFunction::kNotEqual;
}

}  // namespace

// ---- making --------------------------------------------------------------------------------------------------------

bool RowChoice::MayChoose(const Operator& op, std::span<const ValueShape> values) {
  return std::holds_alternative<op::Where>(op.params) && IsOfNumbers(op, values);
}

bool RowChoice::IsTest(const Operator& op) {
  if (const auto function = BinaryOf(op)) return IsComparison(*function);
  const auto function = UnaryOf(op);
  return function == UnaryFunction::kIsMissing || function == UnaryFunction::kIsPresent;
}

bool RowChoice::MayBeWithin(const Operator& op, std::span<const ValueShape> values, bool as_truth, bool as_number) {
  if (MayChoose(op, values)) return as_truth != as_number;
  if (as_number || !IsOfNumbers(op, values)) return false;
  const auto function = BinaryOf(op);
  return IsTest(op) || UnaryOf(op) == UnaryFunction::kNot || function == BinaryFunction::kAnd ||
         function == BinaryFunction::kOr;
}

class RowChoice::Maker {
 public:
  explicit Maker(const Place& place) : place_(place) {}

  // The step that gives the number of the Value.
  uint32_t Number(ValueId value) {
    const Operator* op = Within(value);
    if (op == nullptr) return Add({Step::Test::kGive, ColumnOf(value), 0, 0, 0});
    return Choose(*op);
  }

  uint32_t Choose(const Operator& where) {
    const uint32_t first = Number(where.inputs[1]), second = Number(where.inputs[2]);
    return Truth(where.inputs[0], true, first, second);
  }

  std::vector<Step> Steps() { return std::move(steps_); }

 private:
  const Operator* Within(ValueId value) const { return place_.within[place_.same_as[value]]; }
  uint32_t ColumnOf(ValueId value) const { return static_cast<uint32_t>(place_.columns[value]); }

  uint32_t Add(Step step) {
    steps_.push_back(step);
    return static_cast<uint32_t>(steps_.size() - 1);
  }

  // The step that leads to `yes` where the Value is known to be true, or else false, and otherwise to `no`.
  uint32_t Truth(ValueId value, bool wanted, uint32_t yes, uint32_t no) {
    const Operator* op = Within(value);
    if (op == nullptr) return Add({wanted ? Step::Test::kTrue : Step::Test::kFalse, ColumnOf(value), 0, yes, no});
    if (std::holds_alternative<op::Where>(op->params)) {
      const uint32_t first = Truth(op->inputs[1], wanted, yes, no), second = Truth(op->inputs[2], wanted, yes, no);
      return Truth(op->inputs[0], true, first, second);
    }
    if (const auto function = UnaryOf(*op)) return TruthOfUnary(*op, *function, wanted, yes, no);
    const BinaryFunction function = *BinaryOf(*op);
    if (IsComparison(function)) return Compare(*op, wanted ? function : Opposite(function), yes, no);
    // Both of "and" must be true; it is known to be false if one of them is. With "or" it is the other way round.
    const bool both = (function == BinaryFunction::kAnd) == wanted;
    const uint32_t second = Truth(op->inputs[1], wanted, yes, no);
    return both ? Truth(op->inputs[0], wanted, second, no) : Truth(op->inputs[0], wanted, yes, second);
  }

  uint32_t TruthOfUnary(const Operator& op, UnaryFunction function, bool wanted, uint32_t yes, uint32_t no) {
    if (function == UnaryFunction::kNot) return Truth(op.inputs[0], !wanted, yes, no);
    const bool missing = (function == UnaryFunction::kIsMissing) == wanted;
    return Add({missing ? Step::Test::kMissing : Step::Test::kPresent, ColumnOf(op.inputs[0]), 0, yes, no});
  }

  // Of two numbers that are there, what holds where the comparison does not.
  static BinaryFunction Opposite(BinaryFunction function) {
    using enum BinaryFunction;
    switch (function) {
      case kLess: return kGreaterEqual;
      case kLessEqual: return kGreater;
      case kGreater: return kLessEqual;
      case kGreaterEqual: return kLess;
      case kEqual: return kNotEqual;
      default: return kEqual;
    }
  }

  uint32_t Compare(const Operator& op, BinaryFunction function, uint32_t yes, uint32_t no) {
    uint32_t a = ColumnOf(op.inputs[0]), b = ColumnOf(op.inputs[1]);
    if (function == BinaryFunction::kGreater || function == BinaryFunction::kGreaterEqual) std::swap(a, b);
    switch (function) {
      case BinaryFunction::kLess:
      case BinaryFunction::kGreater: return Add({Step::Test::kLess, a, b, yes, no});
      case BinaryFunction::kLessEqual:
      case BinaryFunction::kGreaterEqual: return Add({Step::Test::kLessEqual, a, b, yes, no});
      case BinaryFunction::kEqual: return Add({Step::Test::kEqual, a, b, yes, no});
      default: return Add({Step::Test::kUnequal, a, b, yes, no});
    }
  }

  const Place& place_;
  std::vector<Step> steps_;
};

RowChoice::RowChoice(const Operator& choice, const Place& place) {
  Maker maker(place);
  maker.Choose(choice);
  steps_ = maker.Steps();
}

// ---- running -------------------------------------------------------------------------------------------------------

double RowChoice::Run(const double* numbers) const {
  const Step* const steps = steps_.data();
  const Step* step = steps + steps_.size() - 1;
  while (true) {
    const double x = numbers[step->a];
    bool holds = false;
    switch (step->test) {
      case Step::Test::kLess: holds = x < numbers[step->b]; break;
      case Step::Test::kLessEqual: holds = x <= numbers[step->b]; break;
      case Step::Test::kEqual: holds = x == numbers[step->b]; break;
      case Step::Test::kUnequal: holds = x < numbers[step->b] || x > numbers[step->b]; break;
      case Step::Test::kTrue: holds = x < 0 || x > 0; break;
      case Step::Test::kFalse: holds = x == 0; break;
      case Step::Test::kMissing: holds = x != x; break;
      case Step::Test::kPresent: holds = x == x; break;
      case Step::Test::kGive: return x;
    }
    step = steps + (holds ? step->yes : step->no);
  }
}

}  // namespace scoreway
