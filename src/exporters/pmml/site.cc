#include "exporters/pmml/site.h"

#include <algorithm>

namespace scoreway::pmml_export {

Site::Site(const Operator& op, const std::vector<Cells>& values, ValueShape output_shape, Document* document,
           std::vector<Expression>* accepted, Refusals* refusals)
    : op_(op),
      values_(values),
      output_shape_(output_shape),
      document_(*document),
      accepted_(*accepted),
      refusals_(*refusals) {
  for (size_t i = 0; i < input_count(); ++i) {
    for (const Cell& cell : in(i)) finite_ &= cell.finite;
  }
}

bool Site::AnyMissing(const Cells& cells) {
  return std::any_of(cells.begin(), cells.end(), [](const Cell& cell) { return cell.may_be_missing; });
}

std::string Site::NextName() {
  std::string name = std::string(OperatorName(op_.params)) + "(" + std::to_string(op_.output);
  if (output_shape_.width > 1) name += "," + std::to_string(output_.size());
  return document_.NewName(name + ")");
}

void Site::Give(const Expression& expression, bool may_be_missing) {
  std::string name = NextName();
  document_.Define(name, "double", expression);
  output_.push_back({std::move(name), may_be_missing, "", finite_, false, 0});
}

void Site::GiveCode(const Expression& expression, bool may_be_missing, uint32_t code_count) {
  Give(expression, may_be_missing);
  output_.back().whole = true;
  output_.back().code_count = code_count;
}

std::string Site::WholeField(std::string_view what, const Cell& cell) {
  return cell.whole ? cell.field : Helper(what, Guarded(cell, Apply("floor", {Ref(cell.field)})));
}

void Site::GiveText(const Expression& expression, bool may_be_missing) {
  std::string name = NextName();
  document_.Define(name, "string", expression);
  output_.push_back({std::move(name), may_be_missing, "", finite_, false, 0});
}

void Site::GivePrediction(ModelElement element, bool may_be_missing) {
  std::string name = NextName();
  document_.AddPrediction(std::move(element), name);
  output_.push_back({std::move(name), may_be_missing, "", finite_, false, 0});
}

std::string Site::PredictionHelper(std::string_view what, ModelElement element) {
  std::string name = document_.NewName(HelperName(what));
  document_.AddPrediction(std::move(element), name);
  return name;
}

std::string Site::HelperName(std::string_view what) const {
  return std::string(OperatorName(op_.params)) + "(" + std::to_string(op_.output) + ")." + std::string(what);
}

std::string Site::Helper(std::string_view what, const Expression& expression, std::string_view data_type) {
  std::string name = document_.NewName(HelperName(what));
  document_.Define(name, data_type, expression);
  return name;
}

Expression Sum(const std::vector<Expression>& terms) {
  if (terms.empty()) return Number(0);
  return terms.size() == 1 ? terms[0] : Apply("sum", terms);
}

Expression Unless(const Cell& cell, const Expression& missing, const Expression& expression) {
  return cell.may_be_missing ? If(IsMissing(cell.field), missing, expression) : expression;
}

Expression UnlessAny(const Cells& cells, const Expression& missing, const Expression& expression) {
  std::vector<Expression> questions;
  for (const Cell& cell : cells) {
    if (cell.may_be_missing) questions.push_back(IsMissing(cell.field));
  }
  if (questions.empty()) return expression;
  return If(questions.size() == 1 ? questions[0] : Apply("or", questions), missing, expression);
}

Expression Guarded(const Cell& cell, const Expression& expression) {
  return cell.may_be_missing ? OnlyIf(IsPresent(cell.field), expression) : expression;
}

Expression Guarded(const Cells& cells, const Expression& expression) {
  std::vector<Expression> questions;
  for (const Cell& cell : cells) {
    if (cell.may_be_missing) questions.push_back(IsPresent(cell.field));
  }
  if (questions.empty()) return expression;
  return OnlyIf(questions.size() == 1 ? questions[0] : Apply("and", questions), expression);
}

}  // namespace scoreway::pmml_export
