#include "importers/pmml/cox_regression.h"

#include <algorithm>
#include <cmath>
#include <span>

#include "model/append_node.h"

namespace scoreway::pmml {
namespace {

// Columns of the trees below.
constexpr uint32_t kTime = 0, kStratum = 1;

// One table, BaseCumHazardTables without strata or a BaselineStratum: the hazards from times on, 0 before the first.
struct HazardTable {
  double time_max = 0;
  std::vector<double> times;
  std::vector<double> hazards = {0};
};

Result<HazardTable> ReadTable(Context& context, const Element& element) {
  HazardTable table;
  SCOREWAY_ASSIGN_OR_RETURN(table.time_max, context.WantNumber(element, "maxTime"));
  std::vector<std::pair<double, double>> cells;
  for (const Element& cell : element.Children("BaselineCell")) {
    std::pair<double, double>& entry = cells.emplace_back();
    SCOREWAY_ASSIGN_OR_RETURN(entry.first, context.WantNumber(cell, "time"));
    SCOREWAY_ASSIGN_OR_RETURN(entry.second, context.WantNumber(cell, "cumHazard"));
  }
  if (cells.empty()) return Context::Corrupt(element, "it has no BaselineCell");
  std::ranges::stable_sort(cells, {}, &std::pair<double, double>::first);
  for (const auto& [at, hazard] : cells) {
    // Of equal times the first counts.
    if (!table.times.empty() && table.times.back() == at) continue;
    table.times.push_back(at);
    table.hazards.push_back(hazard);
  }
  constexpr size_t kSplitBytes = 64;
  SCOREWAY_RETURN_IF_ERROR(context.Charge(2 * kSplitBytes * table.hazards.size(), element));
  return table;
}

// Finds hazards by bisection. A missing cell goes right, and what has no hazard is there.
class HazardTree {
 public:
  HazardTree() { trees_.compare = op::TreeEnsemble::Compare::kLess; }

  // The hazard at the time; none after the last time of the table.
  uint32_t AddTable(const HazardTable& table) {
    const double after = std::nextafter(table.time_max, op::kInfinity);
    return Split(
        kTime, after, [&] { return Bisect(kTime, table.times, [&](size_t i) { return Leaf(table.hazards[i]); }); },
        [&] { return Leaf(op::kNaN); });
  }

  // The table of the code; a code beyond them has none.
  uint32_t AddStrata(const std::vector<HazardTable>& tables) {
    std::vector<double> codes;
    for (size_t i = 1; i < tables.size(); ++i) codes.push_back(static_cast<double>(i));
    return Split(
        kStratum, static_cast<double>(tables.size()),
        [&] { return Bisect(kStratum, codes, [&](size_t i) { return AddTable(tables[i]); }); },
        [&] { return Leaf(op::kNaN); });
  }

  op::TreeEnsemble Finish(uint32_t root) && {
    trees_.roots = {root};
    return std::move(trees_);
  }

 private:
  uint32_t Leaf(double hazard) { return op::AppendLeaf(&trees_, hazard); }

  // Left what is below the edge.
  template <typename Left, typename Right>
  uint32_t Split(uint32_t column, double edge, Left&& left, Right&& right) {
    const uint32_t node = op::AppendNode(&trees_);
    trees_.feature[node] = column;
    trees_.threshold[node] = edge;
    const uint32_t left_node = left();
    const uint32_t right_node = right();
    trees_.left[node] = left_node;
    trees_.right[node] = right_node;
    return node;
  }

  // what(i) where i of the rising edges are not above the cell, of which the first is edges[0] of `first` before.
  template <typename What>
  uint32_t Bisect(uint32_t column, std::span<const double> edges, What&& what, size_t first = 0) {
    if (edges.empty()) return what(first);
    const size_t middle = edges.size() / 2;
    return Split(
        column, edges[middle], [&] { return Bisect(column, edges.first(middle), what, first); },
        [&] { return Bisect(column, edges.subspan(middle + 1), what, first + middle + 1); });
  }

  op::TreeEnsemble trees_;
};

}  // namespace

Result<ValueId> LowerBaselineHazard(ModelScope& scope) {
  Context& context = scope.context();
  const Element& model = scope.model();
  const Element tables = model.Child("BaseCumHazardTables");
  if (!tables) return Context::Corrupt(model, "it has no BaseCumHazardTables");
  Emit emit(context, tables);
  SCOREWAY_ASSIGN_OR_RETURN(const Cell end_time, scope.FieldOf(model, "endTimeVariable"));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId time, emit.AsNumber(end_time));
  HazardTree tree;
  if (!model.Attribute("baselineStrataVariable")) {
    SCOREWAY_ASSIGN_OR_RETURN(const HazardTable table, ReadTable(context, tables));
    const uint32_t root = tree.AddTable(table);
    return emit.Add(std::move(tree).Finish(root), {time});
  }

  SCOREWAY_ASSIGN_OR_RETURN(const Cell stratum, scope.FieldOf(model, "baselineStrataVariable"));
  std::vector<HazardTable> strata;
  std::vector<std::string> values;
  for (const Element& element : tables.Children("BaselineStratum")) {
    SCOREWAY_ASSIGN_OR_RETURN(const std::string_view value, context.Want(element, "value"));
    SCOREWAY_ASSIGN_OR_RETURN(HazardTable table, ReadTable(context, element));
    // Of equal strata the last counts, of equal values the first.
    values.emplace(values.begin(), value);
    strata.insert(strata.begin(), std::move(table));
  }
  if (strata.empty()) return emit.Number(op::kNaN);
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId code, emit.Encode(stratum, values, static_cast<double>(values.size())));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId row, emit.Concat({time, code}));
  const uint32_t root = tree.AddStrata(strata);
  return emit.Add(std::move(tree).Finish(root), {row});
}

}  // namespace scoreway::pmml
