// Text transformers.

#include "importers/sklearn2pmml/cells.h"
#include "importers/sklearn2pmml/dtype.h"

namespace scoreway::sklearn2pmml {
namespace {

// Every column through one text function.
Result<Table> MapTexts(Context& context, const Object& user, const Table& in, op::TextUnary function, Type type) {
  Table out;
  for (size_t i = 0; i < in.width(); ++i) {
    const size_t position[] = {i};
    const Table column = in.Select(position);
    // What is open here was text, or nobody would ask for a part of it.
    SCOREWAY_RETURN_IF_ERROR(
        context.IsOpen(column.columns[0]) ? context.DecideInput(user, column.columns[0], Type::kString) : Status());
    SCOREWAY_ASSIGN_OR_RETURN(const std::vector<ValueId> texts, TextsOf(context, user, column));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId value, context.Add(function, {texts[0]}, user));
    out.Append(TypedTable(context, value, column, type));
  }
  return out;
}

}  // namespace

Result<Table> TransformConcat(Context& context, const Object& transformer, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::string separator, transformer.TextOr("separator", ""));
  SCOREWAY_ASSIGN_OR_RETURN(std::vector<ValueId> texts, TextsOf(context, transformer, in));
  // Python would write out "nan" or "None", by where the missing cell came from.
  for (size_t i = 0; i < texts.size(); ++i) {
    context.RejectMissing(in.columns[i]);
    op::TextDomain present;
    present.column_names = {in.columns[i].name};
    present.reject_missing = true;
    SCOREWAY_ASSIGN_OR_RETURN(texts[i], context.Add(std::move(present), {texts[i]}, transformer));
  }
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId joined, context.Add(op::JoinText{separator}, std::move(texts), transformer));
  return context.TableOf(joined);
}

Result<Table> TransformStringNormalizer(Context& context, const Object& transformer, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::string function, transformer.TextOr("function", ""));
  SCOREWAY_ASSIGN_OR_RETURN(const bool trim, transformer.BoolOr("trim_blanks", true));
  Table table = in;
  if (function.starts_with("lower") || function.starts_with("upper")) {
    const op::TextFunction which = function.starts_with("lower") ? op::TextFunction::kLower : op::TextFunction::kUpper;
    SCOREWAY_ASSIGN_OR_RETURN(table,
                              MapTexts(context, transformer, table, op::TextUnary{.function = which}, Type::kString));
  } else if (!function.empty()) {
    return context.Unsupported(transformer, "the function '" + function + "'");
  }
  if (!trim) return table;
  return MapTexts(context, transformer, table, op::TextUnary{.function = op::TextFunction::kTrim}, Type::kString);
}

Result<Table> TransformSubstring(Context& context, const Object& transformer, const Table& in) {
  op::TextUnary substring{.function = op::TextFunction::kSubstring};
  SCOREWAY_ASSIGN_OR_RETURN(substring.start, transformer.Integer("begin"));
  SCOREWAY_ASSIGN_OR_RETURN(substring.end, transformer.Integer("end"));
  return MapTexts(context, transformer, in, substring, Type::kString);
}

Result<Table> TransformStringLength(Context& context, const Object& transformer, const Table& in) {
  return MapTexts(context, transformer, in, op::TextUnary{.function = op::TextFunction::kLength}, Type::kInt64);
}

}  // namespace scoreway::sklearn2pmml
