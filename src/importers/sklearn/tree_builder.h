// TreeBuilder: scikit-learn's fitted trees into the flat arrays of one op::TreeEnsemble.
#pragma once

#include <functional>
#include <string>
#include <unordered_map>

#include "importers/sklearn/lowering.h"

namespace scoreway::sklearn {

// The arrays of one sklearn.tree._tree.Tree; all of one length, values with one row a node.
struct TreeNodes {
  std::vector<int64_t> left, right, feature;
  std::vector<double> threshold;
  std::vector<int64_t> missing_left;  // empty before 1.3
  std::vector<double> values;
  size_t outputs = 1;  // targets
  size_t classes = 1;  // numbers a target; 1 in regression

  size_t size() const { return left.size(); }
  // The numbers of one target at a node.
  const double* At(size_t node, size_t target) const { return &values[(node * outputs + target) * classes]; }
};

// Of a fitted DecisionTree* or ExtraTree*.
Result<TreeNodes> ReadTree(const Object& estimator);

class TreeBuilder {
 public:
  // `leaf_width` numbers a leaf.
  TreeBuilder(Context* context, size_t leaf_width) : context_(context) {
    trees_.leaf_width = static_cast<uint32_t>(leaf_width);
    trees_.outputs = trees_.leaf_width;
    trees_.compare = op::TreeEnsemble::Compare::kFloat32LessEqual;
  }

  // What a leaf gives: appends leaf_width numbers for node `node`.
  using LeafValues = std::function<void(size_t node, std::vector<double>* out)>;
  // Adds a tree. `columns`, if not empty, are the input columns of the tree's features.
  Status Add(const Object& at, const TreeNodes& nodes, const LeafValues& leaf_values,
             const std::vector<size_t>& columns = {});

  op::TreeEnsemble& trees() { return trees_; }

 private:
  uint32_t LeafRow(size_t node, const LeafValues& leaf_values);

  Context* context_;
  op::TreeEnsemble trees_;
  // Rows of leaf_values by their bytes: most leaves of a classifier are one of a few, such as (1, 0).
  std::unordered_map<std::string, uint32_t> row_of_bytes_;
};

// Checks the table as a tree does before it predicts (float32, missing cells only where the trees were made for them).
Result<ValueId> TreeInput(Context& context, const Object& estimator, const Object& tree, const Table& in);

// A forest of fitted tree classifiers whose classes are those of the forest: the mean of their probabilities.
// `columns`: empty, or for each tree the columns it was given.
Result<ValueId> MeanTreeProbabilities(Context& context, const Object& origin, const std::vector<Object>& trees,
                                      ValueId input, size_t target, size_t classes,
                                      const std::vector<std::vector<size_t>>& columns = {});
// The same of regressors: the mean of their values, a column a target.
Result<ValueId> MeanTreeValues(Context& context, const Object& origin, const std::vector<Object>& trees, ValueId input,
                               const std::vector<std::vector<size_t>>& columns = {});

}  // namespace scoreway::sklearn
