// CHAID trees, which split columns of categories into any number of branches.
#pragma once

#include "importers/sklearn2pmml/lowerings.h"

namespace scoreway::sklearn2pmml {

bool IsChaid(const Object& estimator);

// The number of the leaf a row falls into; missing where a branch for its category is missing.
Result<ValueId> AddChaidNode(Context& context, const Object& estimator, const Table& in);

}  // namespace scoreway::sklearn2pmml
