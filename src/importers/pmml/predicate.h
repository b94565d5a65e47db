// Predicates of PMML: three-valued tests of a row.
#pragma once

#include "importers/pmml/model_scope.h"

namespace scoreway::pmml {

// 1 where the predicate is true, 0 where false, missing where it is unknown.
Result<ValueId> LowerPredicate(ModelScope& scope, const Element& predicate);

// The predicate among the children of a Node, Segment, Characteristic's Attribute or rule; empty if there is none.
Element FindPredicate(const Element& container);

// The values of an Array element: separated by blanks, or in quotes.
Result<std::vector<std::string>> ReadArray(const Element& array);

}  // namespace scoreway::pmml
