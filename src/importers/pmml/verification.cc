#include "importers/pmml/verification.h"

#include <algorithm>
#include <set>
#include <vector>

#include "importers/pmml/data_type.h"
#include "importers/pmml/model_elements.h"

namespace scoreway::pmml {
namespace {

struct Field {
  std::string_view name;
  std::string_view column;  // local name of the cells
  double precision = 1e-6;
  double zero_threshold = 1e-16;
};

std::string_view LocalName(std::string_view name) { return name.substr(name.rfind(':') + 1); }

std::vector<Field> ReadFields(const Element& verification) {
  std::vector<Field> fields;
  for (const Element& element : verification.Child("VerificationFields").Children("VerificationField")) {
    Field& field = fields.emplace_back();
    field.name = element.Attribute("field", "");
    field.column = LocalName(element.Attribute("column", field.name));
    field.precision = ParseDouble(element.Attribute("precision", "")).value_or(field.precision);
    field.zero_threshold = ParseDouble(element.Attribute("zeroThreshold", "")).value_or(field.zero_threshold);
  }
  return fields;
}

using Names = std::set<std::string_view>;

// The output fields of a model and of those within it whose outputs it passes on.
void CollectOutputs(const Element& model, Names* names) {
  for (const Element& field : model.Child("Output").Children("OutputField")) names->insert(field.Attribute("name", ""));
  for (const Element& segment : model.Child("Segmentation").Children("Segment")) {
    if (const Element inner = FindModel(segment)) CollectOutputs(inner, names);
  }
}

Names TargetsOf(const Element& model) {
  Names names;
  for (const Element& field : model.Child("MiningSchema").Children("MiningField")) {
    const std::string_view usage = field.Attribute("usageType", "active");
    if (usage == "target" || usage == "predicted") names.insert(field.Attribute("name", ""));
  }
  if (names.empty()) names.insert("_target");
  return names;
}

std::vector<Field> Among(const std::vector<Field>& fields, const Names& names) {
  std::vector<Field> found;
  std::ranges::copy_if(fields, std::back_inserter(found),
                       [&names](const Field& field) { return names.contains(field.name); });
  return found;
}

void AppendCell(std::string_view text, std::string* csv) {
  csv->push_back('"');
  for (char c : text) {
    if (c == '"') csv->push_back('"');
    csv->push_back(c);
  }
  csv->push_back('"');
}

// A missing cell is empty, without quotes.
std::string WriteCsv(const std::vector<Field>& fields, const std::vector<Element>& rows) {
  std::string csv;
  for (size_t i = 0; i < fields.size(); ++i) {
    if (i > 0) csv.push_back(',');
    AppendCell(fields[i].name, &csv);
  }
  csv.push_back('\n');
  for (const Element& row : rows) {
    for (size_t i = 0; i < fields.size(); ++i) {
      if (i > 0) csv.push_back(',');
      if (const Element cell = row.Child(fields[i].column)) AppendCell(cell.text(), &csv);
    }
    csv.push_back('\n');
  }
  return csv;
}

// Answers that are missing in some row say nothing about it, and so are left out as a whole.
void DropIncomplete(const std::vector<Element>& rows, std::vector<Field>* fields) {
  std::erase_if(*fields, [&rows](const Field& field) {
    return !std::ranges::all_of(rows, [&field](const Element& row) { return bool(row.Child(field.column)); });
  });
}

}  // namespace

Result<std::optional<Verification>> ReadVerification(std::string_view bytes) {
  SCOREWAY_ASSIGN_OR_RETURN(const XmlDocument document, XmlDocument::Parse(bytes));
  const Element model = FindModel(document.root());
  const Element element = model.Child("ModelVerification");
  const std::vector<Element> rows = element.Child("InlineTable").Children("row");
  const std::vector<Field> fields = ReadFields(element);
  Names outputs;
  CollectOutputs(model, &outputs);
  const Names targets = TargetsOf(model);
  std::vector<Field> expected = Among(fields, outputs);
  if (expected.empty()) expected = Among(fields, targets);
  DropIncomplete(rows, &expected);
  if (rows.empty() || expected.empty()) return std::optional<Verification>();

  std::vector<Field> inputs;
  std::ranges::copy_if(fields, std::back_inserter(inputs), [&](const Field& field) {
    return !outputs.contains(field.name) && !targets.contains(field.name);
  });
  // Rows are told by their cells: a model without inputs has its targets as such.
  if (inputs.empty()) inputs = expected;
  Verification verification;
  verification.rows = WriteCsv(inputs, rows);
  verification.expected = WriteCsv(expected, rows);
  verification.precision = 0;
  verification.zero_threshold = 0;
  for (const Field& field : expected) {
    verification.precision = std::max(verification.precision, field.precision);
    verification.zero_threshold = std::max(verification.zero_threshold, field.zero_threshold);
  }
  return std::optional<Verification>(std::move(verification));
}

}  // namespace scoreway::pmml
