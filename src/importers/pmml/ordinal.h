// The order of ordinal fields: that in which their valid Values are listed.
#pragma once

#include "importers/pmml/context.h"

namespace scoreway::pmml {

// Whether the cell is ordinal with an order of its own: it has Values, which are no numbers in rising order.
bool HasOwnOrder(const Cell& cell);

// The place of a value of the document, or of a cell, among the Values of `ordinal`, which HasOwnOrder. CORRUPT where
// the value is none of them; a cell that is none of them has a missing place.
Result<double> PlaceOf(const Emit& emit, const Cell& ordinal, std::string_view value);
Result<ValueId> PlaceOf(Emit& emit, const Cell& ordinal, const Cell& cell);

}  // namespace scoreway::pmml
