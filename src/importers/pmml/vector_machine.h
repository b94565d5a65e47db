// The parts of a SupportVectorMachineModel: its vectors, its kernel and its machines.
#pragma once

#include <vector>

#include "importers/pmml/model_scope.h"

namespace scoreway::pmml {

// What each SupportVectorMachine of the model says of a row, a column each. A row in which one of the VectorFields is
// missing is missing as a whole.
Result<ValueId> LowerVectorMachines(ModelScope& scope, const std::vector<Element>& machines);

}  // namespace scoreway::pmml
