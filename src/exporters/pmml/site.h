// Site: one operator of a Model on its way into a PMML document, column by column.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "exporters/pmml/document.h"
#include "exporters/pmml/expression.h"
#include "exporters/refusals.h"
#include "model/model.h"

namespace scoreway::pmml_export {

// What stands for a column of a Value: a field of float64 or of text.
struct Cell {
  std::string field;
  bool may_be_missing = true;
  std::string input;        // the model's input that it is, unchanged; empty if it is none
  bool finite = false;      // never infinite in rows that the document takes, but for overflow
  bool whole = false;       // a whole number, or missing
  uint32_t code_count = 0;  // a whole number from 0 to code_count - 1, or missing; 0: not known
};

// The columns of a Value.
using Cells = std::vector<Cell>;

class Site {
 public:
  // All outlive the site. `accepted` gathers conditions that hold in rows that the source model does not refuse.
  Site(const Operator& op, const std::vector<Cells>& values, ValueShape output_shape, Document* document,
       std::vector<Expression>* accepted, Refusals* refusals);

  const Operator& op() const { return op_; }
  Document& document() { return document_; }
  size_t input_count() const { return op_.inputs.size(); }
  const Cells& in(size_t index = 0) const { return values_[op_.inputs[index]]; }
  // Columns of the output, if the input that has one serves them all.
  const Cell& in(size_t index, size_t column) const { return in(index).size() == 1 ? in(index)[0] : in(index)[column]; }
  ValueShape output_shape() const { return output_shape_; }
  ValueKind kind(size_t index = 0) const { return input_kinds_[index]; }
  static bool AnyMissing(const Cells& cells);

  // The next column of the output: a field of its own, or one that is there.
  void Give(const Expression& expression, bool may_be_missing);
  // Whole numbers from 0 to code_count - 1; a code_count of 0 promises whole numbers only.
  void GiveCode(const Expression& expression, bool may_be_missing, uint32_t code_count);
  void GiveText(const Expression& expression, bool may_be_missing);
  void Give(Cell cell) { output_.push_back(std::move(cell)); }
  // The next column, as the value that a model of regression predicts.
  void GivePrediction(ModelElement element, bool may_be_missing);
  // A field beside the output that a model of regression predicts. Gives its name.
  std::string PredictionHelper(std::string_view what, ModelElement element);
  // A name for the next column, which a model will give.
  std::string NameColumn() { return NextName(); }
  // A field beside the output, for what several columns rest on. Gives its name.
  std::string Helper(std::string_view what, const Expression& expression, std::string_view data_type = "double");
  // A field that is the cell rounded down; the cell's own if it is whole.
  std::string WholeField(std::string_view what, const Cell& cell);
  void Refuse(std::string_view why) { refusals_.Add(op_, why); }
  void AcceptOnly(Expression condition) { accepted_.push_back(std::move(condition)); }

  // The field of the column given last.
  const std::string& LastField() const { return output_.back().field; }

  Cells TakeOutput() { return std::move(output_); }
  // What the operator makes of finite numbers may be infinite.
  void set_unbounded() { finite_ = false; }
  void set_input_kinds(std::vector<ValueKind> kinds) { input_kinds_ = std::move(kinds); }

 private:
  std::string NextName();
  std::string HelperName(std::string_view what) const;

  const Operator& op_;
  const std::vector<Cells>& values_;
  ValueShape output_shape_;
  Document& document_;
  std::vector<Expression>& accepted_;
  Refusals& refusals_;
  std::vector<ValueKind> input_kinds_;
  bool finite_ = true;  // all columns of the inputs are
  Cells output_;
};

// The terms added up in order, those that are missing left out.
Expression Sum(const std::vector<Expression>& terms);
// The expression, but `missing` where the cell, or one of the cells, is missing. Most functions of PMML have no answer
// to a missing argument, so that a question comes first; only arithmetic, aggregates and tables need none.
Expression Unless(const Cell& cell, const Expression& missing, const Expression& expression);
Expression UnlessAny(const Cells& cells, const Expression& missing, const Expression& expression);
// Missing there.
Expression Guarded(const Cell& cell, const Expression& expression);
Expression Guarded(const Cells& cells, const Expression& expression);

}  // namespace scoreway::pmml_export
