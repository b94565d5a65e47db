// What follows a model element: its Targets, the value of its target field, and its Output.
#pragma once

#include "importers/pmml/model_scope.h"

namespace scoreway::pmml {

// The name of what is predicted where the document names no field for it.
inline constexpr std::string_view kSyntheticTarget = "_target";

// Sets prediction->value: of a regression treated by Target (limits, rescaling, rounding, default), of a classification
// the class decided by codes or by the greatest probability, with the prior probabilities where there is no prediction.
Status CompletePrediction(ModelScope& scope, Prediction* prediction);

// Evaluates the OutputFields, declares them in the scope and appends those that are final to prediction->outputs.
Status EvaluateOutput(ModelScope& scope, Prediction* prediction);

// The class label by code, as the target's type.
Result<Cell> LabelOf(Emit& emit, const Target& target, const std::vector<std::string>& classes, ValueId codes);

}  // namespace scoreway::pmml
