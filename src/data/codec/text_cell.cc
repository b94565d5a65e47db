#include "data/codec/text_cell.h"

#include <cmath>
#include <optional>

#include "base/number_text.h"
#include "base/utf8.h"
#include "data/codec/column_names.h"

namespace scoreway {
namespace {

constexpr bool IsBlank(char c) { return c == ' ' || c == '\t'; }

std::string_view Trimmed(std::string_view text) {
  while (!text.empty() && IsBlank(text.front())) text.remove_prefix(1);
  while (!text.empty() && IsBlank(text.back())) text.remove_suffix(1);
  return text;
}

bool EqualsWord(std::string_view text, std::string_view lower) {
  if (text.size() != lower.size()) return false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i] >= 'A' && text[i] <= 'Z' ? static_cast<char>(text[i] + ('a' - 'A')) : text[i];
    if (c != lower[i]) return false;
  }
  return true;
}

bool IsMissingWord(std::string_view text) {
  for (std::string_view word : {"nan", "na", "n/a", "null", "none", "<na>", "-nan", "+nan"}) {
    if (EqualsWord(text, word)) return true;
  }
  return false;
}

std::optional<bool> BoolWord(std::string_view text) {
  if (EqualsWord(text, "true")) return true;
  if (EqualsWord(text, "false")) return false;
  return std::nullopt;
}

// What is no plain decimal number: a word for missing, true or false; anything else is at fault.
TextCellFault AppendWord(std::string_view text, Column* column) {
  if (text.empty() || IsMissingWord(text)) {
    column->AppendNull();
    return TextCellFault::kNone;
  }
  if (const auto word = BoolWord(text)) {
    column->AppendNumber(*word ? 1 : 0);
    return TextCellFault::kNone;
  }
  return column->type() == Type::kBool ? TextCellFault::kNotBool : TextCellFault::kNotANumber;
}

TextCellFault AppendFloat64Text(std::string_view text, Column* column) {
  double value = 0;
  switch (ParseDouble(text, &value)) {
    case NumberParse::kNotANumber: return AppendWord(text, column);
    case NumberParse::kOutOfRange: return TextCellFault::kOutOfRange;
    case NumberParse::kOk: break;
  }
  if (std::isnan(value)) {
    column->AppendNull();
    return TextCellFault::kNone;
  }
  if (column->type() == Type::kFloat64) {
    column->AppendFloat64(value);
    return TextCellFault::kNone;
  }
  // Through float64, as the tools do that cast a table of float64 to float32.
  const auto narrow = static_cast<float>(value);
  if (std::isinf(narrow) && !std::isinf(value)) return TextCellFault::kOutOfRange;
  column->AppendFloat32(narrow);
  return TextCellFault::kNone;
}

TextCellFault AppendInt64Text(std::string_view text, Column* column) {
  int64_t whole = 0;
  switch (ParseInt64(text, &whole)) {
    case NumberParse::kOk: column->AppendInt64(whole); return TextCellFault::kNone;
    case NumberParse::kOutOfRange: return TextCellFault::kOutOfRange;
    case NumberParse::kNotANumber: break;
  }
  double value = 0;
  switch (ParseDouble(text, &value)) {
    case NumberParse::kNotANumber: return AppendWord(text, column);
    case NumberParse::kOutOfRange: return TextCellFault::kOutOfRange;
    case NumberParse::kOk: break;
  }
  if (std::isnan(value)) {
    column->AppendNull();
    return TextCellFault::kNone;
  }
  if (value != std::trunc(value)) return TextCellFault::kNotWhole;
  if (std::abs(value) >= 9223372036854775808.0) return TextCellFault::kOutOfRange;
  column->AppendInt64(static_cast<int64_t>(value));
  return TextCellFault::kNone;
}

TextCellFault AppendBoolText(std::string_view text, Column* column) {
  double value = 0;
  if (ParseDouble(text, &value) == NumberParse::kOk && !std::isnan(value)) {
    if (value != 0 && value != 1) return TextCellFault::kNotBool;
    column->AppendBool(value == 1);
    return TextCellFault::kNone;
  }
  return AppendWord(text, column);
}

}  // namespace

TextCellFault AppendTextCell(std::string_view text, bool quoted, Column* column) {
  if (IsText(column->type())) {
    if (text.empty() && !quoted) {
      column->AppendNull();
      return TextCellFault::kNone;
    }
    if (!IsUtf8(text)) return TextCellFault::kNotUtf8;
    column->AppendString(text);
    return TextCellFault::kNone;
  }
  if (text.empty()) {
    column->AppendNull();
    return TextCellFault::kNone;
  }
  if (IsBlank(text.front()) || IsBlank(text.back())) text = Trimmed(text);
  switch (column->type()) {
    case Type::kInt64: return AppendInt64Text(text, column);
    case Type::kBool: return AppendBoolText(text, column);
    default: return AppendFloat64Text(text, column);
  }
}

std::string TextCellFaultMessage(TextCellFault fault, std::string_view text, Type type) {
  const std::string cell = Quoted(text);
  switch (fault) {
    case TextCellFault::kNotANumber: return cell + " is not a number";
    case TextCellFault::kNotWhole: return cell + " is not a whole number";
    case TextCellFault::kNotBool: return cell + " is neither true nor false";
    case TextCellFault::kOutOfRange: return cell + " is too large for " + std::string(TypeName(type));
    case TextCellFault::kNotUtf8:
      return "the text is not UTF-8 (byte " + std::to_string(FindInvalidUtf8(text)) + " of the cell)";
    case TextCellFault::kNone: break;
  }
  return {};
}

}  // namespace scoreway
