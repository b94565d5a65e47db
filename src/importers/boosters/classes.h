// The estimators and boosters of XGBoost and LightGBM as they stand in pickles.
#pragma once

#include "importers/sklearn/lowering.h"

namespace scoreway::boosters {

sklearn::ClassTable BoosterClasses();

// Whether AddLeaves may be called.
bool HasLeaves(const sklearn::Object& estimator);
// A column for each tree with the leaf that the row falls into: what XGBoost's apply, or LightGBM's predict with
// pred_leaf, gives.
Result<ValueId> AddLeaves(sklearn::Context& context, const sklearn::Object& estimator, const sklearn::Table& in);

}  // namespace scoreway::boosters
