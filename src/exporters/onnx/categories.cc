// The operators of model/operators/categories.h.

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

#include "exporters/onnx/lower.h"

namespace scoreway::onnx_export {
namespace {

// No category: what LabelEncoder gives for it.
constexpr int64_t kUnknown = -1;

std::vector<int64_t> Codes(size_t count) {
  std::vector<int64_t> codes(count);
  std::iota(codes.begin(), codes.end(), int64_t{0});
  return codes;
}

// The codes of a column, [N, 1], kUnknown for what is not among the categories.
std::string EncodeColumn(Graph& graph, const std::string& column, const std::vector<std::string>& categories) {
  const std::string codes = graph.MlNode(
      "LabelEncoder", {column},
      {{"keys_strings", categories}, {"values_int64s", Codes(categories.size())}, {"default_int64", kUnknown}}, 2);
  return AsNumber(graph, codes);
}
std::string EncodeColumn(Graph& graph, const std::string& column, const std::vector<double>& categories) {
  std::vector<double> keys;
  for (const double category : categories) keys.push_back(category + 0.0);  // no negative zero
  const std::string codes = graph.MlNode("LabelEncoder", {graph.Op("Add", column, graph.Number(0))},
                                         {{"keys_tensor", Doubles(keys)},
                                          {"values_tensor", Ints(Codes(keys.size()))},
                                          {"default_tensor", Ints({kUnknown})}},
                                         4);
  return AsNumber(graph, codes);
}

bool IsEmptyText(const std::string& category) { return category.empty(); }
bool IsEmptyText(double) { return false; }

bool GivesMissing(const op::CodeOrReject& rule) { return !rule.reject && std::isnan(rule.code); }
bool GivesWhole(const op::CodeOrReject& rule) {
  return rule.reject || std::isnan(rule.code) || rule.code == std::floor(rule.code);
}
// Whether the rule gives no code but one from 0 upwards.
bool GivesCode(const op::CodeOrReject& rule) {
  return rule.reject || std::isnan(rule.code) || (GivesWhole(rule) && rule.code >= 0 && rule.code < 1e6);
}
uint32_t CodeEnd(const op::CodeOrReject& rule) {
  return rule.reject || std::isnan(rule.code) ? 0 : static_cast<uint32_t>(rule.code) + 1;
}

template <typename Encode>
void LowerEncode(const Encode& op, Site& site) {
  Graph& graph = site.graph();
  const Tensor& in = site.input();
  bool gives_missing = false, whole = true, is_code = true;
  uint32_t code_count = 0;
  std::vector<std::string> columns;
  for (uint32_t c = 0; c < op.categories.size(); ++c) {
    const auto& categories = op.categories[c];
    using Category = typename std::decay_t<decltype(categories)>::value_type;
    const auto is_empty = [](const Category& category) { return IsEmptyText(category); };
    if (in.may_be_missing && std::any_of(categories.begin(), categories.end(), is_empty)) {
      return site.Refuse("it tells empty text from missing text, which ONNX has no other sign for");
    }
    const std::string cells = in.shape.width == 1 ? in.name : graph.Column(in.name, c);
    std::string codes = categories.empty() ? SameRows(site, {kUnknown}) : EncodeColumn(graph, cells, categories);
    const std::string is_unknown = graph.Op("Less", codes, graph.Number(0));
    const op::CodeOrReject& unknown = op.unknown[c];
    const op::CodeOrReject& missing = op.missing[c];
    std::string refused;
    if (unknown.reject) {
      refused = is_unknown;
    } else if (unknown.code != kUnknown) {
      codes = graph.Op("Where", is_unknown, graph.Number(unknown.code), codes);
    }
    gives_missing |= GivesMissing(unknown);
    whole &= GivesWhole(unknown) && GivesWhole(missing);
    is_code &= GivesCode(unknown) && GivesCode(missing);
    if (is_code) {
      code_count = std::max({code_count, static_cast<uint32_t>(categories.size()), CodeEnd(unknown), CodeEnd(missing)});
    }
    if (in.may_be_missing) {
      const std::string is_missing = IsMissing(graph, in, cells);
      if (missing.reject && !unknown.reject) site.RejectRows(is_missing);
      if (!missing.reject) {
        if (unknown.reject) refused = graph.Op("And", is_unknown, graph.Op("Not", is_missing));
        codes = graph.Op("Where", is_missing, graph.Number(missing.code), codes);
        gives_missing |= GivesMissing(missing);
      }
    }
    if (!refused.empty()) site.RejectRows(refused);
    columns.push_back(codes);
  }
  if (!whole) return site.Give(graph.SideBySide(columns), gives_missing);
  site.GiveCodes(graph.SideBySide(columns), gives_missing, is_code ? code_count : 0);
}

// Whether every code has its entry in a table of that size.
bool AllInTable(const Tensor& codes, size_t size) {
  return !codes.may_be_missing && codes.code_count > 0 && codes.code_count <= size;
}

// Indexes of entries in a table with one more at its end, for codes that are missing or out of range.
std::string TableIndexes(Site& site, size_t size) {
  Graph& graph = site.graph();
  if (AllInTable(site.input(), size)) return graph.Cast(site.in(), Element::kInt64);
  const std::string codes = WholeCodes(site);
  const std::string valid = graph.Op("And", graph.Op("GreaterOrEqual", codes, graph.Number(0)),
                                     graph.Op("Less", codes, graph.Number(static_cast<double>(size))));
  const std::string indexes = graph.Op("Where", valid, codes, graph.Number(static_cast<double>(size)));
  return graph.Cast(indexes, Element::kInt64);
}

std::string LookUp(Graph& graph, const TensorData& table, const std::string& indexes) {
  return graph.Node("Gather", {graph.Constant(table), indexes}, {{"axis", int64_t{0}}});
}

// The code of each slot of a column, none being NaN; no answer if two codes share a slot.
std::optional<std::vector<double>> CodeOfSlot(const std::vector<int32_t>& slots, uint32_t width) {
  std::vector<double> codes(width, op::kNaN);
  for (size_t code = 0; code < slots.size(); ++code) {
    if (slots[code] < 0) continue;
    double& of_slot = codes[static_cast<size_t>(slots[code])];
    if (!std::isnan(of_slot)) return std::nullopt;
    of_slot = static_cast<double>(code);
  }
  return codes;
}

// A column of codes as one of slots; -1 where there is none.
std::string SlotColumn(Graph& graph, const std::string& codes, const std::vector<int32_t>& slots) {
  std::vector<double> known;
  std::vector<int64_t> of_known;
  for (size_t code = 0; code < slots.size(); ++code) {
    known.push_back(static_cast<double>(code));
    of_known.push_back(slots[code]);
  }
  const std::string found = graph.MlNode(
      "LabelEncoder", {codes},
      {{"keys_tensor", Doubles(known)}, {"values_tensor", Ints(of_known)}, {"default_tensor", Ints({kUnknown})}}, 4);
  return AsNumber(graph, found);
}

}  // namespace

void Lower(const op::EncodeNumber& op, Site& site) { LowerEncode(op, site); }
void Lower(const op::EncodeText& op, Site& site) { LowerEncode(op, site); }

void Lower(const op::DecodeNumber& op, Site& site) {
  const bool all = AllInTable(site.input(), op.table.size());
  const bool gives_missing = std::any_of(op.table.begin(), op.table.end(), [](double x) { return std::isnan(x); });
  std::vector<double> table = op.table;
  if (!all) table.push_back(op::kNaN);
  site.Give(LookUp(site.graph(), Doubles(table), TableIndexes(site, op.table.size())), !all || gives_missing);
}

void Lower(const op::DecodeText& op, Site& site) {
  const bool all = AllInTable(site.input(), op.table.size());
  if (!all && std::find(op.table.begin(), op.table.end(), "") != op.table.end()) {
    return site.Refuse("it gives empty text beside missing text, which ONNX has no other sign for");
  }
  std::vector<std::string> table = op.table;
  if (!all) table.emplace_back();
  site.Give(LookUp(site.graph(), Texts(std::move(table)), TableIndexes(site, op.table.size())), !all);
}

void Lower(const op::OneHot& op, Site& site) {
  Graph& graph = site.graph();
  std::string codes = WholeCodes(site);
  std::vector<uint32_t> column_of_slot;
  std::vector<double> code_of_slot;
  std::vector<std::string> columns;
  bool merges = false;
  for (uint32_t c = 0; c < op.widths.size(); ++c) {
    std::string column = graph.Column(codes, c);
    std::optional<std::vector<double>> of_slot = CodeOfSlot(op.slots[c], op.widths[c]);
    if (!of_slot) {
      merges = true;
      column = SlotColumn(graph, column, op.slots[c]);
      of_slot.emplace(op.widths[c]);
      std::iota(of_slot->begin(), of_slot->end(), 0.0);
    }
    columns.push_back(column);
    column_of_slot.insert(column_of_slot.end(), op.widths[c], c);
    code_of_slot.insert(code_of_slot.end(), of_slot->begin(), of_slot->end());
  }
  if (column_of_slot.empty()) return site.Give("", false);
  if (merges) codes = graph.SideBySide(columns);
  const std::string spread = graph.Columns(codes, column_of_slot);
  site.GiveCodes(AsNumber(graph, graph.Op("Equal", spread, graph.Row(code_of_slot))), false, 2);
}

void Lower(const op::Bin& op, Site& site) {
  Graph& graph = site.graph();
  const std::string_view passes = op.right_closed ? "Greater" : "GreaterOrEqual";
  std::vector<std::string> columns;
  for (uint32_t c = 0; c < op.edges.size(); ++c) {
    if (op.edges[c].empty()) {
      columns.push_back(SameRows(site, {0}));
      continue;
    }
    const std::string passed = AsNumber(graph, graph.Op(passes, graph.Column(site.in(), c), graph.Row(op.edges[c])));
    std::string code = graph.OverColumns("ReduceSum", passed);
    if (op.codes[c] <= op.edges[c].size()) {
      code = graph.Op("Min", code, graph.Number(static_cast<double>(op.codes[c]) - 1));
    }
    columns.push_back(code);
  }
  std::string codes = graph.SideBySide(columns);
  if (site.input().may_be_missing) codes = MissingWhere(graph, graph.Op("IsNaN", site.in()), codes);
  site.GiveCodes(codes, site.input().may_be_missing, *std::max_element(op.codes.begin(), op.codes.end()));
}

}  // namespace scoreway::onnx_export
