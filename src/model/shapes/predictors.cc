// The shape rules of model/operators/predictors.h.

#include <algorithm>
#include <string>

#include "model/shapes/infer.h"
#include "model/shapes/wants.h"

namespace scoreway {

Result<ValueShape> Infer(const op::Linear& p, const Shapes& in) {
  SCOREWAY_RETURN_IF_ERROR(Want(in, 1, ValueKind::kNumber));
  SCOREWAY_RETURN_IF_ERROR(WantEnum("precision", p.precision, op::Precision::kFloat32));
  SCOREWAY_RETURN_IF_ERROR(WantSize("weights", p.weights.size(), size_t{p.outputs} * in[0].width));
  SCOREWAY_RETURN_IF_ERROR(WantSizeOrEmpty("bias", p.bias.size(), p.outputs));
  return Numbers(p.outputs);
}

Result<ValueShape> Infer(const op::Distances& p, const Shapes& in) {
  SCOREWAY_RETURN_IF_ERROR(Want(in, 1, ValueKind::kNumber));
  SCOREWAY_RETURN_IF_ERROR(WantEnum("metric", p.metric, op::Distances::Metric::kManhattan));
  if (in[0].width == 0 || p.points.size() % in[0].width != 0) return Wrong("points do not have the width of the input");
  return Numbers(p.points.size() / in[0].width);
}

namespace {

// Walks one tree from its root and sees that it is one: every child in range, no node reached twice over all trees.
Status CheckTree(const op::TreeEnsemble& p, uint32_t root, std::vector<bool>* seen, std::vector<uint32_t>* stack) {
  const size_t nodes = p.feature.size();
  const size_t leaves = p.leaf_width == 0 ? 0 : p.leaf_values.size() / p.leaf_width;
  stack->assign(1, root);
  while (!stack->empty()) {
    const uint32_t node = stack->back();
    stack->pop_back();
    if (node >= nodes) return Status(Code::kCorrupt, "node " + std::to_string(node) + " is out of range");
    if ((*seen)[node]) return Status(Code::kCorrupt, "node " + std::to_string(node) + " is reached twice");
    (*seen)[node] = true;
    if (p.left[node] == node) {
      if (p.payload[node] >= leaves) return Status(Code::kCorrupt, "leaf " + std::to_string(node) + " has no value");
      continue;
    }
    stack->push_back(p.right[node]);
    stack->push_back(p.left[node]);
  }
  return {};
}

}  // namespace

Result<ValueShape> Infer(const op::TreeEnsemble& p, const Shapes& in) {
  SCOREWAY_RETURN_IF_ERROR(Want(in, 1, ValueKind::kNumber));
  SCOREWAY_RETURN_IF_ERROR(WantEnum("compare", p.compare, op::TreeEnsemble::Compare::kFloat32Less));
  SCOREWAY_RETURN_IF_ERROR(WantEnum("precision", p.precision, op::Precision::kFloat32));
  const size_t nodes = p.feature.size();
  SCOREWAY_RETURN_IF_ERROR(WantSize("threshold", p.threshold.size(), nodes));
  SCOREWAY_RETURN_IF_ERROR(WantSize("left", p.left.size(), nodes));
  SCOREWAY_RETURN_IF_ERROR(WantSize("right", p.right.size(), nodes));
  SCOREWAY_RETURN_IF_ERROR(WantSize("flags", p.flags.size(), nodes));
  SCOREWAY_RETURN_IF_ERROR(WantSize("payload", p.payload.size(), nodes));
  SCOREWAY_RETURN_IF_ERROR(WantSizeOrEmpty("category_bits", p.category_bits.size(), nodes));
  SCOREWAY_RETURN_IF_ERROR(WantSizeOrEmpty("base", p.base.size(), p.outputs));
  SCOREWAY_RETURN_IF_ERROR(WantSizeOrEmpty("tree_output", p.tree_output.size(), p.roots.size()));
  if (p.outputs == 0 || p.leaf_width == 0) return Wrong("has no outputs");
  if (p.tree_output.empty() ? p.leaf_width != p.outputs : p.leaf_width != 1) {
    return Wrong("leaves of " + std::to_string(p.leaf_width) + " numbers do not fit " + std::to_string(p.outputs) +
                 " outputs");
  }
  SCOREWAY_RETURN_IF_ERROR(WantColumnsBelow(p.tree_output, p.outputs));
  if (p.leaf_values.size() % p.leaf_width != 0) return Wrong("leaf_values is not a whole number of leaves");
  if (!(p.divisor != 0)) return Wrong("divisor is 0");
  std::vector<bool> seen(nodes);
  std::vector<uint32_t> stack;
  for (size_t t = 0; t < p.roots.size(); ++t) {
    if (Status status = CheckTree(p, p.roots[t], &seen, &stack); !status.ok()) {
      return AtPlace("tree " + std::to_string(t), std::move(status).error());
    }
  }
  const auto place = [](size_t node) { return "node " + std::to_string(node); };
  for (size_t i = 0; i < nodes; ++i) {
    if (p.left[i] == i) continue;
    if (p.feature[i] >= in[0].width) {
      return Error{
          Code::kCorrupt,
          "feature " + std::to_string(p.feature[i]) + " of " + std::to_string(in[0].width) + " is out of range",
          place(i)};
    }
    if ((p.flags[i] & op::TreeEnsemble::kCategorical) == 0) continue;
    if (p.category_bits.empty()) return Error{Code::kCorrupt, "a categorical split without category_bits", place(i)};
    const uint64_t words = (uint64_t{p.category_bits[i]} + 31) / 32;
    if (p.payload[i] + words > p.category_words.size()) {
      return Error{Code::kCorrupt, "category set is out of range", place(i)};
    }
  }
  return Numbers(p.outputs);
}

Result<ValueShape> Infer(const op::LinearTreeEnsemble& p, const Shapes& in) {
  Result<ValueShape> shape = Infer(p.trees, in);
  if (!shape.ok()) return shape;
  if (p.trees.leaf_width != 1) return Wrong("linear leaves have one number");
  if (p.trees.compare != op::TreeEnsemble::Compare::kLessEqual || p.trees.precision != op::Precision::kFloat64) {
    return Wrong("linear leaves are of float64 trees");
  }
  SCOREWAY_RETURN_IF_ERROR(WantSize("leaf_constants", p.leaf_constants.size(), p.trees.leaf_values.size()));
  SCOREWAY_RETURN_IF_ERROR(WantSize("term_ends", p.term_ends.size(), p.leaf_constants.size()));
  SCOREWAY_RETURN_IF_ERROR(WantSize("term_weights", p.term_weights.size(), p.term_features.size()));
  SCOREWAY_RETURN_IF_ERROR(WantColumnsBelow(p.term_features, in[0].width));
  if (!std::is_sorted(p.term_ends.begin(), p.term_ends.end()) ||
      (!p.term_ends.empty() && p.term_ends.back() > p.term_features.size())) {
    return Wrong("term_ends do not rise to the number of terms");
  }
  return shape;
}

}  // namespace scoreway
