#include "exporters/pmml/expression.h"

#include <algorithm>
#include <iterator>

#include "exporters/pmml/xml.h"

namespace scoreway::pmml_export {

Expression Ref(const std::string& field) { return {"<FieldRef" + AttributeText("field", field) + "/>", {field}}; }

Expression RefOr(const std::string& field, std::string_view value) {
  return {"<FieldRef" + AttributeText("field", field) + AttributeText("mapMissingTo", value) + "/>", {field}};
}

Expression Number(double value) { return {"<Constant dataType=\"double\">" + NumberText(value) + "</Constant>", {}}; }

Expression Integer(int64_t value) {
  return {"<Constant dataType=\"integer\">" + std::to_string(value) + "</Constant>", {}};
}

Expression Text(std::string_view value) {
  return {"<Constant dataType=\"string\">" + Escaped(value) + "</Constant>", {}};
}

Expression Missing() { return {"<Constant dataType=\"double\" missing=\"true\"/>", {}}; }

namespace {

// Functions that some numbers are outside of: ours give NaN there, which is missing, where PMML's would fail.
bool HasDomain(std::string_view function) {
  constexpr std::string_view kNames[] = {"acos", "asin", "ln", "ln1p", "log10", "modulo", "pow", "sqrt"};
  return std::find(std::begin(kNames), std::end(kNames), function) != std::end(kNames);
}

}  // namespace

Expression Apply(std::string_view function, const std::vector<Expression>& arguments) {
  Expression apply;
  apply.xml = "<Apply" + AttributeText("function", function) +
              (HasDomain(function) ? " invalidValueTreatment=\"asMissing\">" : ">");
  for (const Expression& argument : arguments) {
    apply.xml += argument.xml;
    apply.fields.insert(argument.fields.begin(), argument.fields.end());
  }
  apply.xml += "</Apply>";
  return apply;
}

Expression If(const Expression& condition, const Expression& a, const Expression& b) {
  return Apply("if", {condition, a, b});
}

Expression OnlyIf(const Expression& condition, const Expression& a) { return Apply("if", {condition, a}); }

Expression AsNumber(const Expression& condition) { return If(condition, Number(1), Number(0)); }

Expression True() { return {"<Constant dataType=\"boolean\">true</Constant>", {}}; }

Expression IsMissing(const std::string& field) { return Apply("isMissing", {Ref(field)}); }
Expression IsPresent(const std::string& field) { return Apply("isNotMissing", {Ref(field)}); }

Expression MapValues(const std::string& field, const std::vector<TableRow>& rows, std::string_view data_type,
                     const std::string* unknown, const std::string* missing) {
  Expression map;
  map.fields.insert(field);
  map.xml = "<MapValues outputColumn=\"output\"" + AttributeText("dataType", data_type);
  if (unknown != nullptr) map.xml += AttributeText("defaultValue", *unknown);
  if (missing != nullptr) map.xml += AttributeText("mapMissingTo", *missing);
  map.xml += "><FieldColumnPair column=\"input\"" + AttributeText("field", field) + "/><InlineTable>";
  for (const auto& [input, output] : rows) {
    map.xml += "<row><input>" + Escaped(input) + "</input><output>" + Escaped(output) + "</output></row>";
  }
  map.xml += "</InlineTable></MapValues>";
  return map;
}

Expression NormDiscrete(const std::string& field, std::string_view value, std::string_view missing) {
  const std::string map_missing = missing.empty() ? "" : AttributeText("mapMissingTo", missing);
  return {"<NormDiscrete" + AttributeText("field", field) + AttributeText("value", value) + map_missing + "/>",
          {field}};
}

Expression NormContinuous(const std::string& field, const std::vector<double>& xs, const std::vector<double>& norms,
                          bool missing_outside) {
  Expression lines;
  lines.fields = {field};
  lines.xml = "<NormContinuous" + AttributeText("field", field) + " outliers=\"" +
              (missing_outside ? "asMissingValues" : "asExtremeValues") + "\">";
  for (size_t i = 0; i < xs.size(); ++i) {
    lines.xml += "<LinearNorm" + AttributeText("orig", xs[i]) + AttributeText("norm", norms[i]) + "/>";
  }
  lines.xml += "</NormContinuous>";
  return lines;
}

}  // namespace scoreway::pmml_export
