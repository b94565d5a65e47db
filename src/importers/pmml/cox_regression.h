// The baseline of a Cox regression.
#pragma once

#include "importers/pmml/model_scope.h"

namespace scoreway::pmml {

// The cumulative hazard of the baseline at the row's time: 0 before the first time of the table, missing after its
// maximal time and where the row's stratum has no table.
Result<ValueId> LowerBaselineHazard(ModelScope& scope);

}  // namespace scoreway::pmml
