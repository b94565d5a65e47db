// Functions of text.

#include <array>

#include "base/number_text.h"
#include "importers/pmml/functions.h"
#include "importers/pmml/java_pattern.h"

namespace scoreway::pmml {
namespace {

using Arguments = std::vector<Cell>;

Cell TextCell(ValueId value, bool maybe_missing) {
  Cell cell;
  cell.value = value;
  cell.type = DataType::kString;
  cell.op_type = OpType::kCategorical;
  cell.maybe_missing = maybe_missing;
  return cell;
}

Result<Cell> TextOfOne(Emit& emit, const Function& function, const Arguments& arguments) {
  const op::TextFunction text_function = function.name == "uppercase"   ? op::TextFunction::kUpper
                                         : function.name == "lowercase" ? op::TextFunction::kLower
                                                                        : op::TextFunction::kTrim;
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId text, emit.AsText(arguments[0]));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId value, emit.Add(op::TextUnary{text_function}, {text}));
  return TextCell(value, arguments[0].maybe_missing);
}

Result<Cell> Length(Emit& emit, const Function&, const Arguments& arguments) {
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId text, emit.AsText(arguments[0]));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId value, emit.Add(op::TextUnary{op::TextFunction::kLength}, {text}));
  return NumberCell(value, DataType::kInteger, arguments);
}

Result<int64_t> ConstantInteger(Emit& emit, const Cell& cell, int64_t least) {
  if (!cell.constant) return emit.context().Unsupported(emit.at(), "a position that is not a constant");
  int64_t value = 0;
  if (ParseInt64(*cell.constant, &value) != NumberParse::kOk || value < least) {
    return Context::Corrupt(emit.at(), "'" + std::string(*cell.constant) + "' is no position");
  }
  return value;
}

// Characters from a position (the first is 1) and so many of them.
Result<Cell> Substring(Emit& emit, const Function&, const Arguments& arguments) {
  SCOREWAY_ASSIGN_OR_RETURN(const int64_t position, ConstantInteger(emit, arguments[1], 1));
  SCOREWAY_ASSIGN_OR_RETURN(const int64_t length, ConstantInteger(emit, arguments[2], 0));
  const int64_t end = length > INT64_MAX - position ? INT64_MAX : position - 1 + length;
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId text, emit.AsText(arguments[0]));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId value,
                            emit.Add(op::TextUnary{op::TextFunction::kSubstring, position - 1, end}, {text}));
  return TextCell(value, arguments[0].maybe_missing);
}

// Missing parts are left out.
Result<Cell> Concat(Emit& emit, const Function&, const Arguments& arguments) {
  std::vector<ValueId> parts;
  for (const Cell& argument : arguments) {
    SCOREWAY_ASSIGN_OR_RETURN(ValueId& part = parts.emplace_back(), emit.AsText(argument));
    if (!argument.maybe_missing) continue;
    SCOREWAY_ASSIGN_OR_RETURN(part, emit.Add(op::ImputeText{false, {}, {""}}, {part}));
  }
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId value, emit.Add(op::JoinText{}, std::move(parts)));
  return TextCell(value, false);
}

Result<std::string_view> ConstantText(Emit& emit, const Cell& cell, std::string_view what) {
  if (cell.constant) return *cell.constant;
  return emit.context().Unsupported(emit.at(), std::string(what) + " that is not a constant");
}

// 1 where some part of the text matches.
Result<Cell> Matches(Emit& emit, const Function&, const Arguments& arguments) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::string_view text, ConstantText(emit, arguments[1], "a pattern"));
  SCOREWAY_ASSIGN_OR_RETURN(std::string pattern, TranslatePattern(emit, text));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId input, emit.AsText(arguments[0]));
  Cell cell;
  SCOREWAY_ASSIGN_OR_RETURN(cell.value, emit.Add(op::MatchText{std::move(pattern)}, {input}));
  cell.type = DataType::kBoolean;
  cell.op_type = OpType::kCategorical;
  cell.maybe_missing = arguments[0].maybe_missing;
  return cell;
}

Result<Cell> Replace(Emit& emit, const Function&, const Arguments& arguments) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::string_view text, ConstantText(emit, arguments[1], "a pattern"));
  SCOREWAY_ASSIGN_OR_RETURN(const std::string_view by, ConstantText(emit, arguments[2], "a replacement"));
  SCOREWAY_ASSIGN_OR_RETURN(std::string pattern, TranslatePattern(emit, text));
  SCOREWAY_ASSIGN_OR_RETURN(std::string replacement, TranslateReplacement(emit, by));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId input, emit.AsText(arguments[0]));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId value,
                            emit.Add(op::ReplaceText{std::move(pattern), std::move(replacement)}, {input}));
  return TextCell(value, arguments[0].maybe_missing);
}

constexpr std::array kFunctions = {
    Function{"uppercase", 1, 1, TextOfOne},  Function{"lowercase", 1, 1, TextOfOne},
    Function{"trimBlanks", 1, 1, TextOfOne}, Function{"stringLength", 1, 1, Length},
    Function{"substring", 3, 3, Substring},  Function{"concat", 2, kAnyNumber, Concat},
    Function{"matches", 2, 2, Matches},      Function{"replace", 3, 3, Replace},
};

}  // namespace

std::span<const Function> TextFunctions() { return kFunctions; }

}  // namespace scoreway::pmml
