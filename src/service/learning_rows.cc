#include "service/learning_rows.h"

#include <cmath>

#include "base/number_text.h"

namespace scoreway {
namespace {

Status AppendText(std::string_view text, Column* labels) {
  if (IsText(labels->type())) {
    labels->AppendString(text);
    return {};
  }
  double number = 0;
  if (labels->type() == Type::kBool && (text == "true" || text == "True" || text == "false" || text == "False")) {
    labels->AppendBool(text[0] == 't' || text[0] == 'T');
    return {};
  }
  if (ParseDouble(text, &number) != NumberParse::kOk) {
    return Status(Code::kInvalidArgument, "the label '" + std::string(text.substr(0, 80)) + "' is no number");
  }
  if (labels->type() == Type::kInt64 && number != std::floor(number)) {
    return Status(Code::kInvalidArgument, "the label '" + std::string(text.substr(0, 80)) + "' is no whole number");
  }
  labels->AppendNumber(number);
  return {};
}

std::string TextOf(const Column& from, size_t row) {
  std::string text;
  if (from.type() == Type::kInt64) {
    AppendInt64(from.int64s()[row], &text);
  } else if (from.type() == Type::kBool) {
    text = from.bools()[row] != 0 ? "true" : "false";
  } else {
    AppendDouble(from.NumberAt(row), &text);
  }
  return text;
}

}  // namespace

Status AppendLabel(const Column& from, size_t row, Column* labels) {
  if (!from.valid(row)) {
    labels->AppendNull();
    return {};
  }
  if (IsText(from.type())) return AppendText(from.string_at(row), labels);
  if (IsText(labels->type())) return AppendText(TextOf(from, row), labels);
  const double number = from.NumberAt(row);
  if (labels->type() == Type::kInt64 && number != std::floor(number)) {
    return Status(Code::kInvalidArgument, "the label " + TextOf(from, row) + " is no whole number");
  }
  labels->AppendNumber(number);
  return {};
}

}  // namespace scoreway
