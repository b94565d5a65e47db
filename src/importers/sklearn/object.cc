#include "importers/sklearn/object.h"

#include <cmath>
#include <limits>

#include "base/number_text.h"

namespace scoreway::sklearn {
namespace {

using pickle::Kind;
using pickle::Node;

bool IsMissing(const Node& node) {
  if (node.is_none()) return true;
  if (node.kind() == Kind::kFloat) return std::isnan(*node.AsDouble());
  // pandas.NA is written as a global or a call without arguments.
  return (node.is_instance() && node.ClassName() == "pandas._libs.missing.NAType") ||
         (node.is_global() && (*node.AsGlobal())->FullName() == "pandas._libs.missing.NA");
}

bool IsIntegral(double value) { return value == std::trunc(value) && std::fabs(value) < 9007199254740993.0; }

Error TwoMissing(const Object& at) {
  return Error{Code::kUnsupported, "None and NaN as two categories of one column", at.path()};
}

// Adds one value of an array of objects; false when it does not fit the type found so far.
bool AddLabel(const Node& node, std::optional<Type>* type, Labels* labels) {
  Type own = Type::kFloat64;
  double number = 0;
  switch (node.kind()) {
    case Kind::kStr: own = Type::kString; break;
    case Kind::kBool: own = Type::kBool, number = *node.AsBool() ? 1 : 0; break;
    case Kind::kInt: own = Type::kInt64, number = static_cast<double>(*node.AsInt()); break;
    case Kind::kFloat: number = *node.AsDouble(); break;
    default: {
      Result<double> scalar = node.AsDouble();
      if (!scalar.ok()) return false;
      number = *scalar;
    }
  }
  if (!type->has_value()) *type = own;
  const bool both_numbers = own != Type::kString && **type != Type::kString;
  if (own != **type && !both_numbers) return false;
  if (own != **type) *type = (own == Type::kBool || **type == Type::kBool) ? Type::kInt64 : Type::kFloat64;
  if (own == Type::kString) {
    labels->texts.emplace_back(*node.AsString());
  } else {
    labels->numbers.push_back(number);
  }
  return true;
}

Result<Labels> LabelsOfNodes(const Object& at, const std::vector<const Node*>& nodes) {
  Labels labels;
  std::optional<Type> type;
  for (size_t i = 0; i < nodes.size(); ++i) {
    if (IsMissing(*nodes[i])) {
      if (labels.missing_at) return TwoMissing(at);
      labels.missing_at = i;
      labels.missing_is_none = nodes[i]->is_none();
    } else if (!AddLabel(*nodes[i], &type, &labels)) {
      return Error{Code::kUnsupported, "values of mixed types in one list (" + nodes[i]->Describe() + ")", at.path()};
    }
  }
  labels.type = type.value_or(Type::kString);
  if (labels.missing_at) {
    const auto at_index = static_cast<ptrdiff_t>(*labels.missing_at);
    if (labels.type == Type::kString) {
      labels.texts.insert(labels.texts.begin() + at_index, "");
    } else {
      labels.numbers.insert(labels.numbers.begin() + at_index, std::numeric_limits<double>::quiet_NaN());
    }
  }
  return labels;
}

}  // namespace

std::string FloatText(double value) {
  std::string text;
  AppendDouble(value, &text);
  return text;
}

std::string Labels::TextAt(size_t index) const {
  switch (type) {
    case Type::kString:
    case Type::kList: return texts[index];
    case Type::kBool: return numbers[index] != 0 ? "True" : "False";
    case Type::kInt64: {
      std::string text;
      if (std::fabs(numbers[index]) >= 9e18) return FloatText(numbers[index]);
      AppendInt64(static_cast<int64_t>(numbers[index]), &text);
      return text;
    }
    default: return FloatText(numbers[index]);
  }
}

bool Object::is_number() const {
  if (node_ == nullptr) return false;
  return node_->kind() == Kind::kInt || node_->kind() == Kind::kFloat ||
         (node_->is_array() && (*node_->AsArray())->ndim() == 0 && (*node_->AsArray())->stored_nodes() == nullptr);
}

std::string Object::class_name() const {
  if (node_ == nullptr) return "";
  if (node_->is_global()) return (*node_->AsGlobal())->FullName();
  return node_->ClassName();
}

std::string Object::public_name() const {
  const std::string full = class_name();
  const size_t first = full.find('.');
  const size_t last = full.rfind('.');
  if (first == std::string::npos || first == last) return full;
  const size_t second = full.find('.', first + 1);
  return full.substr(0, second) + full.substr(last);
}

std::string Object::short_name() const {
  const std::string full = class_name();
  return full.substr(full.rfind('.') + 1);
}

Object Object::Get(std::string_view name) const {
  std::string path = path_.empty() ? std::string(name) : path_ + "." + std::string(name);
  if (node_ == nullptr) return Object(nullptr, std::move(path));
  if (const Node* attribute = node_->AttributeOrNull(name)) return Object(attribute, std::move(path));
  if (Result<pickle::DictView> dict = node_->AsDict(); dict.ok()) return Object(dict->Find(name), std::move(path));
  return Object(nullptr, std::move(path));
}

Object Object::GetFirst(std::initializer_list<std::string_view> names) const {
  for (std::string_view name : names) {
    if (Object found = Get(name); found.exists()) return found;
  }
  return Get(*names.begin());
}

Result<Object> Object::Want(std::string_view name) const {
  Object found = Get(name);
  if (!found.has_value()) {
    std::string what = node_ != nullptr && node_->is_instance() ? class_name() : "the object";
    return Corrupt(what + " has no '" + std::string(name) + "' (was it fitted before it was saved?)");
  }
  return found;
}

Result<std::vector<Object>> Object::Items() const {
  if (node_ == nullptr) return Corrupt("a list is missing");
  pickle::Nodes nodes;
  if (node_->is_array()) {
    Result<pickle::Nodes> elements = (*node_->AsArray())->ToNodes();
    if (!elements.ok()) return AtPlace(path_, std::move(elements).error());
    nodes = std::move(elements).value();
  } else if (node_->is_instance()) {
    nodes = (*node_->AsInstance())->list_items;
  } else {
    Result<const pickle::Nodes*> sequence = node_->AsSequence();
    if (!sequence.ok()) return AtPlace(path_, std::move(sequence).error());
    nodes = **sequence;
  }
  std::vector<Object> items;
  items.reserve(nodes.size());
  for (size_t i = 0; i < nodes.size(); ++i) items.emplace_back(nodes[i], path_ + "[" + std::to_string(i) + "]");
  return items;
}

Result<std::vector<Object>> Object::Items(std::string_view name) const {
  SCOREWAY_ASSIGN_OR_RETURN(const Object list, Want(name));
  return list.Items();
}

Result<std::vector<std::pair<std::string, Object>>> Object::Entries() const {
  if (node_ == nullptr) return Corrupt("a dict is missing");
  Result<pickle::DictView> dict = node_->AsDict();
  if (!dict.ok()) return AtPlace(path_, std::move(dict).error());
  std::vector<std::pair<std::string, Object>> entries;
  for (size_t i = 0; i < dict->size(); ++i) {
    std::string key = dict->key(i).is_str() ? std::string(*dict->key(i).AsString()) : dict->key(i).Describe();
    std::string path = path_ + "['" + key + "']";
    entries.emplace_back(std::move(key), Object(&dict->value(i), std::move(path)));
  }
  return entries;
}

Result<double> Object::Number() const {
  if (node_ == nullptr) return Corrupt("a number is missing");
  if (node_->is_array()) {
    SCOREWAY_ASSIGN_OR_RETURN(const Matrix matrix, Numbers());
    if (matrix.size() != 1) return Corrupt("one number was expected, not " + std::to_string(matrix.size()));
    return matrix.values[0];
  }
  Result<double> number = node_->AsDouble();
  if (!number.ok()) return AtPlace(path_, std::move(number).error());
  return number;
}

Result<int64_t> Object::Integer() const {
  SCOREWAY_ASSIGN_OR_RETURN(const double number, Number());
  if (!IsIntegral(number)) return Corrupt("a whole number was expected");
  return static_cast<int64_t>(number);
}

Result<bool> Object::Bool() const {
  SCOREWAY_ASSIGN_OR_RETURN(const double number, Number());
  return number != 0;
}

Result<std::string> Object::Text() const {
  if (node_ == nullptr) return Corrupt("a text is missing");
  if (node_->is_array()) {
    SCOREWAY_ASSIGN_OR_RETURN(const std::vector<std::string> texts, Texts());
    if (texts.size() != 1) return Corrupt("one text was expected, not " + std::to_string(texts.size()));
    return texts[0];
  }
  Result<std::string_view> text = node_->AsString();
  if (!text.ok()) return AtPlace(path_, std::move(text).error());
  return std::string(*text);
}

Result<Matrix> Object::Numbers() const {
  if (node_ == nullptr) return Corrupt("numbers are missing");
  Matrix matrix;
  if (node_->is_array()) {
    for (int64_t dimension : (*node_->AsArray())->shape()) matrix.shape.push_back(static_cast<size_t>(dimension));
    Result<std::vector<double>> values = node_->ToDoubles();
    if (!values.ok()) return AtPlace(path_, std::move(values).error());
    matrix.values = std::move(values).value();
    return matrix;
  }
  if (!node_->is_sequence()) {
    SCOREWAY_ASSIGN_OR_RETURN(const double number, Number());
    return Matrix{{number}, {}};
  }
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<Object> items, Items());
  const bool nested = !items.empty() && (items[0].is_sequence() || (items[0].is_array() && !items[0].is_number()));
  if (!nested) {
    Result<std::vector<double>> values = node_->ToDoubles();
    if (!values.ok()) return AtPlace(path_, std::move(values).error());
    matrix.values = std::move(values).value();
    matrix.shape = {matrix.values.size()};
    return matrix;
  }
  size_t columns = 0;
  for (const Object& item : items) {
    Result<std::vector<double>> row = item.node().ToDoubles();
    if (!row.ok()) return AtPlace(item.path(), std::move(row).error());
    if (&item == &items[0]) columns = row->size();
    if (row->size() != columns) return item.Corrupt("rows of different lengths");
    matrix.values.insert(matrix.values.end(), row->begin(), row->end());
  }
  matrix.shape = {items.size(), columns};
  return matrix;
}

