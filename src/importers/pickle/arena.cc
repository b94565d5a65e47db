#include "importers/pickle/arena.h"

namespace scoreway::pickle {
namespace {

// What a vector costs when it grows one by one: up to twice its size while it moves.
constexpr size_t kItemCost = 2 * sizeof(const Node*);
// The allocator's own bytes for a separate piece of memory.
constexpr size_t kPieceCost = 16;

}  // namespace

std::string_view Arena::Keep(std::string text) {
  Charge(sizeof(std::string) + text.capacity() + kPieceCost);
  texts_.push_back(std::move(text));
  return texts_.back();
}

Node* Arena::Container(Kind kind, Nodes items) {
  Node* node = New(kind);
  Charge(sizeof(Nodes) + (items.empty() ? 0 : items.capacity() * sizeof(const Node*) + kPieceCost));
  items_.push_back(std::move(items));
  node->items_ = &items_.back();
  return node;
}

Node* Arena::NewGlobal(std::string_view module, std::string_view name, size_t offset) {
  std::string key = std::string(module) + "\n" + std::string(name);
  auto [place, is_new] = global_nodes_.try_emplace(std::move(key), nullptr);
  if (!is_new) return place->second;
  Charge(sizeof(Global) + module.size() + name.size() + 128);
  global_names_.push_back({module, name, offset});
  globals_.push_back(&global_names_.back());
  Node* node = New(Kind::kGlobal);
  node->global_ = &global_names_.back();
  place->second = node;
  return node;
}

Node* Arena::NewInstance(Instance instance) {
  Charge(sizeof(Instance));
  instances_.push_back(std::move(instance));
  Node* node = New(Kind::kInstance);
  node->instance_ = &instances_.back();
  return node;
}

Node* Arena::NewArray(Array array) {
  Node* node = New(Kind::kArray);
  TurnIntoArray(node, std::move(array));
  return node;
}

void Arena::TurnIntoArray(Node* node, Array array) {
  Charge(sizeof(Array) + 2 * (array.ndim() * sizeof(int64_t) + kPieceCost));
  arrays_.push_back(std::move(array));
  node->kind_ = Kind::kArray;
  node->array_ = &arrays_.back();
}

const DType* Arena::KeepDType(DType dtype) {
  Charge(sizeof(DType) + dtype.fields.capacity() * sizeof(DType::Field) + dtype.subshape.capacity() * sizeof(int64_t) +
         2 * kPieceCost);
  dtypes_.push_back(std::move(dtype));
  return &dtypes_.back();
}

Node* Arena::NewDType(DType dtype) {
  Node* node = New(Kind::kDType);
  TurnIntoDType(node, std::move(dtype));
  return node;
}

void Arena::TurnIntoDType(Node* node, DType dtype) {
  // A new DType each time: arrays made with the former one were checked against that.
  node->kind_ = Kind::kDType;
  node->dtype_ = KeepDType(std::move(dtype));
}

const Nodes* Arena::KeepNodes(Nodes nodes) {
  Charge(sizeof(Nodes) + nodes.capacity() * sizeof(const Node*) + kPieceCost);
  items_.push_back(std::move(nodes));
  return &items_.back();
}

void Arena::Append(Node* node, const Node* item) {
  Nodes& items = node->kind_ == Kind::kInstance ? node->instance_->list_items : *node->items_;
  Charge(kItemCost);
  items.push_back(item);
}

void Arena::SetItem(Node* node, const Node* key, const Node* value) {
  Nodes& pairs = node->kind_ == Kind::kInstance ? node->instance_->dict_items : *node->items_;
  Charge(2 * kItemCost);
  pairs.push_back(key);
  pairs.push_back(value);
}

}  // namespace scoreway::pickle
