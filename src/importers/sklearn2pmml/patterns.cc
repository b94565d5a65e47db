// Transformers that look for patterns in texts.

#include <algorithm>

#include "importers/python/regex.h"
#include "importers/sklearn2pmml/cells.h"

namespace scoreway::sklearn2pmml {
namespace {

// PCRE's classes are those of ASCII, and its replacements have a syntax of their own; where neither occurs, it agrees
// with Python.
Status CheckFlavour(Context& context, const Object& transformer, const std::string& pattern,
                    const std::string& replacement) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::string flavour, transformer.TextOr("re_flavour", "re"));
  if (flavour == "re") return {};
  const bool plain = pattern.find('\\') == std::string::npos && replacement.find_first_of("\\$") == std::string::npos;
  if (plain) return {};
  return Status(context.Unsupported(transformer, "escapes in a pattern of the flavour '" + flavour + "'"));
}

Result<std::string> ReadPattern(Context& context, const Object& transformer, const std::string& pattern,
                                python::RegexUse use) {
  Result<std::string> translated = python::TranslateRegex(pattern, use);
  if (translated.ok()) return translated;
  return context.Unsupported(transformer, "the pattern '" + pattern + "': " + translated.error().message);
}

Result<Table> MapColumns(Context& context, const Object& user, const Table& in, const op::Params& params, Type type) {
  for (const TableColumn& column : in.columns) {
    if (context.IsOpen(column)) SCOREWAY_RETURN_IF_ERROR(context.DecideInput(user, column, Type::kString));
  }
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId texts, context.Texts(user, in));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId value, context.Add(params, {texts}, user));
  return TypedTable(context, value, in, type);
}

}  // namespace

Result<Table> TransformMatches(Context& context, const Object& transformer, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::string python, transformer.Text("pattern"));
  SCOREWAY_RETURN_IF_ERROR(CheckFlavour(context, transformer, python, ""));
  SCOREWAY_ASSIGN_OR_RETURN(std::string pattern, ReadPattern(context, transformer, python, python::RegexUse::kSearch));
  return MapColumns(context, transformer, in, op::MatchText{std::move(pattern)}, Type::kBool);
}

Result<Table> TransformReplace(Context& context, const Object& transformer, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::string python, transformer.Text("pattern"));
  SCOREWAY_ASSIGN_OR_RETURN(const std::string python_replacement, transformer.Text("replacement"));
  SCOREWAY_RETURN_IF_ERROR(CheckFlavour(context, transformer, python, python_replacement));
  SCOREWAY_ASSIGN_OR_RETURN(std::string pattern, ReadPattern(context, transformer, python, python::RegexUse::kReplace));
  SCOREWAY_ASSIGN_OR_RETURN(const int groups, python::CountGroups(pattern));
  Result<std::string> replacement = python::TranslateReplacement(python_replacement, groups);
  if (!replacement.ok()) return context.Unsupported(transformer, replacement.error().message);
  return MapColumns(context, transformer, in, op::ReplaceText{std::move(pattern), std::move(replacement).value()},
                    Type::kString);
}

Result<Table> TransformWordCount(Context& context, const Object& transformer, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const Object pipeline, transformer.Want("pipeline_"));
  return context.Transform(pipeline, in);
}

}  // namespace scoreway::sklearn2pmml
