#include "registry/search_expression.h"

namespace scoreway {

bool SearchExpression::Matches(const VersionInfo& version) const {
  return nodes_.empty() || HoldsAt(nodes_.size() - 1, version);
}

bool SearchExpression::HoldsAt(size_t index, const VersionInfo& version) const {
  const Node& node = nodes_[index];
  switch (node.kind) {
    case Node::Kind::kAnd: return HoldsAt(node.left, version) && HoldsAt(node.right, version);
    case Node::Kind::kOr: return HoldsAt(node.left, version) || HoldsAt(node.right, version);
    case Node::Kind::kNot: return !HoldsAt(node.left, version);
    case Node::Kind::kComparison: return Holds(comparisons_[node.left], version);
  }
  return false;
}

}  // namespace scoreway
