#include "importers/pmml/training_table.h"

namespace scoreway::pmml {
namespace {

// Elements go by their local names.
std::string_view LocalName(std::string_view name) { return name.substr(name.rfind(':') + 1); }

}  // namespace

Result<TrainingTable> TrainingTable::Read(ModelScope& scope) {
  TrainingTable table;
  table.element_ = scope.model().Child("TrainingInstances");
  if (!table.element_) return Context::Corrupt(scope.model(), "it has no TrainingInstances");
  const Element fields = table.element_.Child("InstanceFields");
  if (!fields) return Context::Corrupt(table.element_, "it has no InstanceFields");
  if (const Element locator = table.element_.Child("TableLocator")) {
    return scope.context().Unsupported(locator, "instances outside of the document");
  }
  const Element inline_table = table.element_.Child("InlineTable");
  if (inline_table) table.rows_ = inline_table.Children("row");
  if (table.rows_.empty()) return Context::Corrupt(table.element_, "it has no instances");

  std::map<std::string_view, std::vector<Element>*, std::less<>> cells_of_column;
  for (const Element& field : fields.Children("InstanceField")) {
    SCOREWAY_ASSIGN_OR_RETURN(const std::string_view name, scope.context().Want(field, "field"));
    const size_t bytes = table.rows_.size() * sizeof(Element);
    SCOREWAY_RETURN_IF_ERROR(scope.context().Charge(bytes, field));
    std::vector<Element>& cells = table.cells_[name];
    cells.resize(table.rows_.size());
    cells_of_column[LocalName(field.Attribute("column", name))] = &cells;
  }
  for (size_t i = 0; i < table.rows_.size(); ++i) {
    for (Element cell = table.rows_[i].first_child(); cell; cell = cell.next_sibling()) {
      const auto it = cells_of_column.find(cell.name());
      if (it != cells_of_column.end()) (*it->second)[i] = cell;
    }
  }
  return table;
}

Result<std::vector<std::string_view>> TrainingTable::Texts(std::string_view field) const {
  const auto it = cells_.find(field);
  if (it == cells_.end()) {
    return Context::Corrupt(element_, "the instances have no field '" + std::string(field) + "'");
  }
  std::vector<std::string_view> texts;
  texts.reserve(rows_.size());
  for (size_t i = 0; i < rows_.size(); ++i) {
    const Element& cell = it->second[i];
    if (!cell) return Context::Corrupt(rows_[i], "field '" + std::string(field) + "' is missing");
    texts.push_back(cell.text());
  }
  return texts;
}

Result<std::vector<double>> TrainingTable::Numbers(std::string_view field, DataType type) const {
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<std::string_view> texts, Texts(field));
  std::vector<double> numbers;
  numbers.reserve(texts.size());
  for (size_t i = 0; i < texts.size(); ++i) {
    const auto number = ParseNumber(type, texts[i]);
    if (!number) {
      return Context::Corrupt(rows_[i], "'" + std::string(texts[i]) + "' of field '" + std::string(field) + "' is no " +
                                            std::string(DataTypeName(type)));
    }
    numbers.push_back(*number);
  }
  return numbers;
}

}  // namespace scoreway::pmml
