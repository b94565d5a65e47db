// Isolation forests: how soon a row stands alone.
#pragma once

#include "importers/sklearn/tree_builder.h"

namespace scoreway::sklearn {

// By node how deep it lies, plus what its samples would still take to be told apart.
Result<std::vector<double>> IsolationDepths(const Context& context, const Object& tree, const TreeNodes& nodes);

// Scores, decisions and marks by the sum of the depths that the trees give.
Result<Prediction> IsolationOf(Context& context, const Object& forest, size_t trees, op::TreeEnsemble ensemble,
                               ValueId input);

}  // namespace scoreway::sklearn
