// Which leaf of a tree a row falls into.
#pragma once

#include "importers/sklearn/lowering.h"

namespace scoreway::sklearn {

// A column for each tree with the number of the leaf, as the method apply gives it.
Result<ValueId> AddLeafNumbers(Context& context, const Object& owner, const std::vector<Object>& trees,
                               const Table& in);

}  // namespace scoreway::sklearn
