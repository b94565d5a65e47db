#include "importers/pmml/number_array.h"

#include "importers/pmml/predicate.h"

namespace scoreway::pmml {
namespace {

Status CheckCount(const Element& array, size_t count, size_t wanted) {
  if (count == wanted) return {};
  return Status(Context::Corrupt(array, "it has " + std::to_string(count) + " numbers, not one for each of " +
                                            std::to_string(wanted) + " fields"));
}

Result<std::vector<double>> ReadSparse(Context& context, const Element& array, std::string_view entries_name,
                                       size_t count) {
  if (const auto n = array.Attribute("n")) {
    const auto number = ParseDouble(*n);
    if (number != static_cast<double>(count)) SCOREWAY_RETURN_IF_ERROR(CheckCount(array, 0, count));
  }
  SCOREWAY_ASSIGN_OR_RETURN(const double rest, context.NumberOr(array, "defaultValue", 0));
  SCOREWAY_RETURN_IF_ERROR(context.Charge(count * sizeof(double), array));
  std::vector<double> numbers(count, rest);
  const Element indices = array.Child("Indices"), entries = array.Child(entries_name);
  if (!indices || !entries) return numbers;
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<double> places, ReadNumberArray(indices));
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<double> cells, ReadNumberArray(entries));
  if (places.size() != cells.size()) return Context::Corrupt(array, "it has not as many entries as indices");
  for (size_t i = 0; i < places.size(); ++i) {
    if (!(places[i] >= 1 && places[i] <= static_cast<double>(count))) {
      return Context::Corrupt(indices, "an index is beyond the array");
    }
    numbers[static_cast<size_t>(places[i]) - 1] = cells[i];
  }
  return numbers;
}

}  // namespace

Result<std::vector<double>> ReadNumberArray(const Element& array) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<std::string> texts, ReadArray(array));
  std::vector<double> numbers;
  for (const std::string& text : texts) {
    const auto number = ParseNumber(DataType::kDouble, text);
    if (!number) return Context::Corrupt(array, "'" + text + "' is no number");
    numbers.push_back(*number);
  }
  return numbers;
}

Result<std::vector<double>> ReadNumbers(Context& context, const Element& parent, size_t count) {
  if (const Element sparse = parent.Child("REAL-SparseArray"))
    return ReadSparse(context, sparse, "REAL-Entries", count);
  if (const Element sparse = parent.Child("INT-SparseArray")) return ReadSparse(context, sparse, "INT-Entries", count);
  const Element array = parent.Child("Array");
  if (!array) return Context::Corrupt(parent, "it has no Array");
  SCOREWAY_ASSIGN_OR_RETURN(std::vector<double> numbers, ReadNumberArray(array));
  SCOREWAY_RETURN_IF_ERROR(CheckCount(array, numbers.size(), count));
  return numbers;
}

}  // namespace scoreway::pmml
