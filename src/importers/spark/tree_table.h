// TreeTable: the trees of a saved model as rows of nodes (DecisionTreeModelReadWrite.NodeData), turned into a
// TreeEnsemble.
#pragma once

#include <functional>
#include <vector>

#include "importers/spark/stage.h"
#include "model/operators.h"

namespace scoreway::spark {

// What a leaf gives: its prediction and its statistics (of a classifier the weight of each class).
struct LeafData {
  double prediction = 0;
  std::vector<double> statistics;
};

// The trees in the stage's data, in the order of their numbers, as an ensemble whose leaves hold what `leaf` makes of
// them: as many numbers for each. `weights` of the trees multiply these; empty: 1.
// CORRUPT if the rows are no trees.
Result<op::TreeEnsemble> ReadTrees(const Stage& stage, uint32_t leaf_width, const std::vector<double>& weights,
                                   const std::function<Result<std::vector<double>>(const LeafData&)>& leaf);

// Weights of the trees, by their numbers; all 1 but in gradient boosting.
Result<std::vector<double>> ReadTreeWeights(const Stage& stage);

}  // namespace scoreway::spark
