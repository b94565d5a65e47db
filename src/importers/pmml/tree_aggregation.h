// Trees of which a row may reach several leaves: missingValueStrategy weightedConfidence and aggregateNodes.
//
// A row that meets no unknown predicate ends in one leaf, which decides. Else the leaves that it reaches count
// together:
//   aggregateNodes: the children whose predicates are not false, up to the first true one, are followed, and the
//   records
//     of each class in the leaves are added up; the class with most of them wins, its share is its confidence.
//   weightedConfidence: where the first child that is not false is unknown, all children that are not false count, each
//     by its part of the records of its parent; the class with the greatest sum of confidences wins.
#pragma once

#include "importers/pmml/model_scope.h"
#include "importers/pmml/prediction.h"

namespace scoreway::pmml {

// Whether a TreeModel has one of these strategies.
bool CountsSeveralLeaves(const Element& tree_model);

// UNSUPPORTED for other than classifications, for a missingValuePenalty and for very many nodes.
Result<Prediction> LowerAggregatedTree(ModelScope& scope);

}  // namespace scoreway::pmml
