// RegressionTables: linear predictors over fields, as RegressionModel (and a Node's embedded Regression) has them.
#pragma once

#include "importers/pmml/model_scope.h"

namespace scoreway::pmml {

// The linear predictor of each table, a column each: intercept, numeric predictors with exponents, categorical
// predictors (a missing or other category adds nothing) and predictor terms. Missing where a number is missing.
Result<ValueId> LowerRegressionTables(ModelScope& scope, const std::vector<Element>& tables);

}  // namespace scoreway::pmml
