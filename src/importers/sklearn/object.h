// Object: a node of the pickled object tree together with the path by which it was reached, so that every complaint can
// say where. The reading functions turn a missing attribute, a wrong kind or a wrong shape into CORRUPT at that path.
// A small value; valid as long as its Document.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "data/type.h"
#include "importers/pickle/object.h"

namespace scoreway::sklearn {

// Numbers of a numpy array or of nested lists, in row-major order.
struct Matrix {
  std::vector<double> values;
  std::vector<size_t> shape;

  size_t size() const { return values.size(); }
  // As numpy's atleast_2d: a vector is one row.
  size_t rows() const { return shape.size() < 2 ? 1 : shape[0]; }
  size_t columns() const { return shape.empty() ? 1 : shape.back(); }
  std::vector<double> Row(size_t row) const {
    const auto begin = values.begin() + static_cast<ptrdiff_t>(row * columns());
    return {begin, begin + static_cast<ptrdiff_t>(columns())};
  }
};

// A list of values of one type, such as classes_ of a classifier or the categories of a column.
struct Labels {
  // kInt64, kBool, kFloat64 or kString.
  Type type = Type::kFloat64;
  std::vector<double> numbers;     // unless kString
  std::vector<std::string> texts;  // if kString
  // Where None or NaN stands among them; its entry above is then NaN or "". At most one can be told apart.
  std::optional<size_t> missing_at;
  bool missing_is_none = false;  // and not NaN

  size_t size() const { return type == Type::kString ? texts.size() : numbers.size(); }
  // As Python's str() writes it.
  std::string TextAt(size_t index) const;
};

class Object {
 public:
  Object() = default;
  Object(const pickle::Node* node, std::string path) : node_(node), path_(std::move(path)) {}

  // False for an attribute that is not there.
  bool exists() const { return node_ != nullptr; }
  bool is_none() const { return node_ != nullptr && node_->is_none(); }
  // Neither absent nor None.
  bool has_value() const { return node_ != nullptr && !node_->is_none(); }
  bool is_text() const { return node_ != nullptr && node_->is_str(); }
  bool is_instance() const { return node_ != nullptr && node_->is_instance(); }
  bool is_dict() const { return node_ != nullptr && node_->is_dict(); }
  bool is_array() const { return node_ != nullptr && node_->is_array(); }
  bool is_global() const { return node_ != nullptr && node_->is_global(); }
  bool is_sequence() const { return node_ != nullptr && node_->is_sequence(); }
  bool is_number() const;
  bool is_bool() const { return node_ != nullptr && node_->kind() == pickle::Kind::kBool; }
  const pickle::Node& node() const { return *node_; }
  const std::string& path() const { return path_; }

  // "sklearn.linear_model._logistic.LogisticRegression" of an instance, "os.system" of a global, else "".
  std::string class_name() const;
  // The same without the inner modules, which move from version to version: "sklearn.linear_model.LogisticRegression".
  std::string public_name() const;
  // The last part: "LogisticRegression".
  std::string short_name() const;

  // An attribute, or an entry of a dict; exists() is false when there is none.
  Object Get(std::string_view name) const;
  // The first of several names that exists: attributes are renamed from version to version.
  Object GetFirst(std::initializer_list<std::string_view> names) const;
  // CORRUPT when there is none or it is None.
  Result<Object> Want(std::string_view name) const;
  // Elements of a list, a tuple or an array of objects, the latter row by row.
  Result<std::vector<Object>> Items() const;
  // The same of an attribute.
  Result<std::vector<Object>> Items(std::string_view name) const;
  // Keys (as text) and values of a dict.
  Result<std::vector<std::pair<std::string, Object>>> Entries() const;

  Result<double> Number() const;
  Result<int64_t> Integer() const;
  Result<bool> Bool() const;
  Result<std::string> Text() const;
  Result<Matrix> Numbers() const;
  Result<std::vector<int64_t>> Integers() const;
  Result<std::vector<std::string>> Texts() const;
  Result<Labels> ReadLabels() const;

  // The same of an attribute that must be there.
  Result<double> Number(std::string_view name) const;
  Result<int64_t> Integer(std::string_view name) const;
  Result<bool> Bool(std::string_view name) const;
  Result<std::string> Text(std::string_view name) const;
  Result<Matrix> Numbers(std::string_view name) const;
  // With exactly that many numbers, in any shape.
  Result<std::vector<double>> Vector(std::string_view name, size_t size) const;
  Result<Labels> ReadLabels(std::string_view name) const;

  // Of an attribute that may be absent or None.
  Result<double> NumberOr(std::string_view name, double otherwise) const;
  Result<bool> BoolOr(std::string_view name, bool otherwise) const;
  Result<std::string> TextOr(std::string_view name, std::string_view otherwise) const;

  // CORRUPT at this path.
  Error Corrupt(std::string message) const { return Error{Code::kCorrupt, std::move(message), path_}; }

 private:
  const pickle::Node* node_ = nullptr;
  std::string path_;
};

// Python's repr of a float: "1.0", "0.1", "1e+20", "nan".
std::string FloatText(double value);

}  // namespace scoreway::sklearn
