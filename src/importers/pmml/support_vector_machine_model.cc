// SupportVectorMachineModel.

#include <algorithm>
#include <cmath>

#include "importers/pmml/model_elements.h"
#include "importers/pmml/ranking.h"
#include "importers/pmml/vector_machine.h"

namespace scoreway::pmml {
namespace {

using op::BinaryFunction;
using op::UnaryFunction;

Result<bool> IsOneAgainstOne(const Element& model, const std::vector<Element>& machines) {
  const auto method = model.Attribute("classificationMethod");
  if (method == "OneAgainstOne") return true;
  if (method == "OneAgainstAll") return false;
  if (method) return Context::Corrupt(model, "classificationMethod '" + std::string(*method) + "' is not known");
  // Before PMML 4.0 what the machines name told the methods apart.
  return model.Attribute("alternateBinaryTargetCategory") || machines[0].Attribute("alternateTargetCategory");
}

// The index of the class, added if it is new.
uint32_t ClassOf(std::string_view name, std::vector<std::string>* classes) {
  const auto it = std::ranges::find(*classes, name);
  const auto index = static_cast<uint32_t>(it - classes->begin());
  if (it == classes->end()) classes->emplace_back(name);
  return index;
}

// Every machine speaks for a class; the least value wins, or the greatest (maxWins).
Result<Prediction> OneAgainstAll(ModelScope& scope, const std::vector<Element>& machines, ValueId values,
                                 bool max_wins) {
  Prediction prediction;
  for (const Element& machine : machines) {
    SCOREWAY_ASSIGN_OR_RETURN(const std::string_view name, scope.context().Want(machine, "targetCategory"));
    prediction.classes.emplace_back(name);
  }
  Emit emit(scope.context(), scope.model());
  ValueId goodness = values;
  if (!max_wins) {
    SCOREWAY_ASSIGN_OR_RETURN(goodness, emit.Unary(UnaryFunction::kNegate, values));
  }
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId equals, emit.Numbers(std::vector<double>(machines.size(), 0)));
  SCOREWAY_ASSIGN_OR_RETURN(prediction.codes, BestColumn(emit, goodness, equals));
  return prediction;
}

// In PMML 3 the value, rounded, is 1 for the target category and 0 for the alternative of the whole model. Later there
// is no such alternative; documents that name it still, and no method, mean it as one of the machine.
bool SaysOneOrZero(ModelScope& scope) {
  if (!scope.model().Attribute("alternateBinaryTargetCategory")) return false;
  return scope.model().Attribute("classificationMethod") ||
         scope.context().pmml().Attribute("version", "").starts_with("3.");
}

// The class that a machine votes for: its target category where the value is below the threshold (maxWins: above),
// else the alternative.
Result<ValueId> VoteOf(ModelScope& scope, const Element& machine, ValueId value, bool max_wins,
                       std::vector<std::string>* classes) {
  Context& context = scope.context();
  Emit emit(context, machine);
  SCOREWAY_ASSIGN_OR_RETURN(const std::string_view target, context.Want(machine, "targetCategory"));
  const double target_code = ClassOf(target, classes);
  const auto common = scope.model().Attribute("alternateBinaryTargetCategory");
  std::string_view other = common.value_or("");
  if (!common) {
    SCOREWAY_ASSIGN_OR_RETURN(other, context.Want(machine, "alternateTargetCategory"));
  }
  const double other_code = ClassOf(other, classes);
  if (SaysOneOrZero(scope)) {
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId half, emit.Number(0.5));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId shifted, emit.Binary(BinaryFunction::kAdd, value, half));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId rounded, emit.Unary(UnaryFunction::kFloor, shifted));
    return emit.Add(op::DecodeNumber{{other_code, target_code}}, {rounded});
  }
  SCOREWAY_ASSIGN_OR_RETURN(const double common_threshold, context.NumberOr(scope.model(), "threshold", 0));
  SCOREWAY_ASSIGN_OR_RETURN(const double threshold, context.NumberOr(machine, "threshold", common_threshold));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId limit, emit.Number(threshold));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId wins,
                            emit.Binary(max_wins ? BinaryFunction::kGreater : BinaryFunction::kLess, value, limit));
  return emit.Add(op::DecodeNumber{{other_code, target_code}}, {wins});
}

// Every machine votes for one of two classes; of equally many votes the class wins that has got one first.
Result<Prediction> OneAgainstOne(ModelScope& scope, const std::vector<Element>& machines, ValueId values,
                                 bool max_wins) {
  Prediction prediction;
  Emit emit(scope.context(), scope.model());
  std::vector<ValueId> votes;
  std::vector<double> firsts;
  for (size_t i = 0; i < machines.size(); ++i) {
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId value, emit.Select(values, static_cast<uint32_t>(i)));
    SCOREWAY_ASSIGN_OR_RETURN(votes.emplace_back(), VoteOf(scope, machines[i], value, max_wins, &prediction.classes));
    // More than all that follow together.
    firsts.push_back(std::exp2(-static_cast<double>(std::min<size_t>(i, 1000))));
  }
  const auto count = static_cast<uint32_t>(prediction.classes.size());
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId counts, emit.Add(op::Votes{count, {}}, votes));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId order, emit.Add(op::Votes{count, std::move(firsts)}, votes));
  SCOREWAY_ASSIGN_OR_RETURN(prediction.codes, BestColumn(emit, counts, order));
  SCOREWAY_ASSIGN_OR_RETURN(prediction.probabilities, emit.Add(op::Row{op::RowFunction::kNormalizeSum}, {counts}));
  return prediction;
}

}  // namespace

Result<Prediction> LowerSupportVectorMachineModel(ModelScope& scope) {
  const Element& model = scope.model();
  const std::vector<Element> machines = model.Children("SupportVectorMachine");
  if (machines.empty()) return Context::Corrupt(model, "it has no SupportVectorMachine");
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId values, LowerVectorMachines(scope, machines));
  if (scope.function() == MiningFunction::kRegression) {
    if (machines.size() != 1) return Context::Corrupt(model, "a regression needs one SupportVectorMachine");
    Prediction prediction;
    Cell cell;
    cell.value = values;
    prediction.value = cell;
    return prediction;
  }
  if (scope.function() != MiningFunction::kClassification) {
    return Context::Corrupt(model, "a SupportVectorMachineModel does not have this functionName");
  }
  SCOREWAY_ASSIGN_OR_RETURN(const bool max_wins, scope.context().FlagOr(model, "maxWins", false));
  SCOREWAY_ASSIGN_OR_RETURN(const bool one_against_one, IsOneAgainstOne(model, machines));
  return one_against_one ? OneAgainstOne(scope, machines, values, max_wins)
                         : OneAgainstAll(scope, machines, values, max_wins);
}

}  // namespace scoreway::pmml
