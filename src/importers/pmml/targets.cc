// Targets, and the value of the target field.

#include <algorithm>
#include <cmath>

#include "importers/pmml/complete.h"
#include "importers/pmml/expression.h"
#include "importers/pmml/normalization.h"

namespace scoreway::pmml {
namespace {

using op::BinaryFunction;
using op::UnaryFunction;

// Halves upwards, as Math.round in Java.
Result<ValueId> RoundHalfUp(Emit& emit, ValueId x) {
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId floor, emit.Unary(UnaryFunction::kFloor, x));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId fraction, emit.Binary(BinaryFunction::kSubtract, x, floor));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId half, emit.Number(0.5));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId up, emit.Binary(BinaryFunction::kGreaterEqual, fraction, half));
  return emit.Binary(BinaryFunction::kAdd, floor, up);
}

Result<ValueId> CastInteger(Emit& emit, const Element& target, ValueId x) {
  const auto method = target.Attribute("castInteger");
  if (!method) return x;
  if (*method == "round") return RoundHalfUp(emit, x);
  if (*method == "ceiling") return emit.Unary(UnaryFunction::kCeil, x);
  if (*method == "floor") return emit.Unary(UnaryFunction::kFloor, x);
  return Context::Corrupt(target, "castInteger '" + std::string(*method) + "' is not known");
}

// Limits, then rescaling, then rounding.
Result<ValueId> Process(ModelScope& scope, Emit& emit, const Element& target, ValueId x) {
  const Context& context = scope.context();
  op::Affine limits;
  limits.form = op::Affine::Form::kMultiplyAdd;
  SCOREWAY_ASSIGN_OR_RETURN(limits.low, context.NumberOr(target, "min", -op::kInfinity));
  SCOREWAY_ASSIGN_OR_RETURN(limits.high, context.NumberOr(target, "max", op::kInfinity));
  if (std::isfinite(limits.low) || std::isfinite(limits.high)) {
    SCOREWAY_ASSIGN_OR_RETURN(x, emit.Add(std::move(limits), {x}));
  }
  SCOREWAY_ASSIGN_OR_RETURN(const double factor, context.NumberOr(target, "rescaleFactor", 1));
  if (factor != 1) {
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId by, emit.Number(RoundTo(factor, scope.precision())));
    SCOREWAY_ASSIGN_OR_RETURN(x, emit.Binary(BinaryFunction::kMultiply, x, by));
    SCOREWAY_ASSIGN_OR_RETURN(x, RoundTo(emit, x, scope.precision()));
  }
  SCOREWAY_ASSIGN_OR_RETURN(const double constant, context.NumberOr(target, "rescaleConstant", 0));
  if (constant != 0) {
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId by, emit.Number(RoundTo(constant, scope.precision())));
    SCOREWAY_ASSIGN_OR_RETURN(x, emit.Binary(BinaryFunction::kAdd, x, by));
    SCOREWAY_ASSIGN_OR_RETURN(x, RoundTo(emit, x, scope.precision()));
  }
  return CastInteger(emit, target, x);
}

Status CompleteRegression(ModelScope& scope, Prediction* prediction) {
  if (!prediction->value) return {};
  const Target& target = scope.target();
  Emit emit(scope.context(), target.target ? target.target : scope.model());
  SCOREWAY_ASSIGN_OR_RETURN(ValueId x, emit.AsNumber(*prediction->value));
  if (target.target) {
    const std::vector<Element> values = target.target.Children("TargetValue");
    // What a missing prediction becomes.
    if (values.size() == 1 && values[0].Attribute("defaultValue")) {
      SCOREWAY_ASSIGN_OR_RETURN(const double value, scope.context().WantNumber(values[0], "defaultValue"));
      SCOREWAY_ASSIGN_OR_RETURN(x, emit.Add(op::ImputeNumber{op::kNaN, {value}}, {x}));
    }
    SCOREWAY_ASSIGN_OR_RETURN(x, Process(scope, emit, target.target, x));
  }
  Cell cell = *prediction->value;
  cell.value = x;
  cell.type = scope.precision() == op::Precision::kFloat32 ? DataType::kFloat : DataType::kDouble;
  SCOREWAY_ASSIGN_OR_RETURN(prediction->value, emit.Cast(cell, target.type));
  return {};
}

