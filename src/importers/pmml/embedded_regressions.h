// EmbeddedRegressions: the Regression elements within Nodes of a tree, which compute the score of a row that ends
// there.
#pragma once

#include <map>
#include <vector>

#include "importers/pmml/model_scope.h"

namespace scoreway::pmml {

// Whether the document has a model within a Node, or a regression or tree within a MiningModel.
bool HasEmbeddedModels(const Element& any);

class EmbeddedRegressions {
 public:
  // Takes note of the Regression of a Node, if it has one. UNSUPPORTED for a DecisionTree, for a model that is no
  // regression, and for a Regression with transformations, targets or outputs of its own.
  Status Add(ModelScope& scope, const Element& node);

  bool empty() const { return regressions_.empty(); }
  // Which of the regressions the Node has; NaN: none.
  double PlaceIn(const Element& node) const;
  // `scores`, but where a row's place (PlaceIn of the Node that decides) says a regression, what that gives; where it
  // gives nothing the score stays.
  Result<ValueId> Replace(ModelScope& scope, ValueId places, ValueId scores) const;

 private:
  std::vector<Element> regressions_;
  std::map<uint32_t, size_t> place_of_node_;  // by the index of the Node
};

}  // namespace scoreway::pmml
