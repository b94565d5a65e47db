// Appending to an op::TreeEnsemble while it is made, node by node.
#pragma once

#include <cstdint>

#include "model/operators.h"

namespace scoreway::op {

// A node that is its own child on both sides, as leaves are; its index. Of categorical trees `category_bits` is left to
// the caller.
inline uint32_t AppendNode(TreeEnsemble* trees) {
  const auto node = static_cast<uint32_t>(trees->feature.size());
  trees->feature.push_back(0);
  trees->threshold.push_back(0);
  trees->left.push_back(node);
  trees->right.push_back(node);
  trees->flags.push_back(0);
  trees->payload.push_back(0);
  return node;
}

// A leaf of one number; its index.
inline uint32_t AppendLeaf(TreeEnsemble* trees, double value) {
  const uint32_t leaf = AppendNode(trees);
  trees->payload[leaf] = static_cast<uint32_t>(trees->leaf_values.size());
  trees->leaf_values.push_back(value);
  return leaf;
}

}  // namespace scoreway::op