Result<std::vector<int64_t>> Object::Integers() const {
  if (node_ == nullptr) return Corrupt("whole numbers are missing");
  Result<std::vector<int64_t>> values = node_->ToInts();
  if (!values.ok()) return AtPlace(path_, std::move(values).error());
  return values;
}

Result<std::vector<std::string>> Object::Texts() const {
  if (node_ == nullptr) return Corrupt("texts are missing");
  Result<std::vector<std::string>> values = node_->ToStrings();
  if (!values.ok()) return AtPlace(path_, std::move(values).error());
  return values;
}

Result<Labels> Object::ReadLabels() const {
  if (node_ == nullptr) return Corrupt("a list of values is missing");
  if (!node_->is_array()) {
    SCOREWAY_ASSIGN_OR_RETURN(const std::vector<Object> items, Items());
    std::vector<const Node*> nodes;
    for (const Object& item : items) nodes.push_back(&item.node());
    return LabelsOfNodes(*this, nodes);
  }
  const pickle::Array& array = **node_->AsArray();
  if (array.ndim() > 1 && array.size() != array.shape()[0]) return Corrupt("a list of values has more than one axis");
  Labels labels;
  switch (array.dtype().kind) {
    case 'O': {
      Result<pickle::Nodes> nodes = array.ToNodes();
      if (!nodes.ok()) return AtPlace(path_, std::move(nodes).error());
      return LabelsOfNodes(*this, *nodes);
    }
    case 'U':
    case 'S': {
      labels.type = Type::kString;
      SCOREWAY_ASSIGN_OR_RETURN(labels.texts, Texts());
      return labels;
    }
    case 'b': labels.type = Type::kBool; break;
    case 'i':
    case 'u': labels.type = Type::kInt64; break;
    case 'f': labels.type = Type::kFloat64; break;
    default: return Error{Code::kUnsupported, "values of numpy type " + array.dtype().ToString(), path_};
  }
  SCOREWAY_ASSIGN_OR_RETURN(Matrix matrix, Numbers());
  labels.numbers = std::move(matrix.values);
  for (size_t i = 0; i < labels.numbers.size(); ++i) {
    if (!std::isnan(labels.numbers[i])) continue;
    if (labels.missing_at) return TwoMissing(*this);
    labels.missing_at = i;
  }
  return labels;
}

