// Lists of numbers: the elements Array, REAL-SparseArray and INT-SparseArray.
#pragma once

#include <vector>

#include "importers/pmml/context.h"

namespace scoreway::pmml {

// The numbers of an Array.
Result<std::vector<double>> ReadNumberArray(const Element& array);

// The `count` numbers of the list among the children of `parent`; CORRUPT if there is none of that length. The indices
// of a sparse one begin at 1, what it does not name is its defaultValue.
Result<std::vector<double>> ReadNumbers(Context& context, const Element& parent, size_t count);

}  // namespace scoreway::pmml
