// TreeModel: what its leaves say, for a tree by itself and for trees of a MiningModel.
#pragma once

#include "importers/pmml/model_scope.h"
#include "importers/pmml/tree_compiler.h"

namespace scoreway::pmml {

// The classes of a classification tree: those of the target, then others in the order of the document.
void CollectTreeClasses(const Element& tree_model, std::vector<std::string>* classes);

// What a Node says about classes.
struct NodeClasses {
  double code = op::kNaN;             // of its score; if absent, of the class with most records
  std::vector<double> probabilities;  // a class each; empty without ScoreDistribution
  std::vector<double> confidences;    // the same
};
Result<NodeClasses> ReadNodeClasses(const Context& context, const Element& node,
                                    const std::vector<std::string>& classes);

// The score of a Node of a regression tree; NaN where there is none.
Result<double> ReadNodeScore(const Element& node);

}  // namespace scoreway::pmml