Result<double> Object::Number(std::string_view name) const {
  SCOREWAY_ASSIGN_OR_RETURN(const Object found, Want(name));
  return found.Number();
}
Result<int64_t> Object::Integer(std::string_view name) const {
  SCOREWAY_ASSIGN_OR_RETURN(const Object found, Want(name));
  return found.Integer();
}
Result<bool> Object::Bool(std::string_view name) const {
  SCOREWAY_ASSIGN_OR_RETURN(const Object found, Want(name));
  return found.Bool();
}
Result<std::string> Object::Text(std::string_view name) const {
  SCOREWAY_ASSIGN_OR_RETURN(const Object found, Want(name));
  return found.Text();
}
Result<Matrix> Object::Numbers(std::string_view name) const {
  SCOREWAY_ASSIGN_OR_RETURN(const Object found, Want(name));
  return found.Numbers();
}
Result<std::vector<double>> Object::Vector(std::string_view name, size_t size) const {
  SCOREWAY_ASSIGN_OR_RETURN(const Object found, Want(name));
  SCOREWAY_ASSIGN_OR_RETURN(Matrix matrix, found.Numbers());
  if (matrix.size() != size) {
    return found.Corrupt(std::to_string(matrix.size()) + " numbers where " + std::to_string(size) + " belong");
  }
  return std::move(matrix.values);
}
Result<Labels> Object::ReadLabels(std::string_view name) const {
  SCOREWAY_ASSIGN_OR_RETURN(const Object found, Want(name));
  return found.ReadLabels();
}

Result<double> Object::NumberOr(std::string_view name, double otherwise) const {
  const Object found = Get(name);
  return found.has_value() ? found.Number() : Result<double>(otherwise);
}
Result<bool> Object::BoolOr(std::string_view name, bool otherwise) const {
  const Object found = Get(name);
  return found.has_value() ? found.Bool() : Result<bool>(otherwise);
}
Result<std::string> Object::TextOr(std::string_view name, std::string_view otherwise) const {
  const Object found = Get(name);
  return found.has_value() ? found.Text() : Result<std::string>(std::string(otherwise));
}

}  // namespace scoreway::sklearn
