#include "data/avro/avro_schema.h"

#include <simdjson.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

namespace scoreway {
namespace {

using Element = simdjson::dom::element;
using Object = simdjson::dom::object;
using Array = simdjson::dom::array;

constexpr std::pair<std::string_view, AvroKind> kPrimitives[] = {
    {"null", AvroKind::kNull},   {"boolean", AvroKind::kBoolean}, {"int", AvroKind::kInt},
    {"long", AvroKind::kLong},   {"float", AvroKind::kFloat},     {"double", AvroKind::kDouble},
    {"bytes", AvroKind::kBytes}, {"string", AvroKind::kString}};

std::optional<AvroKind> PrimitiveOf(std::string_view name) {
  for (const auto& [primitive, kind] : kPrimitives) {
    if (primitive == name) return kind;
  }
  return std::nullopt;
}

bool IsName(std::string_view name) {
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  return !name.empty() && is_letter(name[0]) &&
         std::ranges::all_of(name, [&](char c) { return is_letter(c) || (c >= '0' && c <= '9'); });
}

// Names with points between.
bool IsFullName(std::string_view name) {
  while (true) {
    const size_t point = name.find('.');
    if (!IsName(name.substr(0, point))) return false;
    if (point == std::string_view::npos) return true;
    name.remove_prefix(point + 1);
  }
}

class Parser {
 public:
  explicit Parser(std::vector<AvroNode>* nodes) : nodes_(*nodes) {}

  Result<size_t> Read(Element schema, std::string_view scope, int depth) {
    if (depth > AvroSchema::kDepthMax) return Wrong("it is nested too deep");
    std::string_view name;
    if (schema.get(name) == simdjson::SUCCESS) return ReadName(name, scope);
    Array branches;
    if (schema.get(branches) == simdjson::SUCCESS) return ReadUnion(branches, scope, depth);
    Object object;
    if (schema.get(object) == simdjson::SUCCESS) return ReadObject(object, scope, depth);
    return Wrong("a schema is a name, an object or an array");
  }

 private:
  static Error Wrong(std::string message) { return {Code::kInvalidArgument, std::move(message), {}}; }

  Result<size_t> Add(AvroKind kind) {
    if (nodes_.size() >= AvroSchema::kNodesMax) return Wrong("it has more than 100000 parts");
    nodes_.push_back({.kind = kind, .names = {}, .items = {}});
    return nodes_.size() - 1;
  }

  Result<size_t> ReadName(std::string_view name, std::string_view scope) {
    if (const auto kind = PrimitiveOf(name)) return Add(*kind);
    const auto found = named_.find(FullName(name, scope));
    if (found == named_.end()) return Wrong("there is no type '" + std::string(name) + "' before");
    return found->second;
  }

  static std::string FullName(std::string_view name, std::string_view scope) {
    if (scope.empty() || name.find('.') != std::string_view::npos) return std::string(name);
    return std::string(scope) + "." + std::string(name);
  }

  Result<size_t> ReadUnion(Array branches, std::string_view scope, int depth) {
    SCOREWAY_ASSIGN_OR_RETURN(const size_t at, Add(AvroKind::kUnion));
    size_t number = 0;
    for (const Element branch : branches) {
      ++number;
      Result<size_t> item = Read(branch, scope, depth + 1);
      if (!item.ok()) return AtPlace("branch " + std::to_string(number), std::move(item).error());
      if (nodes_[*item].kind == AvroKind::kUnion) return Wrong("a union stands within a union");
      nodes_[at].items.push_back(*item);
    }
    if (number == 0) return Wrong("a union has no branches");
    return at;
  }

  Result<size_t> ReadObject(Object object, std::string_view scope, int depth) {
    Element type;
    if (object["type"].get(type)) return Wrong("an object without 'type'");
    std::string_view name;
    // {"type": {"type": ...}}: the inner one is it.
    if (type.get(name)) return Read(type, scope, depth + 1);
    if (name == "record" || name == "error") return ReadRecord(object, scope, depth);
    if (name == "enum") return ReadEnum(object, scope);
    if (name == "fixed") return ReadFixed(object, scope);
    if (name == "array") return ReadItems(AvroKind::kArray, object, "items", scope, depth);
    if (name == "map") return ReadItems(AvroKind::kMap, object, "values", scope, depth);
    SCOREWAY_ASSIGN_OR_RETURN(const size_t at, ReadName(name, scope));
    if (name == "bytes") ReadDecimal(object, &nodes_[at]);
    return at;
  }

  // As the specification asks, a logical type that is not right is passed over.
  static void ReadDecimal(Object object, AvroNode* node) {
    std::string_view logical;
    int64_t scale = 0;
    if (object["logicalType"].get(logical) || logical != "decimal") return;
    Element value;
    if (object["scale"].get(value) == simdjson::SUCCESS && value.get(scale)) return;
    if (scale >= 0 && scale <= AvroSchema::kScaleMax) node->scale = static_cast<int>(scale);
  }

