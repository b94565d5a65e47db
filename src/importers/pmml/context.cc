#include "importers/pmml/context.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace scoreway::pmml {
namespace {

// Longest chain of fields, expressions and models that rest on one another.
constexpr size_t kEnteredMax = 300;
// What the parameters may come to: trees and tables hardly outgrow their text.
constexpr size_t kGrowth = 16;
constexpr size_t kGrowthFree = size_t{64} << 20;

template <typename Map>
void AddNamed(const Element& parent, std::string_view child_name, Map* map) {
  for (Element child = parent.first_child(); child; child = child.next_sibling()) {
    if (child.Is(child_name)) map->emplace(child.Attribute("name", ""), child);
  }
}

}  // namespace

Context::Context(ModelBuilder* builder, Element pmml, size_t artifact_bytes)
    : builder_(builder), pmml_(pmml), bytes_left_(kGrowthFree + artifact_bytes * kGrowth) {
  AddNamed(pmml.Child("DataDictionary"), "DataField", &data_fields_);
  const Element transformations = pmml.Child("TransformationDictionary");
  AddNamed(transformations, "DerivedField", &derived_fields_);
  AddNamed(transformations, "DefineFunction", &functions_);
}

Error Context::Unsupported(const Element& at, std::string_view reason) {
  std::string text = "unsupported: " + at.Place() + ": " + std::string(reason);
  if (std::ranges::find(reasons_, text) == reasons_.end() && reasons_.size() < 1000) reasons_.push_back(text);
  return Error{Code::kUnsupported, std::string(reason), at.Place()};
}

Error Context::Corrupt(const Element& at, std::string_view reason) {
  return Error{Code::kCorrupt, std::string(reason), at.Place()};
}

Result<std::string_view> Context::Want(const Element& at, std::string_view attribute) const {
  if (const auto value = at.Attribute(attribute)) return *value;
  return Corrupt(at, "attribute " + std::string(attribute) + " is missing");
}

Result<double> Context::WantNumber(const Element& at, std::string_view attribute) const {
  SCOREWAY_ASSIGN_OR_RETURN(const std::string_view text, Want(at, attribute));
  if (const auto number = ParseDouble(text)) return *number;
  return Corrupt(at, "attribute " + std::string(attribute) + " is no number: '" + std::string(text) + "'");
}

Result<double> Context::NumberOr(const Element& at, std::string_view attribute, double otherwise) const {
  if (!at.Attribute(attribute)) return otherwise;
  return WantNumber(at, attribute);
}

Result<bool> Context::FlagOr(const Element& at, std::string_view attribute, bool otherwise) const {
  const auto text = at.Attribute(attribute);
  if (!text) return otherwise;
  if (const auto flag = ParseNumber(DataType::kBoolean, *text)) return *flag != 0;
  return Corrupt(at, "attribute " + std::string(attribute) + " is neither true nor false");
}

Result<std::optional<DataType>> Context::DataTypeOf(const Element& at) {
  const auto name = at.Attribute("dataType");
  if (!name) return std::optional<DataType>();
  if (const auto type = DataTypeFromName(*name)) return type;
  return Unsupported(at, "dataType " + std::string(*name));
}

const std::vector<Element>& Context::CallsOf(std::string_view function) {
  if (!calls_) {
    calls_.emplace();
    std::vector<Element> open = {pmml_};
    while (!open.empty()) {
      const Element element = open.back();
      open.pop_back();
      if (element.Is("Apply")) (*calls_)[element.Attribute("function", "")].push_back(element);
      std::vector<Element> children = element.Children();
      open.insert(open.end(), children.rbegin(), children.rend());
    }
  }
  static const std::vector<Element> none;
  const auto it = calls_->find(function);
  return it == calls_->end() ? none : it->second;
}

Status Context::Charge(size_t bytes, const Element& at) {
  if (bytes > bytes_left_) {
    return Status(Code::kResourceExhausted, "the model would become far larger than the document", at.Place());
  }
  bytes_left_ -= bytes;
  return {};
}

Result<ValueId> Context::Add(op::Params params, std::vector<ValueId> inputs, const Element& at) {
  constexpr size_t kOperatorBytes = 256;
  SCOREWAY_RETURN_IF_ERROR(Charge(kOperatorBytes, at));
  std::optional<KnownText> known = Know(params, inputs);
  Result<ValueId> added = builder_->Add(std::move(params), std::move(inputs), at.Place());
  if (added.ok() && known && builder_->shape(*added) == ValueShape{ValueKind::kText, 1}) {
    known_texts_.emplace(*added, std::move(*known));
  }
  return added;
}

std::optional<Context::KnownText> Context::Know(const op::Params& params, const std::vector<ValueId>& inputs) {
  if (std::holds_alternative<op::Where>(params)) return KnownText{{}, inputs};
  const auto* decode = std::get_if<op::DecodeText>(&params);
  if (decode == nullptr || decode->table.empty()) return std::nullopt;
  KnownText known{{}, inputs};
  for (const std::string& text : decode->table) {
    const auto number = ParseDouble(text);
    if (!number || text.find_first_not_of("0123456789+-.eE") != std::string::npos) return std::nullopt;
    known.numbers.push_back(*number);
  }
  return known;
}

