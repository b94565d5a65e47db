// The trees of a TreeEnsemble* node, in one form for all versions of the operators, and their way into
// op::TreeEnsemble.
#pragma once

#include <cstdint>
#include <vector>

#include "importers/onnx/lowering.h"

namespace scoreway::onnx {

enum class NodeMode : uint8_t { kLessEqual = 0, kLess, kGreaterEqual, kGreater, kEqual, kNotEqual, kMember, kLeaf };

struct TreeNode {
  NodeMode mode = NodeMode::kLeaf;
  uint32_t feature = 0;
  double threshold = 0;
  uint32_t when_true = 0, when_false = 0;  // nodes
  bool missing_true = false;               // a missing cell takes the true branch
  std::vector<double> members;             // kMember
  // Of a leaf: weights[begin..end) of Trees.
  uint32_t begin = 0, end = 0;
};

struct LeafWeight {
  uint32_t target = 0;
  double weight = 0;
};

struct Trees {
  bool in_double = false;  // thresholds and sums, else float32
  std::vector<TreeNode> nodes;
  std::vector<uint32_t> roots;
  std::vector<LeafWeight> weights;
};

// From the nodes_* attributes of TreeEnsembleClassifier and TreeEnsembleRegressor, with the weights that the attributes
// of this prefix ("class_", "target_") name.
Result<Trees> ReadNodesAttributes(const Node& node, const std::string& prefix);
// From the attributes of TreeEnsemble (ai.onnx.ml 5).
Result<Trees> ReadTreeEnsemble(const Node& node);

// The sum of all trees for each target, divided by their number if `average`, in the precision of the trees; the least
// or greatest instead with `best`, for a single target.
enum class Aggregate : uint8_t { kSum, kAverage, kMin, kMax };
Result<ValueId> AddTrees(Context& context, const Tensor& x, const Trees& trees, uint32_t targets, Aggregate aggregate);

}  // namespace scoreway::onnx
