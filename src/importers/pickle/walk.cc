#include "importers/pickle/walk.h"

#include <algorithm>

namespace scoreway::pickle {
namespace {

// The parts of an Instance that are there, before its items.
struct InstanceParts {
  const Node* parts[4];
  size_t count = 0;
  const Node* state = nullptr;

  explicit InstanceParts(const Instance& instance) : parts{}, state(instance.state) {
    for (const Node* part : {instance.callable, instance.args, instance.kwargs, instance.state}) {
      if (part != nullptr) parts[count++] = part;
    }
  }
};

// Elements of a List, Tuple, set or array of objects, or a Dict's keys and values by turns; null for the rest.
const Nodes* ElementsOrNull(const Node& node) {
  switch (node.kind()) {
    case Kind::kList:
    case Kind::kTuple: return *node.AsSequence();
    case Kind::kSet:
    case Kind::kFrozenSet: return *node.AsSet();
    case Kind::kDict: return node.AsDict()->pairs();
    case Kind::kArray: return (*node.AsArray())->stored_nodes();
    default: return nullptr;
  }
}

struct Step {
  const Node* node;
  size_t next_child = 0;
};

std::string KeyText(const Node& key) {
  if (Result<std::string_view> text = key.AsString(); text.ok()) return "['" + std::string(*text) + "']";
  if (Result<int64_t> number = key.AsInt(); number.ok()) return "[" + std::to_string(*number) + "]";
  return "[" + key.Describe() + "]";
}

// One step of a path. in_state: the parent is the state of an Instance, whose entries are its attributes.
std::string StepText(const Node& parent, size_t child, bool in_state) {
  const Nodes* pairs = parent.is_dict() ? parent.AsDict()->pairs() : nullptr;
  size_t pair_child = child;
  if (parent.is_instance()) {
    const Instance& instance = **parent.AsInstance();
    InstanceParts parts(instance);
    if (child < parts.count) {
      if (parts.parts[child] == instance.args) return ".args";
      if (parts.parts[child] == instance.kwargs) return ".kwargs";
      return "";  // the callable is named by the message, the state by what is in it
    }
    if (child - parts.count < instance.list_items.size()) return "[" + std::to_string(child - parts.count) + "]";
    pairs = &instance.dict_items;
    pair_child = child - parts.count - instance.list_items.size();
  }
  if (pairs == nullptr) return in_state ? "" : "[" + std::to_string(child) + "]";
  if (pair_child % 2 == 0) return ".keys[" + std::to_string(pair_child / 2) + "]";
  const Node& key = *(*pairs)[pair_child - 1];
  if (in_state && key.is_str()) return "." + std::string(*key.AsString());
  return KeyText(key);
}

std::string PathText(const std::vector<Step>& steps) {
  std::string path;
  bool in_state = false;
  for (size_t i = 0; i + 1 < steps.size(); ++i) {
    const Node& parent = *steps[i].node;
    const size_t child = steps[i].next_child - 1;
    path += StepText(parent, child, in_state);
    // A state may be a pair of dicts: its attributes lie one step deeper.
    bool is_pair_of_dicts = in_state && parent.kind() == Kind::kTuple && steps[i + 1].node->is_dict();
    const Node* state = parent.is_instance() ? (*parent.AsInstance())->state : nullptr;
    in_state = is_pair_of_dicts || (state != nullptr && state == steps[i + 1].node);
  }
  return path.starts_with('.') ? path.substr(1) : path;
}

}  // namespace

size_t ChildCount(const Node& node) {
  if (!node.is_instance()) {
    const Nodes* elements = ElementsOrNull(node);
    return elements == nullptr ? 0 : elements->size();
  }
  const Instance& instance = **node.AsInstance();
  return InstanceParts(instance).count + instance.list_items.size() + instance.dict_items.size();
}

const Node& Child(const Node& node, size_t index) {
  if (!node.is_instance()) return *(*ElementsOrNull(node))[index];
  const Instance& instance = **node.AsInstance();
  InstanceParts parts(instance);
  if (index < parts.count) return *parts.parts[index];
  index -= parts.count;
  if (index < instance.list_items.size()) return *instance.list_items[index];
  return *instance.dict_items[index - instance.list_items.size()];
}

Result<Shape> MeasureShape(const Node& root, size_t node_count, size_t depth_max) {
  constexpr uint32_t kUnseen = 0;
  constexpr uint32_t kOpen = UINT32_MAX;
  std::vector<uint32_t> heights(node_count, kUnseen);
  std::vector<uint32_t> open_heights = {1};  // of each step: the highest child so far, and itself
  std::vector<Step> steps = {{&root}};
  heights[root.id()] = kOpen;
  Shape shape;
  while (!steps.empty()) {
    Step& step = steps.back();
    uint32_t child_height = 0;
    if (step.next_child < ChildCount(*step.node)) {
      const Node& child = Child(*step.node, step.next_child++);
      uint32_t& height = heights[child.id()];
      if (height == kUnseen) {
        height = kOpen;
        steps.push_back({&child});
        open_heights.push_back(1);
      } else if (height == kOpen) {
        shape.has_cycle = true;
      } else {
        child_height = height;
      }
    } else {
      child_height = open_heights.back();
      heights[step.node->id()] = child_height;
      steps.pop_back();
      open_heights.pop_back();
      if (steps.empty()) shape.depth = child_height;
    }
    if (!steps.empty()) open_heights.back() = std::max(open_heights.back(), child_height + 1);
    if (steps.size() > depth_max || child_height > depth_max) {
      return Error{Code::kResourceExhausted, "objects are nested deeper than " + std::to_string(depth_max), ""};
    }
  }
  return shape;
}

void VisitAll(const Document& document, const std::function<void(const Node&)>& visit) {
  std::vector<bool> seen(document.node_count(), false);
  std::vector<const Node*> waiting = {&document.root()};
  seen[document.root().id()] = true;
  while (!waiting.empty()) {
    const Node& node = *waiting.back();
    waiting.pop_back();
    visit(node);
    for (size_t i = ChildCount(node); i > 0; --i) {
      const Node& child = Child(node, i - 1);
      if (seen[child.id()]) continue;
      seen[child.id()] = true;
      waiting.push_back(&child);
    }
  }
}

std::optional<std::string> FindPath(const Document& document, const std::function<bool(const Node&)>& wanted) {
  std::vector<bool> seen(document.node_count(), false);
  std::vector<Step> steps = {{&document.root()}};
  seen[document.root().id()] = true;
  if (wanted(document.root())) return "";
  while (!steps.empty()) {
    Step& step = steps.back();
    if (step.next_child == ChildCount(*step.node)) {
      steps.pop_back();
      continue;
    }
    const Node& child = Child(*step.node, step.next_child++);
    if (seen[child.id()]) continue;
    seen[child.id()] = true;
    steps.push_back({&child});
    if (wanted(child)) return PathText(steps);
  }
  return std::nullopt;
}

}  // namespace scoreway::pickle
