// Scorecard.

#include <algorithm>

#include "importers/pmml/expression.h"
#include "importers/pmml/model_elements.h"
#include "importers/pmml/predicate.h"
#include "importers/pmml/ranking.h"

namespace scoreway::pmml {
namespace {

using op::BinaryFunction;

// What a row gets for a characteristic; missing where none of its attributes holds.
struct PartialScore {
  Element characteristic;
  ValueId score = 0;
  std::vector<ValueId> tests;  // of the attributes, in order
};

Result<ValueId> AttributeScore(ModelScope& scope, const Element& attribute) {
  Emit emit(scope.context(), attribute);
  if (const Element complex = attribute.Child("ComplexPartialScore")) {
    const Element expression = FindExpression(complex);
    if (!expression) return Context::Corrupt(complex, "it has no expression");
    SCOREWAY_ASSIGN_OR_RETURN(const Cell cell, scope.Evaluate(expression));
    return emit.AsNumber(cell);
  }
  SCOREWAY_ASSIGN_OR_RETURN(const double score, scope.context().WantNumber(attribute, "partialScore"));
  return emit.Number(score);
}

Result<PartialScore> LowerCharacteristic(ModelScope& scope, const Element& characteristic) {
  PartialScore partial;
  partial.characteristic = characteristic;
  const std::vector<Element> attributes = characteristic.Children("Attribute");
  if (attributes.empty()) return Context::Corrupt(characteristic, "it has no Attribute");
  std::vector<ValueId> scores;
  for (const Element& attribute : attributes) {
    const Element predicate = FindPredicate(attribute);
    if (!predicate) return Context::Corrupt(attribute, "it has no predicate");
    SCOREWAY_ASSIGN_OR_RETURN(partial.tests.emplace_back(), scope.Test(predicate));
    SCOREWAY_ASSIGN_OR_RETURN(scores.emplace_back(), AttributeScore(scope, attribute));
  }
  Emit emit(scope.context(), characteristic);
  SCOREWAY_ASSIGN_OR_RETURN(partial.score, emit.Number(op::kNaN));
  for (size_t i = attributes.size(); i-- > 0;) {
    SCOREWAY_ASSIGN_OR_RETURN(partial.score, emit.Where(partial.tests[i], scores[i], partial.score));
  }
  return partial;
}

// Ranks the reasons by how many points they cost (pointsBelow the baseline) or brought (pointsAbove).
class ReasonCodes {
 public:
  explicit ReasonCodes(ModelScope& scope) : scope_(scope) {}

  Status Add(const PartialScore& partial) {
    Emit emit(scope_.context(), partial.characteristic);
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId points, Points(emit, partial));
    std::vector<size_t> codes;
    for (const Element& attribute : partial.characteristic.Children("Attribute")) {
      const auto own = attribute.Attribute("reasonCode");
      const auto code = own ? own : partial.characteristic.Attribute("reasonCode");
      if (!code) return Status(Context::Corrupt(attribute, "it has no reasonCode"));
      codes.push_back(CodeOf(*code));
    }
    if (std::ranges::all_of(codes, [&](size_t code) { return code == codes[0]; })) {
      points_[codes[0]].push_back(points);
      return {};
    }
    // The code of the first attribute that holds gets the points.
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId nothing, emit.Number(op::kNaN));
    SCOREWAY_ASSIGN_OR_RETURN(ValueId code, emit.Number(op::kNaN));
    for (size_t i = codes.size(); i-- > 0;) {
      SCOREWAY_ASSIGN_OR_RETURN(const ValueId own, emit.Number(static_cast<double>(codes[i])));
      SCOREWAY_ASSIGN_OR_RETURN(code, emit.Where(partial.tests[i], own, code));
    }
    std::ranges::sort(codes);
    codes.erase(std::ranges::unique(codes).begin(), codes.end());
    for (const size_t candidate : codes) {
      SCOREWAY_ASSIGN_OR_RETURN(const ValueId number, emit.Number(static_cast<double>(candidate)));
      SCOREWAY_ASSIGN_OR_RETURN(const ValueId is_it, emit.Binary(BinaryFunction::kEqual, code, number));
      SCOREWAY_ASSIGN_OR_RETURN(points_[candidate].emplace_back(), emit.Where(is_it, points, nothing));
    }
    return {};
  }

