// Visiting all of an object tree without recursion, however deep it is, however often it shares, and even if it holds
// itself.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "importers/pickle/object.h"

namespace scoreway::pickle {

// The nodes a node holds, in a fixed order: elements; keys and values by turns; of an Instance the callable, arguments,
// keyword arguments, state (those that are there), then its list items and dict items.
size_t ChildCount(const Node& node);
const Node& Child(const Node& node, size_t index);

struct Shape {
  size_t depth = 0;  // nodes on the longest way from the root to a leaf, cycles not followed
  bool has_cycle = false;
};
// RESOURCE_EXHAUSTED when the depth passes depth_max. node_count: no id may reach it.
Result<Shape> MeasureShape(const Node& root, size_t node_count, size_t depth_max);

// Calls visit for each node reachable from the root exactly once, parents before children.
void VisitAll(const Document& document, const std::function<void(const Node&)>& visit);

// The first way from the root to a node for which wanted is true, as one would write it in Python:
// "steps[1][1].coef_", "['scaler'].func"; "" for the root itself. Nothing when there is none.
std::optional<std::string> FindPath(const Document& document, const std::function<bool(const Node&)>& wanted);

}  // namespace scoreway::pickle
