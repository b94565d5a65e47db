// Arena: where the nodes of one Document are made and live, with a count of what they cost.
//
// Only the readers of this folder use it. Nodes have stable addresses and are destroyed all at once, without recursion.
// Making one never fails; the reader asks after each opcode whether a limit is passed, and an opcode makes no more than
// the bytes it has read can pay for.
#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>

#include "importers/pickle/limits.h"
#include "importers/pickle/object.h"

namespace scoreway::pickle {

class Arena {
 public:
  explicit Arena(const Limits& limits) : memory_bytes_max_(limits.memory_bytes), work_max_(limits.work) {}
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;

  void Charge(size_t bytes) { memory_bytes_ += bytes; }
  // Counts bytes looked at once more, so that few opcodes cannot keep us busy with one long text.
  void Spend(size_t work) { work_ += work; }
  bool exhausted() const { return memory_bytes_ > memory_bytes_max_ || nodes_.size() >= UINT32_MAX; }
  bool overworked() const { return work_ > work_max_; }
  // Whether that many bytes more would still be within the limit.
  bool CanHold(size_t bytes) const { return !exhausted() && bytes <= memory_bytes_max_ - memory_bytes_; }
  size_t memory_bytes_max() const { return memory_bytes_max_; }
  size_t node_count() const { return nodes_.size(); }
  const std::vector<const Global*>& globals() const { return globals_; }

  Node* None() { return Once(&none_, Kind::kNone); }
  Node* Bool(bool value) {
    Node* node = Once(value ? &true_ : &false_, Kind::kBool);
    node->bool_ = value;
    return node;
  }
  Node* Int(int64_t value) {
    Node* node = New(Kind::kInt);
    node->int_ = value;
    return node;
  }
  Node* Float(double value) {
    Node* node = New(Kind::kFloat);
    node->float_ = value;
    return node;
  }
  Node* Complex(double real, double imaginary) {
    Node* node = New(Kind::kComplex);
    node->complex_ = {real, imaginary};
    return node;
  }
  // Bytes, Str or BigInt over text that outlives the Document: the pickle's own bytes or what Keep returned.
  Node* Text(Kind kind, std::string_view text) {
    Node* node = New(kind);
    node->text_ = {text.data(), text.size()};
    return node;
  }
  std::string_view Keep(std::string text);

  // List, Tuple, Set, FrozenSet or Dict.
  Node* Container(Kind kind, Nodes items = {});
  // The node of that name, the same one each time.
  Node* NewGlobal(std::string_view module, std::string_view name, size_t offset);
  Node* NewInstance(Instance instance);
  Node* NewArray(Array array);
  Node* NewDType(DType dtype);
  const DType* KeepDType(DType dtype);
  const Nodes* KeepNodes(Nodes nodes);

  // Adds to a List, a Set, the pairs of a Dict, or the items of an Instance.
  void Append(Node* node, const Node* item);
  void SetItem(Node* node, const Node* key, const Node* value);
  // For a node whose memory is settled by a later opcode: references to it made meanwhile see the new content.
  void TurnIntoArray(Node* node, Array array);
  void TurnIntoDType(Node* node, DType dtype);
  void SetState(Node* node, const Node* state) { node->instance_->state = state; }

 private:
  Node* New(Kind kind) {
    Charge(sizeof(Node));
    nodes_.push_back(Node(kind, static_cast<uint32_t>(nodes_.size())));
    return &nodes_.back();
  }
  Node* Once(Node** kept, Kind kind) {
    if (*kept == nullptr) *kept = New(kind);
    return *kept;
  }

  const size_t memory_bytes_max_;
  const uint64_t work_max_;
  size_t memory_bytes_ = 0;
  uint64_t work_ = 0;
  std::deque<Node> nodes_;
  std::deque<Nodes> items_;
  std::deque<std::string> texts_;
  std::deque<Global> global_names_;
  std::unordered_map<std::string, Node*> global_nodes_;  // by module, newline, name
  std::vector<const Global*> globals_;
  std::deque<Instance> instances_;
  std::deque<Array> arrays_;
  std::deque<DType> dtypes_;
  Node* none_ = nullptr;
  Node* true_ = nullptr;
  Node* false_ = nullptr;
};

}  // namespace scoreway::pickle
