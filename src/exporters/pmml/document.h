// Document: a PMML document being planned, then written. What is computed cell by cell becomes derived fields; what
// only a model can say (weighted sums, trees) becomes a segment of a chain, whose output later parts refer to.
//
// Fields that rest on the inputs alone stand in the TransformationDictionary. Fields that rest on a model's output are
// output fields: of a segment without a model to speak of if later models ask them, else of the chain itself.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/byte_sink.h"
#include "base/result.h"
#include "exporters/pmml/expression.h"
#include "exporters/pmml/xml.h"
#include "model/model.h"

namespace scoreway::pmml_export {

// Gathers text and passes it on in pieces.
class Writer {
 public:
  explicit Writer(ByteSink* sink) : sink_(sink) {}

  Writer& operator<<(std::string_view text) {
    text_ += text;
    if (text_.size() >= kPieceBytes) Flush();
    return *this;
  }
  // The first error of the sink.
  Status Finish() {
    Flush();
    return std::move(status_);
  }

 private:
  static constexpr size_t kPieceBytes = 256 << 10;

  void Flush() {
    if (status_.ok()) status_ = sink_->Write(text_);
    text_.clear();
  }

  ByteSink* sink_;
  std::string text_;
  Status status_;
};

class Document;

// A model element: what it is called, what stands in its head, and what follows its schema and output.
struct ModelElement {
  std::string name;                  // "RegressionModel"
  std::string attributes;            // ` functionName="regression"`
  std::set<std::string> fields;      // its active fields
  std::string target;                // its target field; may be empty
  std::vector<std::string> outputs;  // OutputField elements
  std::string prediction;            // the field that is its only output, a predicted value; or empty
  std::function<void(const Document&, Writer&)> content;  // streamed
};

class Document {
 public:
  explicit Document(const Model& model);

  // A new name of ours, which is no input's or output's: "encode_text(4)", "encode_text(4,2)".
  std::string NewName(std::string_view what);

  // A field of that data type ("double", "float", "string", "boolean") that the expression computes.
  void Define(const std::string& name, std::string_view data_type, const Expression& expression);
  // A model whose outputs give the fields `gives`.
  void AddModel(ModelElement element, const std::vector<std::string>& gives);

  // A model of regression whose prediction is the field.
  void AddPrediction(ModelElement element, const std::string& field);

  // Limits of an input, beyond which a row is invalid.
  void LimitInput(const std::string& input, double limit) { limits_[input] = limit; }

  // The last model of the chain, taken back out of it, if all it gives is that field and no later field rests on it.
  std::optional<ModelElement> TakeLastPrediction(const std::string& field, const std::vector<Expression>& finals);

  // Ends the chain with the model that gives the target, whose DataField element is `target_field` (empty: no target).
  // `finals` are the OutputField elements that people see, in order.
  void Finish(ModelElement last, std::string_view target_field, std::vector<Expression> finals);

  // The fields as a MiningSchema lists them: of a field of the TransformationDictionary, which is there for all, the
  // inputs that it rests on.
  std::set<std::string> SchemaFields(const std::set<std::string>& fields) const;

  Status Write(ByteSink* sink) const;

 private:
  bool IsGlobal(const std::set<std::string>& fields) const;
  void FlushPending();
  void WriteDataDictionary(Writer& out) const;
  void WriteSchemaOfInputs(Writer& out) const;
  void WriteElement(Writer& out, const ModelElement& element, bool is_top) const;
  void WriteChain(Writer& out) const;

  const Model& model_;
  std::set<std::string> reserved_;
  std::set<std::string> local_;  // fields that rest on a model's output
  std::map<std::string, double> limits_;
  std::vector<std::string> derived_;                     // DerivedField elements
  std::map<std::string, std::set<std::string>> inputs_;  // of derived fields
  std::vector<ModelElement> chain_;
  std::vector<Expression> pending_;  // OutputField elements not yet in the chain
  std::set<std::string> pending_names_;
  std::string target_field_;  // DataField element
  std::vector<Expression> finals_;
};

// An OutputField element that an expression computes.
Expression OutputElement(std::string_view name, std::string_view data_type, bool is_final,
                         const Expression& expression);
std::string OpType(std::string_view data_type);

}  // namespace scoreway::pmml_export
