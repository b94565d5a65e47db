#include "importers/pmml/ordinal.h"

#include <algorithm>

#include "importers/pmml/field_domain.h"

namespace scoreway::pmml {
namespace {

std::vector<std::string> ValuesOf(const Cell& ordinal) { return ValuesOf(ordinal.ordering, "valid"); }

bool AreRisingNumbers(DataType type, const std::vector<std::string>& values) {
  for (size_t i = 0; i < values.size(); ++i) {
    const auto number = ParseNumber(type, values[i]);
    if (!number || (i > 0 && !(*number > *ParseNumber(type, values[i - 1])))) return false;
  }
  return true;
}

}  // namespace

bool HasOwnOrder(const Cell& cell) {
  if (cell.op_type != OpType::kOrdinal || !cell.ordering) return false;
  const std::vector<std::string> values = ValuesOf(cell);
  return !values.empty() && !AreRisingNumbers(cell.type, values);
}

Result<double> PlaceOf(const Emit& emit, const Cell& ordinal, std::string_view value) {
  const std::vector<std::string> values = ValuesOf(ordinal);
  const auto is_it = [&](const std::string& other) {
    return ordinal.type == DataType::kString ? other == value
                                             : ParseNumber(ordinal.type, other) == ParseNumber(ordinal.type, value);
  };
  const auto it = std::ranges::find_if(values, is_it);
  if (it == values.end()) {
    return Context::Corrupt(emit.at(), "value '" + std::string(value) + "' is none of the values of the ordinal field");
  }
  return static_cast<double>(it - values.begin());
}

Result<ValueId> PlaceOf(Emit& emit, const Cell& ordinal, const Cell& cell) {
  SCOREWAY_ASSIGN_OR_RETURN(const Cell other, emit.Cast(cell, ordinal.type));
  return emit.Encode(other, ValuesOf(ordinal), op::kNaN);
}

}  // namespace scoreway::pmml
