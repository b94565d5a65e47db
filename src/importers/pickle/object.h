// The plain object tree a pickle describes: numbers, texts, containers, arrays, and instances by the name of their
// class.
//
// Nothing here was ever called, imported or constructed: a Global is two strings, an Instance is the name of a class
// with the arguments and the state it was saved with. A Document owns all nodes; pointers and views are valid as long
// as it is. An object that was saved once and used twice is one Node with two parents, so the tree is really a graph:
// it may be far larger when written out than it is in memory, and may even hold itself (Document::has_cycle). Follow it
// by names you expect, with a bound on depth; to visit all of it use walk.h.
//
// Accessors report a wrong kind as CORRUPT with an empty place; the caller knows the path and adds it with AtPlace.
// Immutable, so free to share among threads.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "importers/pickle/array.h"

namespace scoreway::pickle {

class Arena;
class Node;

enum class Kind : uint8_t {
  kNone,
  kBool,
  kInt,
  kBigInt,  // beyond 64 bits
  kFloat,
  kComplex,
  kBytes,
  kStr,
  kList,
  kTuple,
  kDict,
  kSet,
  kFrozenSet,
  kGlobal,
  kInstance,
  kArray,
  kDType,
};

// The name of a class or function; one a Document, however often it is used.
struct Global {
  std::string_view module;
  std::string_view name;
  size_t offset = 0;  // of its first use in the pickle

  std::string FullName() const { return std::string(module) + "." + std::string(name); }
};

// Key and value pairs in the order they were saved. A key may come twice; the last one counts, as in Python.
class DictView {
 public:
  explicit DictView(const Nodes* pairs) : pairs_(pairs) {}
  size_t size() const { return pairs_->size() / 2; }
  const Node& key(size_t i) const { return *(*pairs_)[2 * i]; }
  const Node& value(size_t i) const { return *(*pairs_)[2 * i + 1]; }
  // The value under a text key; null when absent.
  const Node* Find(std::string_view key) const;
  const Nodes* pairs() const { return pairs_; }  // key, value, key, value

 private:
  const Nodes* pairs_;
};

// An object of a class, or what a function would have returned. Every pointer but callable may be null.
struct Instance {
  const Node* callable = nullptr;  // nearly always a Global
  const Node* args = nullptr;      // a Tuple
  const Node* kwargs = nullptr;    // a Dict
  const Node* state = nullptr;     // whatever __setstate__ would have got
  bool called = false;             // made by calling (REDUCE, OBJ, INST) and not by cls.__new__
  Nodes list_items;                // what was appended: a list subclass
  Nodes dict_items;                // key, value, key, value: a dict subclass
};

class Node {
 public:
  Kind kind() const { return kind_; }
  bool is_none() const { return kind_ == Kind::kNone; }
  bool is_str() const { return kind_ == Kind::kStr; }
  bool is_dict() const { return kind_ == Kind::kDict; }
  bool is_instance() const { return kind_ == Kind::kInstance; }
  bool is_array() const { return kind_ == Kind::kArray; }
  bool is_global() const { return kind_ == Kind::kGlobal; }
  bool is_sequence() const { return kind_ == Kind::kList || kind_ == Kind::kTuple; }
  // Its number in the Document, below Document::node_count(): a key for marks and caches.
  uint32_t id() const { return id_; }

  Result<bool> AsBool() const;
  Result<int64_t> AsInt() const;              // Int or Bool
  Result<double> AsDouble() const;            // any number
  Result<std::string_view> AsString() const;  // Str; UTF-8
  Result<std::string_view> AsBytes() const;   // Bytes
  Result<const Nodes*> AsSequence() const;    // List or Tuple
  Result<const Nodes*> AsSet() const;         // Set or FrozenSet, in saved order
  Result<DictView> AsDict() const;            // Dict, or the items of a dict subclass
  Result<const Array*> AsArray() const;
  Result<const DType*> AsDType() const;
  Result<const Global*> AsGlobal() const;
  Result<const Instance*> AsInstance() const;
  // From an Array, a List or a Tuple of scalars, in row-major order.
  Result<std::vector<double>> ToDoubles() const;
  Result<std::vector<int64_t>> ToInts() const;
  Result<std::vector<std::string>> ToStrings() const;

  // "sklearn.linear_model._base.LinearRegression" of an Instance; "" of anything else.
  std::string ClassName() const;
  bool IsInstanceOf(std::string_view module, std::string_view name) const;
  // An attribute of an Instance from its state: a dict, or a pair of the dict and the dict of slots. Null when absent
  // or when this is no Instance.
  const Node* AttributeOrNull(std::string_view name) const;
  Result<const Node*> Attribute(std::string_view name) const;

  // "a list", "an instance of os.system": for messages.
  std::string Describe() const;

 private:
  friend class Arena;
  explicit Node(Kind kind, uint32_t id) : kind_(kind), id_(id), int_(0) {}
  Error WrongKind(std::string_view wanted) const;
  std::string_view text() const { return {text_.data, text_.size}; }

  struct Text {
    const char* data;
    size_t size;
  };
  struct Complex {
    double real;
    double imaginary;
  };

  Kind kind_;
  uint32_t id_;
  union {
    bool bool_;
    int64_t int_;
    double float_;
    Complex complex_;
    Text text_;     // Bytes, Str, and BigInt written in decimal or, after 0x, in hexadecimal
    Nodes* items_;  // List, Tuple, Set, FrozenSet; Dict: key, value, key, value
    const Global* global_;
    Instance* instance_;
    const Array* array_;
    const DType* dtype_;
  };
};

class Document {
 public:
  Document(std::unique_ptr<Arena> arena, const Node* root, std::string_view bytes);
  ~Document();
  Document(Document&&) noexcept;
  Document& operator=(Document&&) noexcept;

  const Node& root() const { return *root_; }
  size_t node_count() const;
  // Every class and function named anywhere in the pickle, used or not, each once, in order of appearance.
  const std::vector<const Global*>& globals() const;
  bool has_cycle() const { return has_cycle_; }
  size_t depth() const { return depth_; }
  // Bytes after the end of the pickle; Python ignores them too.
  size_t trailing_bytes() const { return trailing_bytes_; }
  // The pickle itself, decompressed.
  std::string_view bytes() const { return bytes_; }

  // For the readers that make a Document.
  void set_shape(size_t depth, bool has_cycle) { depth_ = depth, has_cycle_ = has_cycle; }
  void set_trailing_bytes(size_t trailing_bytes) { trailing_bytes_ = trailing_bytes; }
  void KeepAlive(std::shared_ptr<const void> owner) { owner_ = std::move(owner); }
  bool borrows_bytes() const { return owner_ == nullptr; }

 private:
  std::unique_ptr<Arena> arena_;
  const Node* root_;
  std::string_view bytes_;
  std::shared_ptr<const void> owner_;  // of bytes_, when that is not the caller
  size_t depth_ = 0;
  size_t trailing_bytes_ = 0;
  bool has_cycle_ = false;
};

}  // namespace scoreway::pickle