  // Notes the type's name, before what is within it is read; the scope of names within it goes to *inner.
  Result<size_t> AddNamed(AvroKind kind, Object object, std::string_view scope, std::string* inner) {
    std::string_view name, space;
    if (object["name"].get(name)) return Wrong("a type without 'name'");
    if (!IsFullName(name)) return Wrong("'" + std::string(name) + "' is no name");
    const bool has_space = object["namespace"].get(space) == simdjson::SUCCESS;
    if (has_space && !space.empty() && !IsFullName(space)) {
      return Wrong("'" + std::string(space) + "' is no namespace");
    }
    const std::string full = FullName(name, has_space ? space : scope);
    if (PrimitiveOf(full)) return Wrong("'" + full + "' is no name of a type");
    SCOREWAY_ASSIGN_OR_RETURN(const size_t at, Add(kind));
    if (!named_.emplace(full, at).second) return Wrong("there are two types '" + full + "'");
    const size_t point = full.rfind('.');
    *inner = point == std::string::npos ? std::string() : full.substr(0, point);
    return at;
  }

  Result<size_t> ReadRecord(Object object, std::string_view scope, int depth) {
    std::string inner;
    SCOREWAY_ASSIGN_OR_RETURN(const size_t at, AddNamed(AvroKind::kRecord, object, scope, &inner));
    Array fields;
    if (object["fields"].get(fields)) return Wrong("a record without an array of 'fields'");
    std::set<std::string_view> seen;
    for (const Element element : fields) {
      Object field;
      std::string_view name;
      Element type;
      if (element.get(field) || field["name"].get(name) || field["type"].get(type)) {
        return Wrong("a field is an object with 'name' and 'type'");
      }
      if (!IsName(name)) return Wrong("'" + std::string(name) + "' is no name");
      if (!seen.insert(name).second) return Wrong("there are two fields '" + std::string(name) + "'");
      Result<size_t> item = Read(type, inner, depth + 1);
      if (!item.ok()) return AtPlace("field '" + std::string(name) + "'", std::move(item).error());
      nodes_[at].names.emplace_back(name);
      nodes_[at].items.push_back(*item);
    }
    return at;
  }

  Result<size_t> ReadEnum(Object object, std::string_view scope) {
    std::string inner;
    SCOREWAY_ASSIGN_OR_RETURN(const size_t at, AddNamed(AvroKind::kEnum, object, scope, &inner));
    Array symbols;
    if (object["symbols"].get(symbols)) return Wrong("an enum without an array of 'symbols'");
    for (const Element element : symbols) {
      std::string_view symbol;
      if (element.get(symbol) || !IsName(symbol)) return Wrong("an enum's symbol is no name");
      nodes_[at].names.emplace_back(symbol);
    }
    return at;
  }

  Result<size_t> ReadFixed(Object object, std::string_view scope) {
    std::string inner;
    SCOREWAY_ASSIGN_OR_RETURN(const size_t at, AddNamed(AvroKind::kFixed, object, scope, &inner));
    int64_t size = 0;
    if (object["size"].get(size) || size < 0) return Wrong("a fixed without a 'size'");
    nodes_[at].size = static_cast<size_t>(size);
    ReadDecimal(object, &nodes_[at]);
    return at;
  }

  Result<size_t> ReadItems(AvroKind kind, Object object, std::string_view member, std::string_view scope, int depth) {
    SCOREWAY_ASSIGN_OR_RETURN(const size_t at, Add(kind));
    Element items;
    if (object[member].get(items)) return Wrong("an array or a map without '" + std::string(member) + "'");
    SCOREWAY_ASSIGN_OR_RETURN(const size_t item, Read(items, scope, depth + 1));
    nodes_[at].items.push_back(item);
    return at;
  }

  std::vector<AvroNode>& nodes_;
  std::map<std::string, size_t> named_;  // by full name
};

}  // namespace

Result<AvroSchema> AvroSchema::Parse(std::string_view json) {
  const auto wrong = [](Error error) -> Error { return AtPlace("Avro schema", std::move(error)); };
  if (json.size() > kTextBytesMax) return wrong({Code::kInvalidArgument, "is longer than 1 MiB", {}});
  // A name alone may come without its quotes, as some registries write it.
  AvroSchema schema;
  if (const auto kind = PrimitiveOf(json)) {
    schema.nodes_.push_back({.kind = *kind, .names = {}, .items = {}});
    return schema;
  }
  simdjson::dom::parser parser;
  Element root;
  if (parser.parse(simdjson::padded_string(json)).get(root)) {
    return wrong({Code::kInvalidArgument, "is not JSON", {}});
  }
  Result<size_t> read = Parser(&schema.nodes_).Read(root, {}, 0);
  if (!read.ok()) return wrong(std::move(read).error());
  return schema;
}

}  // namespace scoreway