// The prior probabilities of the classes, which stand for a missing prediction; empty without them.
Result<std::vector<double>> Priors(const Context& context, const Element& target,
                                   const std::vector<std::string>& classes) {
  std::vector<double> priors(classes.size(), 0);
  double sum = 0;
  for (const Element& value : target.Children("TargetValue")) {
    if (!value.Attribute("priorProbability")) continue;
    SCOREWAY_ASSIGN_OR_RETURN(const double prior, context.WantNumber(value, "priorProbability"));
    for (size_t i = 0; i < classes.size(); ++i) {
      if (classes[i] == value.Attribute("value", "")) priors[i] = prior;
    }
    sum += prior;
  }
  if (!(sum > 0)) return std::vector<double>();
  for (double& prior : priors) prior /= sum;
  return priors;
}

Status CompleteClassification(ModelScope& scope, Prediction* prediction) {
  if (prediction->classes.empty()) return {};
  const Target& target = scope.target();
  Emit emit(scope.context(), scope.model());
  if (target.target && prediction->probabilities) {
    SCOREWAY_ASSIGN_OR_RETURN(const std::vector<double> priors,
                              Priors(scope.context(), target.target, prediction->classes));
    if (!priors.empty()) {
      SCOREWAY_ASSIGN_OR_RETURN(prediction->probabilities,
                                emit.Add(op::ImputeNumber{op::kNaN, priors}, {*prediction->probabilities}));
      if (prediction->codes) {
        const auto likeliest = std::max_element(priors.begin(), priors.end()) - priors.begin();
        SCOREWAY_ASSIGN_OR_RETURN(
            prediction->codes,
            emit.Add(op::ImputeNumber{op::kNaN, {static_cast<double>(likeliest)}}, {*prediction->codes}));
      }
    }
  }
  if (!prediction->codes) {
    if (!prediction->probabilities) return Status(Context::Corrupt(scope.model(), "it predicts nothing"));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId best,
                              emit.Add(op::Row{op::RowFunction::kArgMax}, {*prediction->probabilities}));
    // Without probabilities there is no class either.
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId first, emit.Select(*prediction->probabilities, 0));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId known, emit.Unary(UnaryFunction::kIsPresent, first));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId none, emit.Number(op::kNaN));
    SCOREWAY_ASSIGN_OR_RETURN(prediction->codes, emit.Where(known, best, none));
  }
  SCOREWAY_ASSIGN_OR_RETURN(prediction->value, LabelOf(emit, target, prediction->classes, *prediction->codes));
  return {};
}

}  // namespace

Result<Cell> LabelOf(Emit& emit, const Target& target, const std::vector<std::string>& classes, ValueId codes) {
  Cell cell;
  cell.type = target.type;
  cell.op_type = target.op_type;
  if (IsText(target.type)) {
    SCOREWAY_ASSIGN_OR_RETURN(cell.value, emit.Add(op::DecodeText{classes}, {codes}));
    return cell;
  }
  std::vector<double> numbers;
  for (const std::string& name : classes) {
    const auto number = ParseNumber(target.type, name);
    if (!number) {
      return Context::Corrupt(emit.at(), "class '" + name + "' is no " + std::string(DataTypeName(target.type)));
    }
    numbers.push_back(*number);
  }
  SCOREWAY_ASSIGN_OR_RETURN(cell.value, emit.Add(op::DecodeNumber{std::move(numbers)}, {codes}));
  return cell;
}

Status CompletePrediction(ModelScope& scope, Prediction* prediction) {
  if (!prediction->complete) {
    if (scope.function() == MiningFunction::kRegression) {
      SCOREWAY_RETURN_IF_ERROR(CompleteRegression(scope, prediction));
    } else {
      SCOREWAY_RETURN_IF_ERROR(CompleteClassification(scope, prediction));
    }
    prediction->complete = true;
  }
  if (prediction->value && prediction->targets.empty()) {
    const std::string& name = scope.target().name;
    prediction->targets.push_back({name.empty() ? std::string(kSyntheticTarget) : name, *prediction->value});
  }
  return {};
}

}  // namespace scoreway::pmml
