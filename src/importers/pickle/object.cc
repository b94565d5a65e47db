#include "importers/pickle/object.h"

#include <cstdlib>

#include "importers/pickle/arena.h"

namespace scoreway::pickle {
namespace {

std::string_view KindName(Kind kind) {
  switch (kind) {
    case Kind::kNone: return "None";
    case Kind::kBool: return "a bool";
    case Kind::kInt: return "an integer";
    case Kind::kBigInt: return "an integer beyond 64 bits";
    case Kind::kFloat: return "a float";
    case Kind::kComplex: return "a complex number";
    case Kind::kBytes: return "bytes";
    case Kind::kStr: return "a string";
    case Kind::kList: return "a list";
    case Kind::kTuple: return "a tuple";
    case Kind::kDict: return "a dict";
    case Kind::kSet: return "a set";
    case Kind::kFrozenSet: return "a frozenset";
    case Kind::kGlobal: return "a class or function";
    case Kind::kInstance: return "an instance";
    case Kind::kArray: return "an array";
    case Kind::kDType: return "a dtype";
  }
  return "an unknown thing";
}

// Each element of a sequence through an accessor of Node.
template <typename T, typename From>
Result<std::vector<T>> Collect(const Nodes& nodes, Result<From> (Node::*accessor)() const) {
  std::vector<T> values;
  values.reserve(nodes.size());
  for (size_t i = 0; i < nodes.size(); ++i) {
    Result<From> value = (nodes[i]->*accessor)();
    if (!value.ok()) return AtPlace("[" + std::to_string(i) + "]", ToError(std::move(value)));
    values.emplace_back(*value);
  }
  return values;
}

}  // namespace

const Node* DictView::Find(std::string_view name) const {
  for (size_t i = size(); i > 0; --i) {
    const Node& candidate = key(i - 1);
    if (candidate.is_str() && candidate.AsString().value() == name) return &value(i - 1);
  }
  return nullptr;
}

Error Node::WrongKind(std::string_view wanted) const {
  return Error{Code::kCorrupt, std::string(wanted) + " expected, found " + Describe(), ""};
}

std::string Node::Describe() const {
  if (kind_ == Kind::kGlobal) return "the class or function " + global_->FullName();
  if (kind_ == Kind::kInstance) return "an instance of " + ClassName();
  if (kind_ == Kind::kArray) return "an array of " + array_->dtype().ToString();
  return std::string(KindName(kind_));
}

Result<bool> Node::AsBool() const {
  if (kind_ != Kind::kBool) return WrongKind("a bool");
  return bool_;
}

Result<int64_t> Node::AsInt() const {
  if (kind_ == Kind::kInt) return int_;
  if (kind_ == Kind::kBool) return int64_t{bool_};
  return WrongKind("an integer");
}

Result<double> Node::AsDouble() const {
  switch (kind_) {
    case Kind::kFloat: return float_;
    case Kind::kInt: return static_cast<double>(int_);
    case Kind::kBool: return bool_ ? 1.0 : 0.0;
    case Kind::kBigInt: return std::strtod(std::string(text()).c_str(), nullptr);
    default: return WrongKind("a number");
  }
}

Result<std::string_view> Node::AsString() const {
  if (kind_ != Kind::kStr) return WrongKind("a string");
  return text();
}

Result<std::string_view> Node::AsBytes() const {
  if (kind_ != Kind::kBytes) return WrongKind("bytes");
  return text();
}

Result<const Nodes*> Node::AsSequence() const {
  if (!is_sequence()) return WrongKind("a list or tuple");
  return static_cast<const Nodes*>(items_);
}

Result<const Nodes*> Node::AsSet() const {
  if (kind_ != Kind::kSet && kind_ != Kind::kFrozenSet) return WrongKind("a set");
  return static_cast<const Nodes*>(items_);
}

Result<DictView> Node::AsDict() const {
  if (kind_ == Kind::kDict) return DictView(items_);
  if (kind_ == Kind::kInstance && !instance_->dict_items.empty()) return DictView(&instance_->dict_items);
  return WrongKind("a dict");
}

Result<const Array*> Node::AsArray() const {
  if (kind_ != Kind::kArray) return WrongKind("an array");
  return array_;
}

Result<const DType*> Node::AsDType() const {
  if (kind_ != Kind::kDType) return WrongKind("a dtype");
  return dtype_;
}

Result<const Global*> Node::AsGlobal() const {
  if (kind_ != Kind::kGlobal) return WrongKind("a class or function");
  return global_;
}

Result<const Instance*> Node::AsInstance() const {
  if (kind_ != Kind::kInstance) return WrongKind("an instance");
  return static_cast<const Instance*>(instance_);
}

Result<std::vector<double>> Node::ToDoubles() const {
  if (kind_ == Kind::kArray) return array_->ToDoubles();
  if (!is_sequence()) return WrongKind("an array or a list of numbers");
  return Collect<double>(*items_, &Node::AsDouble);
}

Result<std::vector<int64_t>> Node::ToInts() const {
  if (kind_ == Kind::kArray) return array_->ToInts();
  if (!is_sequence()) return WrongKind("an array or a list of integers");
  return Collect<int64_t>(*items_, &Node::AsInt);
}

Result<std::vector<std::string>> Node::ToStrings() const {
  if (kind_ == Kind::kArray) return array_->ToStrings();
  if (!is_sequence()) return WrongKind("an array or a list of strings");
  return Collect<std::string>(*items_, &Node::AsString);
}

std::string Node::ClassName() const {
  if (kind_ != Kind::kInstance) return "";
  const Node* callable = instance_->callable;
  return callable->kind_ == Kind::kGlobal ? callable->global_->FullName() : "a computed class";
}

bool Node::IsInstanceOf(std::string_view module, std::string_view name) const {
  if (kind_ != Kind::kInstance || instance_->callable->kind_ != Kind::kGlobal) return false;
  const Global& global = *instance_->callable->global_;
  return global.module == module && global.name == name;
}

const Node* Node::AttributeOrNull(std::string_view name) const {
  if (kind_ != Kind::kInstance || instance_->state == nullptr) return nullptr;
  const Node& state = *instance_->state;
  if (state.kind_ == Kind::kDict) return DictView(state.items_).Find(name);
  if (state.kind_ != Kind::kTuple || state.items_->size() != 2) return nullptr;
  for (const Node* part : *state.items_) {
    if (part->kind_ != Kind::kDict) continue;
    if (const Node* found = DictView(part->items_).Find(name)) return found;
  }
  return nullptr;
}

Result<const Node*> Node::Attribute(std::string_view name) const {
  if (kind_ != Kind::kInstance) return WrongKind("an instance");
  if (const Node* found = AttributeOrNull(name)) return found;
  return Error{Code::kCorrupt, ClassName() + " has no attribute '" + std::string(name) + "'", ""};
}

Document::Document(std::unique_ptr<Arena> arena, const Node* root, std::string_view bytes)
    : arena_(std::move(arena)), root_(root), bytes_(bytes) {}
Document::~Document() = default;
Document::Document(Document&&) noexcept = default;
Document& Document::operator=(Document&&) noexcept = default;

size_t Document::node_count() const { return arena_->node_count(); }
const std::vector<const Global*>& Document::globals() const { return arena_->globals(); }

}  // namespace scoreway::pickle
