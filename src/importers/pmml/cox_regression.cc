#include "importers/pmml/cox_regression.h"

#include <algorithm>

namespace scoreway::pmml {
namespace {

// Of one table: BaseCumHazardTables without strata, or a BaselineStratum.
Result<ValueId> LowerTable(Context& context, const Element& table, ValueId time) {
  Emit emit(context, table);
  SCOREWAY_ASSIGN_OR_RETURN(const double time_max, context.WantNumber(table, "maxTime"));
  std::vector<std::pair<double, double>> cells;
  for (const Element& cell : table.Children("BaselineCell")) {
    std::pair<double, double>& entry = cells.emplace_back();
    SCOREWAY_ASSIGN_OR_RETURN(entry.first, context.WantNumber(cell, "time"));
    SCOREWAY_ASSIGN_OR_RETURN(entry.second, context.WantNumber(cell, "cumHazard"));
  }
  if (cells.empty()) return Context::Corrupt(table, "it has no BaselineCell");
  std::ranges::stable_sort(cells, {}, &std::pair<double, double>::first);
  op::Bin bin;
  bin.edges.resize(1);
  std::vector<double> hazards = {0};
  for (const auto& [at, hazard] : cells) {
    // Of equal times the first counts.
    if (!bin.edges[0].empty() && bin.edges[0].back() == at) continue;
    bin.edges[0].push_back(at);
    hazards.push_back(hazard);
  }
  bin.codes = {static_cast<uint32_t>(hazards.size())};
  SCOREWAY_RETURN_IF_ERROR(context.Charge(2 * hazards.size() * sizeof(double), table));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId code, emit.Add(std::move(bin), {time}));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId hazard, emit.Add(op::DecodeNumber{std::move(hazards)}, {code}));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId last, emit.Number(time_max));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId in_time, emit.Binary(op::BinaryFunction::kLessEqual, time, last));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId missing, emit.Number(op::kNaN));
  return emit.Where(in_time, hazard, missing);
}

}  // namespace

Result<ValueId> LowerBaselineHazard(ModelScope& scope) {
  Context& context = scope.context();
  const Element& model = scope.model();
  const Element tables = model.Child("BaseCumHazardTables");
  if (!tables) return Context::Corrupt(model, "it has no BaseCumHazardTables");
  Emit emit(context, tables);
  SCOREWAY_ASSIGN_OR_RETURN(const Cell end_time, scope.FieldOf(model, "endTimeVariable"));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId time, emit.AsNumber(end_time));
  if (!model.Attribute("baselineStrataVariable")) return LowerTable(context, tables, time);

  SCOREWAY_ASSIGN_OR_RETURN(const Cell stratum, scope.FieldOf(model, "baselineStrataVariable"));
  SCOREWAY_ASSIGN_OR_RETURN(ValueId hazard, emit.Number(op::kNaN));
  for (const Element& table : tables.Children("BaselineStratum")) {
    SCOREWAY_ASSIGN_OR_RETURN(const std::string_view value, context.Want(table, "value"));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId of_stratum, LowerTable(context, table, time));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId is_it, emit.IsAmong(stratum, {std::string(value)}));
    SCOREWAY_ASSIGN_OR_RETURN(hazard, emit.Where(is_it, of_stratum, hazard));
  }
  return hazard;
}

}  // namespace scoreway::pmml