  // Codes whose points are negative have no rank, and no code has one where the score is missing.
  Status Rank(ValueId score, std::vector<Cell>* ranked) {
    Emit emit(scope_.context(), scope_.model());
    std::vector<ValueId> sums;
    for (const std::vector<ValueId>& parts : points_) {
      SCOREWAY_ASSIGN_OR_RETURN(const ValueId row, emit.Concat(parts));
      SCOREWAY_ASSIGN_OR_RETURN(sums.emplace_back(), emit.Add(op::AggregateRow{op::RowAggregate::kSum, true}, {row}));
    }
    SCOREWAY_ASSIGN_OR_RETURN(ValueId points, emit.Concat(std::move(sums)));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId zero, emit.Number(0));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId nothing, emit.Number(op::kNaN));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId counts, emit.Binary(BinaryFunction::kGreaterEqual, points, zero));
    SCOREWAY_ASSIGN_OR_RETURN(points, emit.Where(counts, points, nothing));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId scored, emit.Unary(op::UnaryFunction::kIsPresent, score));
    SCOREWAY_ASSIGN_OR_RETURN(points, emit.Where(scored, points, nothing));
    SCOREWAY_ASSIGN_OR_RETURN(const size_t ranks, RanksWanted(scope_));
    SCOREWAY_ASSIGN_OR_RETURN(const Ranking ranking, RankColumns(emit, points, ranks, true));
    for (const ValueId index : ranking.indices) {
      SCOREWAY_ASSIGN_OR_RETURN(ranked->emplace_back(), TextOf(emit, codes_, index));
    }
    return {};
  }

 private:
  Result<ValueId> Points(Emit& emit, const PartialScore& partial) {
    const Element& owner = partial.characteristic.Attribute("baselineScore") ? partial.characteristic : scope_.model();
    SCOREWAY_ASSIGN_OR_RETURN(const double number, scope_.context().WantNumber(owner, "baselineScore"));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId baseline, emit.Number(number));
    const std::string_view algorithm = scope_.model().Attribute("reasonCodeAlgorithm", "pointsBelow");
    if (algorithm == "pointsBelow") return emit.Binary(BinaryFunction::kSubtract, baseline, partial.score);
    if (algorithm == "pointsAbove") return emit.Binary(BinaryFunction::kSubtract, partial.score, baseline);
    return Context::Corrupt(scope_.model(), "reasonCodeAlgorithm '" + std::string(algorithm) + "' is not known");
  }

  size_t CodeOf(std::string_view code) {
    const auto it = std::ranges::find(codes_, code);
    const auto index = static_cast<size_t>(it - codes_.begin());
    if (it == codes_.end()) {
      codes_.emplace_back(code);
      points_.emplace_back();
    }
    return index;
  }

  ModelScope& scope_;
  std::vector<std::string> codes_;
  std::vector<std::vector<ValueId>> points_;  // of each code, the parts
};

bool WantsReasonCodes(const Element& model) {
  const Element output = model.Child("Output");
  if (!output) return false;
  for (const Element& field : output.Children("OutputField")) {
    if (field.Attribute("feature", "") == "reasonCode") return true;
  }
  return false;
}

}  // namespace

Result<Prediction> LowerScorecard(ModelScope& scope) {
  Context& context = scope.context();
  const Element& model = scope.model();
  if (scope.function() != MiningFunction::kRegression) {
    return Context::Corrupt(model, "a Scorecard does not have this functionName");
  }
  const Element characteristics = model.Child("Characteristics");
  const std::vector<Element> elements =
      characteristics ? characteristics.Children("Characteristic") : std::vector<Element>();
  if (elements.empty()) return Context::Corrupt(model, "it has no Characteristics");
  std::vector<PartialScore> partials;
  std::vector<ValueId> scores;
  for (const Element& element : elements) {
    SCOREWAY_ASSIGN_OR_RETURN(partials.emplace_back(), LowerCharacteristic(scope, element));
    scores.push_back(partials.back().score);
  }
  Emit emit(context, model);
  op::Linear sum;
  sum.precision = scope.precision();
  sum.weights.assign(scores.size(), 1);
  SCOREWAY_ASSIGN_OR_RETURN(sum.bias.emplace_back(), context.NumberOr(model, "initialScore", 0));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId row, emit.Concat(std::move(scores)));
  Prediction prediction;
  Cell cell;
  SCOREWAY_ASSIGN_OR_RETURN(cell.value, emit.Add(std::move(sum), {row}));
  prediction.value = cell;
  SCOREWAY_ASSIGN_OR_RETURN(const bool uses_codes, context.FlagOr(model, "useReasonCodes", true));
  if (uses_codes && WantsReasonCodes(model)) {
    ReasonCodes codes(scope);
    for (const PartialScore& partial : partials) SCOREWAY_RETURN_IF_ERROR(codes.Add(partial));
    SCOREWAY_RETURN_IF_ERROR(codes.Rank(cell.value, &prediction.reason_codes));
  }
  return prediction;
}

}  // namespace scoreway::pmml
