// Context: what the lowering of one PMML document works on: the ModelBuilder, the document's dictionaries, the bounds
// of the Model's growth and the list of what could not be expressed. Emit adds the operators of one element.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "importers/pmml/data_type.h"
#include "importers/pmml/xml_document.h"
#include "model/model.h"

namespace scoreway::pmml {

// What a field or an expression stands for at each row: one column of numbers or text.
struct Cell {
  ValueId value = 0;
  DataType type = DataType::kDouble;
  OpType op_type = OpType::kContinuous;
  bool maybe_missing = true;
  // The constant it is, for what only takes constants: as written in the document, which it points into.
  std::optional<std::string_view> constant = std::nullopt;
  // The field whose Values say in which order an ordinal cell's are; empty: they have none, or their natural one.
  Element ordering = {};
  // 1 where the cell is present but invalid, if that can be told (isValid); nothing where it is always valid.
  std::optional<ValueId> invalid = std::nullopt;
};

class Context {
 public:
  Context(ModelBuilder* builder, Element pmml, size_t artifact_bytes);

  ModelBuilder& builder() { return *builder_; }
  Element pmml() const { return pmml_; }
  // The DataField, the DerivedField of the TransformationDictionary or the DefineFunction of that name; empty if none.
  Element FindDataField(std::string_view name) const { return Find(data_fields_, name); }
  Element FindDerivedField(std::string_view name) const { return Find(derived_fields_, name); }
  Element FindFunction(std::string_view name) const { return Find(functions_, name); }

  // ---- what cannot be expressed ----
  // Notes the reason with its place and gives the error to return. "TreeModel, line 12: why".
  Error Unsupported(const Element& at, std::string_view reason);
  // The document contradicts itself or the specification.
  static Error Corrupt(const Element& at, std::string_view reason);
  // For one of several parts: an unsupported part is noted and the walk may go on (true); other errors are final.
  static bool NotedOnly(const Error& error) { return error.code == Code::kUnsupported; }
  const std::vector<std::string>& reasons() const { return reasons_; }

  // ---- attributes ----
  Result<std::string_view> Want(const Element& at, std::string_view attribute) const;
  Result<double> WantNumber(const Element& at, std::string_view attribute) const;
  // `otherwise` where the attribute is absent; CORRUPT where it is no number.
  Result<double> NumberOr(const Element& at, std::string_view attribute, double otherwise) const;
  Result<bool> FlagOr(const Element& at, std::string_view attribute, bool otherwise) const;
  // The dataType attribute; UNSUPPORTED where it is a type that is not read.
  Result<std::optional<DataType>> DataTypeOf(const Element& at);

  // ---- functions of the document ----
  // Every Apply of the function of that name, in document order.
  const std::vector<Element>& CallsOf(std::string_view function);
  // TextIndex counts all terms of a text at a time: the counts and the terms, by the element and the text.
  std::map<std::pair<uint32_t, ValueId>, std::pair<ValueId, std::vector<std::string>>>& term_counts() {
    return term_counts_;
  }

  // ---- growth ----
  // Counts bytes of parameters: a document may use one element many times, so a small one could become a huge model.
  Status Charge(size_t bytes, const Element& at);
  // What may still be charged.
  size_t bytes_left() const { return bytes_left_; }
  Result<ValueId> Add(op::Params params, std::vector<ValueId> inputs, const Element& at);
  // What a text is as a number, if it is always one of a few that are written as numbers: their numbers, chosen in the
  // same way, so that no row reads a text. Nothing for other texts.
  Result<std::optional<ValueId>> NumberOfKnownText(ValueId text, const Element& at) {
    return NumberOfKnownText(text, at, 0);
  }

  // Guards against elements that use themselves: false if the element is being lowered already, or too many are.
  bool Enter(const Element& element);
  void Leave() { entered_.pop_back(); }

 private:
  using Elements = std::map<std::string_view, Element, std::less<>>;
  static Element Find(const Elements& elements, std::string_view name) {
    const auto it = elements.find(name);
    return it == elements.end() ? Element() : it->second;
  }

  // Where a text comes from: entries of a table, by a code, or one of two texts, by a condition.
  struct KnownText {
    std::vector<double> numbers;  // of the table; empty for a choice
    std::vector<ValueId> inputs;
  };
  static std::optional<KnownText> Know(const op::Params& params, const std::vector<ValueId>& inputs);
  Result<std::optional<ValueId>> NumberOfKnownText(ValueId text, const Element& at, size_t choices);

  ModelBuilder* builder_;
  Element pmml_;
  Elements data_fields_, derived_fields_, functions_;
  size_t bytes_left_;
  std::vector<uint32_t> entered_;
  std::optional<std::map<std::string_view, std::vector<Element>, std::less<>>> calls_;
  std::map<std::pair<uint32_t, ValueId>, std::pair<ValueId, std::vector<std::string>>> term_counts_;
  std::map<ValueId, KnownText> known_texts_;
  std::vector<std::string> reasons_;
};

// Adds operators in the name of one element; columns have width 1 unless a function says otherwise.
class Emit {
 public:
  Emit(Context& context, const Element& at) : context_(context), at_(at) {}

  Result<ValueId> Add(op::Params params, std::vector<ValueId> inputs) {
    return context_.Add(std::move(params), std::move(inputs), at_);
  }
  Result<ValueId> Number(double value) { return Add(op::Constant{{value}}, {}); }
  Result<ValueId> Numbers(std::vector<double> values) { return Add(op::Constant{std::move(values)}, {}); }
  Result<ValueId> Text(std::string text);
  Result<ValueId> Unary(op::UnaryFunction function, ValueId x) { return Add(op::Unary{function}, {x}); }
  // With a missing operand the answer is missing; kAnd and kOr follow three-valued logic.
  Result<ValueId> Binary(op::BinaryFunction function, ValueId a, ValueId b) {
    return Add(op::Binary{function, true}, {a, b});
  }
  Result<ValueId> Where(ValueId condition, ValueId a, ValueId b) { return Add(op::Where{}, {condition, a, b}); }
  Result<ValueId> Select(ValueId value, uint32_t column) { return Add(op::Select{{column}}, {value}); }
  // All columns side by side; one value is itself.
  Result<ValueId> Concat(std::vector<ValueId> values);

  // The cell as another type, as PMML casts: a number as text is written as Java writes it; a text as a number must be
  // one, or the run fails; a number with a fraction is no integer.
  Result<Cell> Cast(const Cell& cell, DataType type);
  // Where the cell is text, its number; booleans are 1 and 0.
  Result<ValueId> AsNumber(const Cell& cell);
  Result<ValueId> AsText(const Cell& cell);

  // The index of the cell among values as a document writes them, each in the type of the cell; what is not among them
  // gives `unknown`, a missing cell is missing.
  Result<ValueId> Encode(const Cell& cell, const std::vector<std::string>& values, double unknown);
  // Three-valued: whether the cell is one of the values.
  Result<ValueId> IsAmong(const Cell& cell, const std::vector<std::string>& values);

  const Element& at() const { return at_; }
  Context& context() { return context_; }

 private:
  Context& context_;
  Element at_;
};

}  // namespace scoreway::pmml