Result<std::optional<ValueId>> Context::NumberOfKnownText(ValueId text, const Element& at, size_t choices) {
  constexpr size_t kChoicesMax = 8;
  const auto it = known_texts_.find(text);
  if (it == known_texts_.end() || choices > kChoicesMax) return std::optional<ValueId>();
  const KnownText known = it->second;
  Emit emit(*this, at);
  if (!known.numbers.empty()) {
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId number, emit.Add(op::DecodeNumber{known.numbers}, known.inputs));
    return std::optional<ValueId>(number);
  }
  SCOREWAY_ASSIGN_OR_RETURN(const auto first, NumberOfKnownText(known.inputs[1], at, choices + 1));
  if (!first) return first;
  SCOREWAY_ASSIGN_OR_RETURN(const auto second, NumberOfKnownText(known.inputs[2], at, choices + 1));
  if (!second) return second;
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId number, emit.Where(known.inputs[0], *first, *second));
  return std::optional<ValueId>(number);
}

bool Context::Enter(const Element& element) {
  if (entered_.size() >= kEnteredMax) return false;
  if (std::ranges::find(entered_, element.index()) != entered_.end()) return false;
  entered_.push_back(element.index());
  return true;
}

// ---- Emit
// ------------------------------------------------------------------------------------------------------------

Result<ValueId> Emit::Text(std::string text) {
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId code, Number(0));
  return Add(op::DecodeText{{std::move(text)}}, {code});
}

Result<ValueId> Emit::Concat(std::vector<ValueId> values) {
  if (values.size() == 1) return values[0];
  return Add(op::Concat{}, std::move(values));
}

Result<ValueId> Emit::AsText(const Cell& cell) {
  switch (cell.type) {
    case DataType::kInteger: return Add(op::NumberToText{true}, {cell.value});
    case DataType::kFloat:
    case DataType::kDouble: return Add(op::NumberToText{false}, {cell.value});
    case DataType::kBoolean: return Add(op::DecodeText{{"false", "true"}}, {cell.value});
    default: return cell.value;
  }
}

Result<ValueId> Emit::AsNumber(const Cell& cell) {
  switch (cell.type) {
    case DataType::kString: {
      SCOREWAY_ASSIGN_OR_RETURN(const auto number, context_.NumberOfKnownText(cell.value, at_));
      return number ? *number : Add(op::TextUnary{op::TextFunction::kToNumber}, {cell.value});
    }
    case DataType::kDate: return Add(op::DateText{op::DateFunction::kDays, {}}, {cell.value});
    case DataType::kDateTime: return Add(op::DateText{op::DateFunction::kSeconds, {}}, {cell.value});
    case DataType::kTime: return context_.Unsupported(at_, "a time as a number");
    default: return cell.value;
  }
}

Result<Cell> Emit::Cast(const Cell& cell, DataType type) {
  Cell cast = cell;
  cast.type = type;
  if (cell.type == type) return cast;
  cast.op_type = DefaultOpType(type);
  cast.ordering = {};
  if (type == DataType::kString) {
    SCOREWAY_ASSIGN_OR_RETURN(cast.value, AsText(cell));
    return cast;
  }
  if (IsTemporal(type) || IsTemporal(cell.type)) {
    if (cell.type == DataType::kString) return cast;
    if (cell.type == DataType::kDateTime && type != DataType::kDateTime) {
      const bool date = type == DataType::kDate;
      SCOREWAY_ASSIGN_OR_RETURN(cast.value, Add(op::TextUnary{op::TextFunction::kSubstring, date ? 0 : 11,
                                                              date ? 10 : std::numeric_limits<int64_t>::max()},
                                                {cell.value}));
      return cast;
    }
    return context_.Unsupported(at_, std::string(DataTypeName(cell.type)) + " as " + std::string(DataTypeName(type)));
  }
  SCOREWAY_ASSIGN_OR_RETURN(cast.value, AsNumber(cell));
  if (type == DataType::kFloat) {
    SCOREWAY_ASSIGN_OR_RETURN(cast.value, Unary(op::UnaryFunction::kFloat32, cast.value));
  }
  return cast;
}

Result<ValueId> Emit::Encode(const Cell& cell, const std::vector<std::string>& values, double unknown) {
  size_t bytes = 0;
  for (const std::string& value : values) bytes += sizeof(std::string) + value.size();
  SCOREWAY_RETURN_IF_ERROR(context_.Charge(bytes, at_));
  const op::CodeOrReject unknown_code{false, unknown}, missing_code{false, op::kNaN};
  if (cell.type == DataType::kString) {
    return Add(op::EncodeText{{}, {values}, {unknown_code}, {missing_code}}, {cell.value});
  }
  std::vector<double> numbers;
  for (const std::string& value : values) {
    const auto number = ParseNumber(cell.type, value);
    if (!number || std::isnan(*number)) {
      return Context::Corrupt(at_, "'" + value + "' is no " + std::string(DataTypeName(cell.type)));
    }
    numbers.push_back(*number);
  }
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId number, AsNumber(cell));
  return Add(op::EncodeNumber{{}, {std::move(numbers)}, {unknown_code}, {missing_code}}, {number});
}

Result<ValueId> Emit::IsAmong(const Cell& cell, const std::vector<std::string>& values) {
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId code, Encode(cell, values, static_cast<double>(values.size())));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId count, Number(static_cast<double>(values.size())));
  return Binary(op::BinaryFunction::kLess, code, count);
}

}  // namespace scoreway::pmml
